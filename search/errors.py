"""What can go wrong, and what to do about it.

LedeError
├── RequestError            the question was put wrongly          HTTP 422, exit 2
│   ├── PageTooDeepError    offset + limit beyond the limit       HTTP 422, exit 2
│   ├── GenerationGoneError the cursor's generation was pruned    HTTP 422, exit 2
│   ├── TooLargeError       the request has too many bytes        HTTP 413
│   └── SettingsError       a setting is unknown or illegal       exit 2
├── ArticleNotFoundError    no article has this id                HTTP 404, exit 1
├── IndexUnusableError      nothing can be answered from here     HTTP 503, exit 3
│   ├── NoGenerationError   nothing was published yet
│   └── BrokenGenerationError  a published generation is not what was written
├── ModelError              a model is missing, unfit, or another one
├── MissingExtraError       an optional package is not installed  HTTP 501, exit 1
├── ContentError            the articles cannot be read           exit 2
├── LockedError             another run holds the writer's lock   exit 4
├── VerificationError       a staged generation failed its checks exit 5
└── GoldenError             a staged generation finds too little  exit 6
"""

import re
from pathlib import Path


class LedeError(Exception):
    """Any failure that Lede foresees: what happened, and what to do about it."""

    def __init__(self, problem: str, remedy: str = "") -> None:
        super().__init__(f"{problem} {remedy}".strip())
        self.problem = problem
        self.remedy = remedy


class RequestError(LedeError):
    """The question was put wrongly; `field` names the part of it that is to blame."""

    def __init__(self, problem: str, remedy: str = "", *, field: str = "") -> None:
        super().__init__(problem, remedy)
        self.field = field


class PageTooDeepError(RequestError):
    """The page asked for lies beyond what offset and limit may reach."""


class GenerationGoneError(RequestError):
    """The list that a cursor goes on with is of a generation that is no longer kept."""


class TooLargeError(RequestError):
    """The request has more bytes than anybody needs."""


class SettingsError(RequestError):
    """A setting is unknown, or its value is illegal."""


class ArticleNotFoundError(LedeError):
    """No article has the id asked for."""


class IndexUnusableError(LedeError):
    """No query can be answered from this index folder."""


class NoGenerationError(IndexUnusableError):
    """Nothing was published in this index folder yet."""


class BrokenGenerationError(IndexUnusableError):
    """A published generation is not what its manifest says was written."""


class ModelError(LedeError):
    """A model is missing, altered, unfit for its work, or not the one the index was built with."""


class MissingExtraError(LedeError):
    """A command needs a package that the base installation leaves out."""


class PortTakenError(LedeError):
    """Another program listens on the port that the service wants, or this one may not."""


class OverloadedError(LedeError):
    """More questions wait than can be answered soon."""


class ContentError(LedeError):
    """The folder of articles cannot be read at all."""


class LockedError(LedeError):
    """Another run holds the writer's lock."""


class VerificationError(LedeError):
    """A generation failed the checks that it must pass before anyone is served from it."""


class GoldenError(LedeError):
    """A generation finds less of what must be found than it may."""


class ShrinkError(LedeError):
    """A generation would lose more of the served articles than it may."""


_QUOTED = re.compile(r"""(?<=['"])(?:~|\.{1,2})?/(?:[^'"]*/)?(?=[^'"/]*['"])""")
_BARE = re.compile(r"""(?<![\w:/.~'"])(?:~|\.{1,2})?/(?:[^\s'"/:]+/)*(?=[^\s'"/]|$)""")


def redact_paths(text: str, known: Path | None = None) -> str:
    """The text with every path cut to its last part: where a machine keeps its files is its owner's business.

    A `known` path is found even where blanks in it would hide where it ends.
    """
    if "/" not in text:
        return text
    if known is not None:
        for parent in (known.parent, known.resolve().parent):
            text = text.replace(f"{parent}/", "") if parent.name else text
    return _BARE.sub("", _QUOTED.sub("", text))

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

from search.messages import Message, local_text, say


class LedeError(Exception):
    """Any failure that Lede foresees: what happened, and what to do about it.

    What a stranger may read of it is a message of search.messages. An error that was given mere text tells strangers
    only what kind of error it is: the text may name paths, and is for whoever runs Lede.
    """

    code = "failed"
    """The message of an error that was given mere text."""

    def __init__(self, problem: str, remedy: str = "") -> None:
        """`problem` and `remedy` are messages where strangers may read them."""
        super().__init__(f"{local_text(problem)} {local_text(remedy)}".strip())
        self.problem = local_text(problem)
        self.remedy = local_text(remedy)
        self.public = problem if isinstance(problem, Message) else say(self.code)
        """What happened, as anybody may read it: its code and its values are the error's."""
        self.public_remedy = remedy if isinstance(remedy, Message) else None
        """What to do about it, as anybody may read it; None where only the owner can do something."""

    def told(self, *, everything: bool) -> tuple[Message, Message | None]:  # noqa: ARG002 - see IndexUnusableError
        """What happened and what to do, for whoever may know `everything` of the service, or for a stranger."""
        return self.public, self.public_remedy


class RequestError(LedeError):
    """The question was put wrongly; `field` names the part of it that is to blame."""

    code = "wrong-request"

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

    code = "index-unusable"

    def told(self, *, everything: bool) -> tuple[Message, Message | None]:
        """Strangers learn neither which generation it is nor what is wrong with it."""
        return super().told(everything=True) if everything else (say(self.code), None)


class NoGenerationError(IndexUnusableError):
    """Nothing was published in this index folder yet."""


class BrokenGenerationError(IndexUnusableError):
    """A published generation is not what its manifest says was written."""


class ModelError(LedeError):
    """A model is missing, altered, unfit for its work, or not the one the index was built with."""

    code = "model-unfit"


class MissingExtraError(LedeError):
    """A command needs a package that the base installation leaves out."""

    code = "extra-missing"


class PortTakenError(LedeError):
    """Another program listens on the port that the service wants, or this one may not."""


class OverloadedError(LedeError):
    """More questions wait than can be answered soon."""


class TooCostlyError(OverloadedError):
    """One question takes more processor time than one may."""

    def __init__(self, limit: float, stage: str) -> None:
        """`limit` is in seconds; `stage` says what the time went into."""
        super().__init__(say("too-costly", limit=f"{limit:g}", stage=stage), say("ask-simpler"))


class BusyClientError(LedeError):
    """One client asks more at once than one may."""


class AbandonedError(LedeError):
    """Whoever asked has gone; nobody reads the answer."""


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

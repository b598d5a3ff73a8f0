"""The names that a source's head states for the page that is made of it: its slug, its address, its title."""

import re
import unicodedata
from collections.abc import Iterator

from indexer.content.conventions import Fields
from indexer.content.front_matter import front_matter, rest_fields
from indexer.content.values import UnreadableError, one_text

MOST_HEADS = 2_000
"""Of more sources so many, evenly chosen, are looked at."""
_HEAD = 16_384
_ENDING = re.compile(r"(?:/|/index)?(?:\.html?)?/?$")


def page_names(written: str) -> set[str]:
    """The names in the form that pages' names are compared in: small letters, with `-` between words."""
    return {name for one in _stated(written[:_HEAD]) if (name := _bare(one))}


def _stated(written: str) -> Iterator[str]:
    head = front_matter(written).fields or rest_fields(written).fields
    fields = Fields(head)
    for field in ("slug", "url", "title"):
        for stated in fields.all(field):
            try:
                text = one_text(stated.value)
            except UnreadableError:
                continue
            if field == "title":
                yield text
                yield "".join(sign for sign in unicodedata.normalize("NFKD", text) if not unicodedata.combining(sign))
            elif ":" not in text.removeprefix("https:").removeprefix("http:"):  # no pattern: /:year/:title/
                yield _ENDING.sub("", text).rpartition("/")[2]


def _bare(text: str) -> str:
    return re.sub(r"[\W_]+", "-", re.sub(r"['’ʼ`]", "", text).casefold()).strip("-")

"""Whether what a document says of itself keeps it from readers: a draft, a private or a withdrawn article."""

import re

from indexer.content.conventions import Fields
from indexer.content.values import truth

_DRAFTS = frozenset(
    "draft auto-draft pending"
    " rascunho borrador entwurf brouillon bozza szkic utkast taslak черновик чернетка 草稿 下書き".split()
)
_HIDDEN = _DRAFTS | frozenset(
    "private trash trashed deleted removed withdrawn retracted unpublished inherit skip hidden"
    " withheld embargoed canceled cancelled killed"
    " disabled password archived-draft ready-for-review in-review review idea false".split()
)
"""What a status says of what is not to be shown."""
_NUMBER = re.compile(r"[+-]?\d{1,9}(?:\.0{1,6})?")
_NO_DAYS = ("0", "null", "none", "false", "no", "f", "n", "infinity")
"""What stands in the place of the day on which an article was deleted, where it was not."""
_FROM_TWO = frozenset({"in_sitemap", "gen_description", "start_publication", "featured_template", "detail_template"})
"""Keys of Mezzanine and Zinnia, in whose articles 1 is a draft or hidden, and 2 is published."""


def why_hidden(fields: Fields, path: str) -> str:
    """Why a document is not to be shown, or an empty text."""
    drafts = fields.all("draft")
    if any(truth(stated.value) for stated in drafts):
        return "draft"
    if any(_is_day_of_deletion(stated.key, stated.value) for stated in drafts):
        return "not published"
    if any(truth(stated.value) is False for stated in fields.all("publication")):
        return "draft"
    status = fields.first("status")
    if status is not None and _is_unpublished(status.value, least=_least_published(fields)):
        return "draft"
    said = status.value.strip().casefold() if status is not None and isinstance(status.value, str) else ""
    if status is not None and status.key.rsplit(".", 1)[-1].casefold() == "stage" and said != "draft":
        said = ""  # the stage of a project or a bill may well be a review; Hygraph has drafts in it
    if said in _HIDDEN:
        return "draft" if said in _DRAFTS else "not published"
    if any(_is_private(stated.key, stated.value) for stated in fields.all("status")):
        return "not published"
    return "draft" if "/_drafts/" in f"/{path}" else ""


def _least_published(fields: Fields) -> int:
    """The least number that says of an article that it is published: 1, but of some systems 2."""
    return 2 if any(key.rsplit(".", 1)[-1] in _FROM_TWO for key in fields.unread) else 1


def _is_unpublished(status: object, least: int) -> bool:
    """Whether a status is a number that hides: 0 of Drupal and Publii, -2 of Joomla's bin; XML and SQL write a text."""
    if isinstance(status, str):
        return bool(_NUMBER.fullmatch(status.strip())) and float(status) < least
    return isinstance(status, int | float) and status < least


def _is_private(key: str, value: object) -> bool:
    """Whether a visibility beside a status keeps an item from its readers."""
    return key.casefold().endswith("visibility") and isinstance(value, str) and value.strip().casefold() in _HIDDEN


def _is_day_of_deletion(key: str, value: object) -> bool:
    """Whether a key such as `deleted_at` says a day."""
    plain = re.sub(r"[\W_]+", "", key.rsplit(".", 1)[-1]).casefold()
    if not plain.endswith(("at", "on", "date", "time")) and not plain.startswith("date"):
        return False
    written = str(value).strip().casefold()
    return bool(written) and written not in _NO_DAYS and not written.startswith("0000-00-00")

"""Words of states: which of them say that readers see an article, and which that they do not.

A state is compared without regard to case and signs: `In Review`, `in_review` and `in-review` are one word.
"""

import re
from typing import NamedTuple

DRAFTS = frozenset(
    "draft auto-draft pending"
    " rascunho borrador entwurf brouillon bozza szkic utkast taslak черновик чернетка 草稿 下書き".split()
)
HIDDEN = DRAFTS | frozenset(
    "private trash trashed deleted removed withdrawn retracted unpublished inherit skip hidden"
    " withheld embargoed embargo canceled cancelled killed disabled password archived-draft ready-for-review in-review"
    " review needs-review pending-review awaiting-review unapproved not-published idea false spiked queued"
    " retirado oculto retiré beklemede знято-з-публікації снято-с-публикации на-модерації на-модерации".split()
)
"""What is not to be shown, wherever it stands."""
SHOWN = frozenset(
    "published publish public live active approved accepted visible online released release posted enabled open final"
    " pub pb usable featured sticky updated corrected everyone everybody all world 1 true yes y t on"
    " veröffentlicht publiziert öffentlich publié publie publicado publicada público pubblicato opublikowany"
    " opublikowane gepubliceerd publicerad publisert udgivet julkaistu publikováno zveřejněno objavljeno yayında"
    " publiée publiee pubblicata opublikowana gepubliceerde publicerat zveřejněn zveřejněna zveřejněný"
    " publikovaný publikovaná approuvé approuvée aprobado aprobada aprovado aprovada approvato approvata freigegeben"
    " freigeschaltet godkänd опублікована опубликована затверджено затверджена активна активно активный активная"
    " activo activa ativo ativa attivo attiva actif active aktif aktiv активний"
    " опубліковано опублікований опубликовано опубликован 公開 公开 已发布 发布 게시됨 منشور".split()
)
"""What readers see: of a database whose system is not known, any other state is kept from them."""
_SIGNS_OF_KEYS = re.compile(r"[\W_]+")
_SIGNS = re.compile(r"(?:[^\w,]|_)+")
"""All signs but the comma, which parts the values of a set."""
_REMARK = re.compile(r"\s?(?:[^\w\s]|_)|\s(?=v?\d)")
"""What parts a state from a remark behind it."""
_ABOUT = " #*_-–—[({\"'!>\u26a0\ufe0f"
"""Signs before a state."""
NUMBER = re.compile(r"[+-]?\d{1,9}(?:\.0{1,6})?")
"""A whole number, as databases and exports write the number of a state."""
_MOST_SHOWN = 30
_MOST_SHORT = 2
_PLACES = frozenset("state stage estado statut stato статус durum".split())


IN_DOUBT = "withheld: "
"""How the reason begins where a setting may overrule it: the column and its value follow."""


class Withheld(NamedTuple):
    """Why a row of a database is not to be shown, and the column that says so where that is a guess."""

    why: str
    key: str = ""
    value: object = None

    @property
    def said(self) -> str:
        """The reason, as it is counted; with the column and its value where a setting may overrule it."""
        return f"{IN_DOUBT}{stated_as(self.key, self.value)}" if self.key else self.why


def plain_state(value: object) -> str:
    """The word of a state, its letter or number, without case and with one sign between its parts."""
    if isinstance(value, bytes):
        value = value[0] if len(value) == 1 and value[0] < 2 else value.decode("utf-8", "replace")
    if isinstance(value, bool):
        value = int(value)
    text = "" if value is None else str(value).strip().casefold()
    if NUMBER.fullmatch(text):
        return str(int(float(text)))
    return _SIGNS.sub("-", text).strip("-")


def plain_key(key: str) -> str:
    """A key without signs and in small letters."""
    return key.casefold() if key.isalnum() else _SIGNS_OF_KEYS.sub("", key).casefold()


def hides(value: object) -> str:
    """Why a value that is surely a state hides, or an empty text.

    `Draft - needs sources` and `draft 2` are drafts as well, `Draft pick` and `Pending trial` are subjects.
    """
    said = plain_state(value) if isinstance(value, str) else ""
    if said in DRAFTS or (said and plain_state(_REMARK.split(str(value).strip(_ABOUT), maxsplit=1)[0]) in DRAFTS):
        return "draft"
    return "not published" if said in HIDDEN else ""


def may_be_a_place(key: str) -> bool:
    """Whether a key that states a state may as well be that of a country, a person or a project."""
    return key.rsplit(".", 1)[-1].casefold() in _PLACES


def is_known_state(value: object) -> bool:
    """Whether a value is surely a state of publication; `on` and `t` may be short for a place."""
    said = plain_state(value)
    return (len(said) > _MOST_SHORT or said.isdecimal()) and (said in HIDDEN or said in SHOWN)


def stated_as(key: str, value: object) -> str:
    """A column and what it says, as `inspect` shows it and as the setting `shown` names it."""
    written = " ".join(str(plain_state(value) if isinstance(value, bytes) else value).split())
    return f"{key} = {written}" if written and len(written) <= _MOST_SHOWN and written.isprintable() else key

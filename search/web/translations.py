"""In which language does the page speak, and how does it say things there?

English texts are the names of all others: they stand in the templates and in the code. `web/texts/uk.po` says each in
Ukrainian; another language is another file beside it. The files are read when the first page is asked for (80 ms, most
of it Babel's import), so nothing has to be compiled.
"""

import re
from datetime import UTC, date, datetime
from functools import cache, cached_property, lru_cache
from gettext import GNUTranslations, NullTranslations
from io import BytesIO
from pathlib import Path

FOLDER = Path(__file__).parent / "texts"
LANGUAGES = ("en", *sorted(path.stem for path in FOLDER.glob("*.po")))
"""The languages that the page speaks; what everything is written in comes first."""
_LOCALES = {"en": "en_GB"}
"""Days come before months."""
_MOST_ACCEPTED = 200
"""Characters of Accept-Language that are looked at: browsers send a few dozen."""


def chosen(asked: str, remembered: str, accepted: str) -> str:
    """The language asked for by name, or else remembered, or else the first that Accept-Language prefers."""
    for named in (asked, remembered):
        if named in LANGUAGES:
            return named
    wishes = map(_wish, accepted[:_MOST_ACCEPTED].split(","))
    known = [(weight, language) for language, weight in wishes if language in LANGUAGES]
    return max(known, key=lambda wish: wish[0], default=(0.0, LANGUAGES[0]))[1]


def _wish(accepted: str) -> tuple[str, float]:
    """A language of Accept-Language without its region, and how much it is wanted, 0 to 1."""
    tag, _, weight = accepted.partition(";")
    name, _, value = weight.partition("=")
    try:
        wanted = float(value) if name.strip().lower() == "q" else 1.0
    except ValueError:
        wanted = 0.0
    return tag.strip().partition("-")[0].lower(), wanted


class Texts:
    """What the page says in one language: its texts, numbers, dates and names of languages."""

    def __init__(self, language: str, translations: NullTranslations) -> None:
        self.language = language
        self.locale = _LOCALES.get(language, language)
        self.gettext = translations.gettext
        self.ngettext = translations.ngettext
        self.pgettext = translations.pgettext
        self.npgettext = translations.npgettext

    def number(self, value: float) -> str:
        """A number with its thousands apart."""
        whole, _, fraction = f"{value:,}".partition(".")
        apart, point = self._signs
        return whole.replace(",", apart) + (point + fraction if fraction else "")

    @cached_property
    def _signs(self) -> tuple[str, str]:
        """What stands between thousands, and before a fraction. Babel's own formatting takes half of a page's time."""
        from babel.numbers import get_decimal_symbol, get_group_symbol

        return get_group_symbol(self.locale), get_decimal_symbol(self.locale)

    def day(self, day: date) -> str:
        """A day, its month in letters."""
        return _day(day, self.locale)

    def moment(self, written: str) -> str:
        """A moment written as the API writes it: its day and minute in UTC."""
        moment = datetime.fromisoformat(written).astimezone(UTC)
        return f"{self.day(moment.date())}, {moment:%H:%M} UTC"

    def language_name(self, code: str) -> str:
        """What a language is called; its code where nobody knows."""
        from babel import Locale

        return Locale.parse(self.locale).languages.get(code.lower(), code) or code

    def said(self, message: str) -> str | None:
        """A message of the engine, in this language; None where the catalogue does not know its form."""
        for form, pattern in _forms():
            if found := pattern.fullmatch(message):
                return self.gettext(form) % found.groupdict()
        return None


@lru_cache(maxsize=4_096)
def _day(day: date, locale: str) -> str:
    from babel.dates import format_date

    return format_date(day, "medium", locale=locale)


@cache
def texts(language: str) -> Texts:
    """The texts of one of LANGUAGES."""
    path = FOLDER / f"{language}.po"
    return Texts(language, _translations(path) if path.exists() else NullTranslations())


def _translations(path: Path) -> GNUTranslations:
    from babel.messages.mofile import write_mo
    from babel.messages.pofile import read_po

    compiled = BytesIO()
    with path.open("rb") as file:
        write_mo(compiled, read_po(file, locale=path.stem, abort_invalid=True))
    compiled.seek(0)
    return GNUTranslations(compiled)


def _(form: str) -> str:
    """Marks a text that is translated later."""
    return form


SAID = (
    _("No article has %(field)s %(value)s. Did you mean %(near)s?"),
    _("No article has %(field)s %(value)s."),
    _("Nothing was published in %(time)s; the time was left out of account."),
    _("semantic: the model knows %(known)s, not %(language)s, and no twin could help"),
    _("semantic: no article of this index is in a language that the model knows"),
    _("model: the setting names %(set)s, the index was built with %(built)s, %(rest)s"),
    _("%(field)s %(value)s is not a date."),
    _("Write a date (2026-02-05), a time (2026-02-05T05:01:58Z) or an age (36h, 7d, 2w, 3m, 1y)."),
    _("tz %(value)s is not a known time zone."),
    _("Use an IANA name such as Europe/Kyiv."),
    _("There is no parameter %(name)s."),
    _("Did you mean %(near)s?"),
    _("Known are %(names)s."),
    _("%(field)s is %(value)s."),
    _("%(field)s is given %(count)s times."),
    _("Give it once."),
    _("Choose %(values)s."),
    _("Give a whole number."),
    _("Give true or false."),
    _("Give a number from 0 to 1."),
    _("Give a number from 0 (words) to 1 (meaning)."),
    _("Ask for 0 to %(most)s hits."),
    _("Count hits from 0."),
    _("Go deeper by cursor: the `next` of the page before."),
    _("offset + limit is %(value)s; %(most)s is the limit."),
    _("The text has %(length)s characters; %(most)s is the limit."),
    _("Ask with fewer words."),
    _("%(count)s questions are being answered or wait."),
    _("Ask again in a moment."),
    _("No article has the id %(id)s."),
    _("Ids are paths below the content folder, without .md."),
)
"""What the engine may say to a reader: the forms of its messages. A test holds them to what it says."""


@cache
def _forms() -> tuple[tuple[str, re.Pattern[str]], ...]:
    return tuple((form, re.compile(re.sub(r"%\\?\((\w+)\\?\)s", r"(?P<\1>.+?)", re.escape(form)))) for form in SAID)

"""Texts, dates and numbers of the page in the reader's language.

English texts are the names of all others: they stand in the templates, in the code and, for what the engine says, in
search.messages. `web/texts/uk.po` says each in
Ukrainian; another language is another file beside it. The files are read when the first page is asked for (80 ms, most
of it Babel's import), so nothing has to be compiled.
"""

from datetime import UTC, date, datetime
from functools import cache, cached_property, lru_cache
from gettext import GNUTranslations, NullTranslations
from io import BytesIO
from pathlib import Path

from search.article import base_language
from search.messages import FORMS, Message, Value

FOLDER = Path(__file__).parent / "texts"
LANGUAGES = ("en", *sorted(path.stem for path in FOLDER.glob("*.po")))
"""The languages that the page speaks; what everything is written in comes first."""
_LOCALES = {"en": "en_GB"}
"""Days come before months."""
_MOST_ACCEPTED = 200
"""Characters of Accept-Language that are looked at: browsers send a few dozen."""


def chosen(asked: str, remembered: str, accepted: str, offered: tuple[str, ...] = LANGUAGES) -> str:
    """Of the languages offered the one asked for by name, or else remembered, or else preferred by Accept-Language.

    The first of them for a reader who wants none.
    """
    for named in (asked, remembered):
        if named in offered:
            return named
    wishes = map(_wish, accepted[:_MOST_ACCEPTED].split(","))
    known = [(weight, language) for language, weight in wishes if language in offered and weight > 0]
    return max(known, key=lambda wish: wish[0], default=(0.0, offered[0]))[1]


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

    def formatted(self, day: date, form: str) -> str:
        """A day in a form of Unicode's, such as `LLL` for its month alone."""
        return _formatted(day, form, self.locale)

    def moment(self, written: str) -> str:
        """A moment written as the API writes it: its day and minute in UTC."""
        moment = datetime.fromisoformat(written).astimezone(UTC)
        return f"{self.day(moment.date())}, {moment:%H:%M} UTC"

    def language_name(self, code: str) -> str:
        """What a language is called, with its region where it has a name with it; its code where nobody knows."""
        from babel import Locale

        names = Locale.parse(self.locale).languages
        return names.get(code.replace("-", "_")) or names.get(base_language(code)) or code

    def said(self, message: Message) -> str:
        """A message in this language, the messages and days among its values too."""
        values = {name: self._value(value) for name, value in message.values.items()}
        return self.gettext(FORMS[message.code]) % values

    def _value(self, value: Value) -> Value:
        if isinstance(value, date):
            return self.day(value)
        return self.said(value) if isinstance(value, Message) else value


@cache
def own_name(code: str) -> str:
    """What a language calls itself, with a capital; its code where nobody knows."""
    from babel import Locale, UnknownLocaleError

    try:
        name = Locale.parse(code.replace("-", "_")).get_language_name() or code
    except (UnknownLocaleError, ValueError):
        return code
    return name[:1].upper() + name[1:]


@lru_cache(maxsize=4_096)
def _day(day: date, locale: str) -> str:
    from babel.dates import format_date

    return format_date(day, "medium", locale=locale)


@lru_cache(maxsize=4_096)
def _formatted(day: date, form: str, locale: str) -> str:
    from babel.dates import format_date

    return format_date(day, form, locale=locale)


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

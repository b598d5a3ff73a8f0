"""Names of languages in the reader's own, as the environment tells it."""

from collections.abc import Mapping

from search.article import base_language


class LanguageNames:
    """What languages are called in the language of an environment (`LC_ALL`, `LC_MESSAGES`, `LANG`), or English."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        told = next((environment[name] for name in ("LC_ALL", "LC_MESSAGES", "LANG") if environment.get(name)), "")
        code = base_language(told.partition(".")[0])
        self._reader = code if code.isalpha() and len(code) in (2, 3) else "en"

    def of(self, code: str) -> str:
        """The name of a language; its code where it is the reader's own, or nobody knows a name."""
        if base_language(code) == self._reader:
            return code  # as most are: loading the names takes a tenth of a second
        from babel import Locale, UnknownLocaleError

        try:
            names = Locale.parse(self._reader).languages
        except (UnknownLocaleError, ValueError):
            names = Locale("en").languages
        return str(names.get(code.replace("-", "_")) or names.get(base_language(code)) or code)

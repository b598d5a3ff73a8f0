"""An article as a reference: a line of text, BibTeX and RIS."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

_BIBTEX_SIGNS = re.compile(r"[\\{}%#&$_~^]")
_BIBTEX = {"\\": r"\textbackslash{}", "~": r"\textasciitilde{}", "^": r"\textasciicircum{}"}


@dataclass(frozen=True, slots=True)
class Reference:
    """What a reference needs: `published` as the API writes it, or ""; `url` is absolute."""

    id: str
    title: str
    authors: Sequence[str]
    publisher: str
    published: str
    url: str
    language: str = ""

    @property
    def _day(self) -> datetime | None:
        return datetime.fromisoformat(self.published) if self.published else None

    def bibtex(self) -> str:
        """The reference as a BibTeX entry."""
        day = self._day
        fields = {
            "title": "{" + _bibtex(self.title) + "}",
            "author": " and ".join("{" + _bibtex(name) + "}" for name in self.authors),
            "journal": _bibtex(self.publisher),
            "year": f"{day:%Y}" if day else "",
            "month": f"{day:%m}" if day else "",
            "day": f"{day:%d}" if day else "",
            "language": _bibtex(self.language),
            "url": self.url.replace("{", "%7B").replace("}", "%7D"),
        }
        lines = [f"  {name} = {{{value}}}" for name, value in fields.items() if value]
        key = re.sub(r"[^A-Za-z0-9]+", "-", self.id).strip("-") or "article"
        return f"@article{{{key},\n" + ",\n".join(lines) + "\n}\n"

    def ris(self) -> str:
        """The reference as a RIS record."""
        day = self._day
        fields = [
            ("TY", "NEWS"),
            ("TI", self.title),
            *(("AU", name) for name in self.authors),
            ("T2", self.publisher),
            ("PY", f"{day:%Y}" if day else ""),
            ("DA", f"{day:%Y/%m/%d}" if day else ""),
            ("LA", self.language),
            ("UR", self.url),
            ("ID", self.id),
        ]
        lines = [f"{name}  - {' '.join(value.split())}" for name, value in fields if value.strip()]
        return "\r\n".join([*lines, "ER  - ", ""])


def _bibtex(text: str) -> str:
    folded = " ".join(text.split())
    return _BIBTEX_SIGNS.sub(lambda found: _BIBTEX.get(found[0], "\\" + found[0]), folded)

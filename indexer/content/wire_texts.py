"""Texts of news agencies as a wire without XML sends them: ANPA 1312 of American ones, IPTC 7901 of European ones."""

import re

_HEAD, _FIRST_LINES, _MOST = 2_000, 12, 2_000_000
_IPTC_7901 = re.compile(
    r"\s{0,20}+[a-z]{2,4}\d{3,5} {1,9}+\d {1,9}+[a-z]{1,3} {1,9}+\d{1,5} {1,9}+[a-z][a-z -]{1,40}\d{1,6}[ \t]{0,9}+\n"
)
_SENT = re.compile(r"^(\d{2})(\d{2})(\d{2})(?: GMT)? ([A-Z][a-z]{2}) (\d{2})[ \t]*$", re.MULTILINE)
_NOT_TO_PRINT = re.compile(
    r"^(?:\* \* \* \*[ \t]*+$|#{1,2} (?:Notebook|Note to editors|Editorial contacts)\b)", re.MULTILINE
)
"""What stands behind such a line is for editors: their names and telephones."""
_ANPA_END = re.compile(r"^[ \t]*AP-[A-Z]{2}-(\d{2})-(\d{2})-(\d{2}) (\d{2})(\d{2})([A-Z]{0,3})<?[ \t]*$", re.MULTILINE)
_KEYWORD = re.compile(r"[A-Z]{2}-[^\n]{1,100},\d{1,6}")
_BESIDE = ("AP Photo", "AP Video", "Eds:", "HFR")
"""What lines of a head say to editors alone."""
_PARAGRAPH = re.compile(r"\n(?=[\t ]{2,9}+\S)")
_BY = re.compile(r"^By\s+(?=\S)", re.IGNORECASE)
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")


def wire_text(text: str) -> tuple[dict[str, object], str] | None:
    """The fields of a text of an agency and its paragraphs; None for a text of another kind."""
    if not (_IPTC_7901.match(text) or "\n^" in text[:_HEAD]):
        return None
    text = _CONTROL.sub("", text[:_MOST].replace("\r\n", "\n"))
    return _of_iptc_7901(text) if _IPTC_7901.match(text) else _of_anpa(text)


def _of_iptc_7901(text: str) -> tuple[dict[str, object], str] | None:
    sent = next(reversed(list(_SENT.finditer(text[-1_000:]))), None)
    _, _, behind = text.partition("\n")
    head, _, body = behind.lstrip("\n").partition("\n\n")
    lines = [line.strip() for line in head.split("\n") if line.strip()]
    if sent is None or not lines or not lines[-1].endswith("="):
        return None
    lines[-1] = lines[-1].rstrip("= ")
    fields: dict[str, object] = {"date": f"{sent[1]} {sent[4]} {_century(sent[5])}{sent[5]} {sent[2]}:{sent[3]} UTC"}
    if lines[0].endswith("/"):
        fields["tags"] = [word for word in lines.pop(0).split("/") if word.strip()]
    if by := next((line for line in lines if _BY.match(line)), ""):
        fields["author"] = by
    title = " ".join(line for line in lines if line != by and not line.startswith("("))
    fields |= {"title": title} if title else {}
    end = _NOT_TO_PRINT.search(body)
    body = body[: end.start()] if end else _SENT.sub("", body)
    return (fields, body) if title else None


def _century(year: str) -> int:
    """That of a year of two digits: both formats are of the seventies."""
    return 19 if year >= "70" else 20


def _of_anpa(text: str) -> tuple[dict[str, object], str] | None:
    sent = _ANPA_END.search(text)
    lines = text.split("\n")
    noted = [at for at, line in enumerate(lines[:_FIRST_LINES]) if line[:1] == "^" and line.rstrip()[-1:] in ("<", "=")]
    if sent is None or not noted:
        return None
    month, day, year, hour, minute, zone = sent.groups()
    fields: dict[str, object] = {"date": f"{_century(year)}{year}-{month}-{day}T{hour}:{minute}:00 {zone or 'UTC'}"}
    said = [(line[1:-1].strip(), line[-1]) for line in (lines[at].rstrip() for at in noted)]
    if by := next((line for line, sign in said if sign == "=" and _BY.match(line)), ""):
        fields["author"] = by
    titles = [line for line, sign in said if sign == "<" and not _KEYWORD.match(line) and not line.startswith(_BESIDE)]
    fields |= {"title": titles[0]} if titles else {}
    body = "\n".join(lines[max(noted) + 1 :])
    body = body[: end.start()] if (end := _ANPA_END.search(body)) else body
    body = _PARAGRAPH.sub("\n\n", body).replace("``", "“").replace("''", "”").replace(" _ ", " – ")
    return fields, "\n".join(map(str.strip, body.split("\n")))

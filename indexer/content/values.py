"""Values of fields as archives write them: one text, several, names of people, truth, a picture, a source."""

import html
import json
import re
import unicodedata
from collections.abc import Iterator, Mapping
from datetime import date

from indexer.content.delimited import delimiters, replaced
from search.analysis.characters import bounded_marks
from search.article import Source

_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")
"""Controls, and halves of surrogate pairs, which JSON can spell and no file can hold."""
_TAGS = re.compile(r"</?[A-Za-z][^<>]*>")
_COMMENTS = (delimiters("<!--", "-->"),)
_LINK = re.compile(r"!?\[([^\]\[]*)\]\((?:[^()\s]|\([^()]*\))*(?:\s+\"[^\"]*\")?\)")
_STRONG = re.compile(r"(\*\*|__)(?=\S)(.{1,300}?)(?<=\S)\1")
_IN_BRACKETS = re.compile(r"(?<!\s)\s*\((?![^()]*(?:jr|sr)\b)[^()]*\)\s*$", re.IGNORECASE)
_AND = re.compile(r"(?<!\s)\s+(?:and|und|et|y|e|og|och|ja|i|та|і|й|и|en|&)\s+", re.IGNORECASE)
_BY = re.compile(r"^(?:by|von|par|por|di|av|af|door|автор:?)\s+(?=\S)", re.IGNORECASE)
_OFFICE = re.compile(
    r"\b(?:senior|junior|chief|head|director|dirigeant|partenariats?|developer|designer|engineer|editor|editorial|team|"
    r"équipe|manager|officer|reporter|staff|correspondent|lead|partner|president|professor|ph\.?d|md|jr|sr|esq|inc|llc|"
    r"ltd|gmbh|of|at|for|from|who|the|la|le|les|des|de la|responsable|chef|conseiller|advisor|analyst|strategist|"
    r"specialist|university|platform|policy|product|guest|contributor|writer|columnist|journalist|freelancer?|intern|"
    r"photographer)\b",
    re.IGNORECASE,
)
_ADDRESS_BEHIND = re.compile(r"(?<=\w)[ \t]+<?https?://\S{1,300}$")
_ADDRESS = re.compile(r"https?://\S+|//\S+|\S[^\s@]*+@\S[^\s.]*+\.\S+")
_REFERENCE = re.compile(r"(?:\.{0,2}/)?(?:[\w-]+/){1,6}([\w.-]{1,100}?)\.(?:mdx?|markdown|json|ya?ml|toml)")
"""A file of the site in the place of a name, as TinaCMS writes it: `content/authors/jane.md`."""
_MAIL_BEFORE = re.compile(r"\S{1,100}@\S{1,200}\s+\(([^()@]{1,100})\)")
"""An author as RSS 2.0 has it: `jane@news.example (Jane Doe)`."""
_PICTURE_FILE = re.compile(r"[^\s?]+\.(?:jpe?g|png|gif|webp|svg|avif)(?:\?\S*)?", re.IGNORECASE)
_WIKILINK = re.compile(r"\[\[(?:[^\]\[|]{0,200}\|)?([^\]\[|]{1,200})\]\]")
_BARE_KEY = re.compile(
    r"\d+|[0-9a-f]{24}|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|[a-z][\w+.-]*://\S*", re.IGNORECASE
)
"""What stands for somebody in a database: a number, an ObjectId, a UUID, an address."""
_OBJECT_KEY = re.compile(r"[0-9a-f]{24}")
"""An ObjectId of MongoDB, which Hashnode writes in the place of a tag's name."""
_KEY_LENGTH = 24
_WIX = re.compile(r"wix:(?:image|vector)://v1/([^/\s]+)(?:/\S*)?")
_MAIL = re.compile(r"(?<!\s)\s*[<(][^\s@]{1,100}@\S{1,200}[>)]")
_BETWEEN_PEOPLE = re.compile(r"\s[|/•·]\s|[、，]")
_COMMA = re.compile(r"(?:(?<!\s)\s+)?,\s*(?:and\s+|&\s*)?")
_YES = frozenset(
    "true yes 1 on y t x ✓ ✔ ☑ ✅ 1.0 wahr vrai verdadero verdadeiro vero prawda истина істина waar sant sand sann tosi"
    " pravda igaz doğru ja jo tak так да da sí si sim oui sì ano áno igen evet ναι joo kyllä jah taip jā"
    " 是 はい 예 हाँ نعم".split()
)
_NO = frozenset(
    "false no 0 off n f ✗ ❌ 0.0 falsch faux falso fałsz ложь хибність onwaar falskt falsk usann epätosi nepravda hamis"
    " yanlış yanliş nein nee nej nei nie ne nu ні нет não nao non hayır όχι ei nem 否 いいえ 아니요 नहीं"
    " لا".split()
)
"""Yes and no, in the languages whose keys are known, of spreadsheets, PostgreSQL (a letter), pandas (a point) and
tables (a sign)."""
_AROUND = " \t\r\n!.,;:()[]{}'\"\ufe0e\ufe0f\u00ad\u200b\u200c\u200d\u200e\u200f\u2060\ufeff"
"""Signs that may stand around a yes or a no, those by which keyboards make a sign a picture, and those nobody sees."""
_PERSON = ("name", "displayname", "display_name", "display_as", "displayas", "fullname", "full_name", "key", "title",
           "label", "nickname", "original", "login", "slug", "username", "id")  # fmt: skip
_WHOLE_NAMES = 7
"""So many of these say a whole name; the others stand for one."""
_FIRST_NAMES = ("first_name", "firstname", "givenname", "given_name", "forename", "vorname", "prenom", "nombre",
                "nome")  # fmt: skip
_LAST_NAMES = ("last_name", "lastname", "familyname", "family_name", "surname", "nachname", "nom", "apellido",
               "cognome", "sobrenome", "apelido")  # fmt: skip
_TERM = ("name", "title", "label", "tag", "value", "slug", "term", "text", "id")
_PICTURE = ("regular", "url", "src", "path", "href", "full", "large", "medium", "original", "contenturl", "image",
            "file", "filename", "feature", "teaser",
            "imageintro", "imagefulltext", "filenamedisk",
            "thumb", "thumbnail", "raw", "small", "hero", "cover", "og")  # fmt: skip


_SMALL = ("small", "thumbnail", "thumb", "thumbnailurl", "thumburl", "smallurl", "medium", "preview")
"""Sizes of a picture for a list of results, about 400 pixels wide: the most useful first."""


class UnreadableError(ValueError):
    """A value that is not of the kind that its field asks for."""


def clean(text: str, *, markup: bool = True) -> str:
    """One line of text in NFC: without control characters, tags and character references, blanks made one."""
    text = bounded_marks(text)
    if text.isprintable() and not ("&" in text or "<" in text or "  " in text) and text == text.strip():
        return text if text.isascii() or unicodedata.is_normalized("NFC", text) else unicodedata.normalize("NFC", text)
    if "&" in text:
        text = html.unescape(text)
    if markup and "<" in text:
        text = _TAGS.sub("", replaced(text, _COMMENTS, lambda _: ""))
    text = " ".join(_CONTROL.sub(" ", text).split())
    return text if text.isascii() or unicodedata.is_normalized("NFC", text) else unicodedata.normalize("NFC", text)


def one_text(value: object) -> str:
    """The text of a value; of a list that of its first entry, of a table that of its name or rendered text."""
    if isinstance(value, str):
        return clean(value)
    if isinstance(value, list | tuple):
        return next((text for each in value if (text := one_text(each))), "")
    if isinstance(value, Mapping):
        rendered = next((value[key] for key in ("rendered", "#text", "value", "name", "title", "label", "main", "en")
                         if not isinstance(value.get(key), Mapping) and value.get(key)), None)  # fmt: skip
        if rendered is None:
            raise UnreadableError("is a table, not a text")
        return one_text(rendered)
    return _scalar(value)


def description(value: object) -> str:
    """A description: as `one_text`, and without the Markdown of links and of strong words."""
    text = one_text(value)
    if text in ("false", "null") or _PICTURE_FILE.fullmatch(text):  # Minimal Mistakes calls a small picture so
        return ""
    if "](" in text:
        text = _LINK.sub(r"\1", text)
    return clean(_STRONG.sub(r"\2", text)) if "**" in text or "__" in text else text


def several(value: object, *, blanks: bool = False) -> tuple[str, ...]:
    """The values of tags or categories: of a list each entry, of one text its parts.

    One text is parted at `;` or `,`; with `blanks`, as Jekyll does, at blanks where it has neither.
    """
    return tuple(dict.fromkeys(filter(None, map(_term_text, _terms(value, blanks=blanks)))))


def people(value: object) -> tuple[str, ...]:
    """The names of authors: texts, lists, tables, Markdown links with firms behind them, several in one text."""
    return tuple(dict.fromkeys(name for each in _people(value) if (name := each.strip(" ,;"))))


def truth(value: object) -> bool | None:
    """Whether a value says yes or no, in any of the languages whose keys are known; None where it says neither."""
    if isinstance(value, bool):
        return value
    if isinstance(value, int | float):
        return value != 0 if value in (0, 1) else None
    word = value.strip(_AROUND).casefold() if isinstance(value, str) else ""
    return True if word in _YES else False if word in _NO else None


def picture(value: object) -> str:
    """The address of a picture: a text, the first of a list, the most useful entry of a table."""
    if isinstance(value, str):
        text = (value if value.isprintable() else _CONTROL.sub("", value)).strip()
        text = html.unescape(text) if "&" in text and ("&amp;" in text or "&#" in text) else text
        if text.startswith("http"):
            return text
        if wix := _WIX.fullmatch(text):
            return f"https://static.wixstatic.com/media/{wix[1]}"
        if text.startswith("file://"):  # Kirby's key of a file, or a path of somebody's own disk
            return ""
        if text.startswith(("[", "![[")) and text.endswith("]"):
            return _listed_picture(text)
        return "" if truth(text) is not None or text.casefold() in ("null", "none") else text
    if isinstance(value, list | tuple):
        return next((found for each in value if (found := picture(each))), "")
    if isinstance(value, Mapping):
        folded = {str(key).casefold().replace("_", ""): each for key, each in value.items()}
        found = next((found for key in _PICTURE if (found := picture(folded.get(key)))), "")
        sources = folded.get("sources")
        return found or (picture(list(sources.values())) if isinstance(sources, Mapping) else "")
    return ""


def _listed_picture(text: str) -> str:
    """The first picture of a list in JSON, as Kirby keeps them, or the file that Obsidian's brackets name."""
    if text.startswith(("[[", "![[")) and (named := text.strip("![]").split("|", 1)[0].strip()) and '"' not in named:
        return named
    try:
        return picture(json.loads(text))
    except (ValueError, RecursionError):
        return ""


def thumbnail(key: str, value: object) -> str:
    """The address of a small size of a picture: of a table of sizes, or where its key itself names a small one."""
    if isinstance(value, Mapping):
        return _small(value)
    if isinstance(value, list | tuple):
        return next((found for each in value if isinstance(each, Mapping) and (found := _small(each))), "")
    return picture(value) if "thumb" in key.casefold() else ""


def _small(sizes: Mapping[str, object]) -> str:
    folded = {str(key).casefold().replace("_", ""): each for key, each in sizes.items()}
    inner = [folded[name] for name in ("sizes", "formats", "variants") if isinstance(folded.get(name), Mapping)]
    found = next((found for key in _SMALL if (found := picture(folded.get(key)))), "")
    return found or next((found for one in inner if isinstance(one, Mapping) and (found := _small(one))), "")


def source(value: object) -> Source | None:
    """Who published: a name, or a table of key and name. An address is no name."""
    if isinstance(value, list | tuple):
        return next((found for each in value if (found := source(each))), None)
    if isinstance(value, Mapping):
        folded = {str(key).casefold(): each for key, each in value.items()}
        key, name = (_scalar_or_empty(folded.get(part)) for part in ("key", "name"))
        key, name = key or _scalar_or_empty(folded.get("id")), name or _scalar_or_empty(folded.get("title"))
        return Source(key=key or name, name=name or key) if key or name else None
    text = one_text(value)
    return Source(key=text, name=text) if text and not _ADDRESS.fullmatch(text) else None


def address(value: object) -> str:
    """An address: http(s), or relative to the site; an empty text for anything else, such as a pattern."""
    if isinstance(value, Mapping):
        value = value.get("url") or value.get("href") or value.get("rendered")
    if isinstance(value, list | tuple):
        return next((found for each in value if (found := address(each))), "")
    if not isinstance(value, str):
        return ""
    text = _CONTROL.sub(" ", html.unescape(value)).strip().strip("<>")
    if text.startswith("[") and (link := re.search(r"\]\(((?:(?!\]\()\S)+?)\)", text)):
        text = link[1]
    if re.match(r"https?://[^\s/]+", text, re.IGNORECASE) and not re.search(r"\s", text):
        return text
    relative = text.startswith("/") and not text.startswith("//") and not re.search(r"[\s:{}*]", text)
    return text if relative else ""


def _scalar(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float | date):
        try:
            return str(value)
        except ValueError as endless:  # Python writes no number of more than 4,300 digits
            raise UnreadableError("is a number of too many digits") from endless
    raise UnreadableError(f"is a {type(value).__name__}, not a text")


def _scalar_or_empty(value: object) -> str:
    try:
        return clean(value) if isinstance(value, str) else _scalar(value)
    except UnreadableError:
        return ""


def _terms(value: object, *, blanks: bool) -> Iterator[object]:
    if isinstance(value, str):
        yield from _parts(value, blanks=blanks)
    elif isinstance(value, list | tuple):
        for each in value:
            if isinstance(each, list | tuple):
                yield from each
            else:
                yield each
    elif isinstance(value, Mapping) and value and all(str(key).isdecimal() for key in value):
        yield from value.values()  # Joomla: names by their numbers
    elif isinstance(value, Mapping) and value and all(each is True for each in value.values()):
        yield from value  # Firebase has no lists: each name says that it is there
    else:
        yield value


def _parts(text: str, *, blanks: bool) -> list[str]:
    """The parts of one text: a list in JSON, else parted at semicolons, commas, signs of number, blanks."""
    stripped = text.strip()
    if stripped.startswith("[") and stripped.endswith("]"):
        try:
            listed = json.loads(stripped)
            return [str(each) for each in listed] if isinstance(listed, list) else [text]
        except (ValueError, RecursionError):
            stripped = stripped[1:-1]
    if "&" in stripped:
        stripped = html.unescape(stripped)
    if ";" in stripped:
        return stripped.split(";")
    if re.search(r"[,،，、]", stripped):
        return re.split(r"[,،，、]", stripped)
    if " #" in stripped and stripped.startswith("#"):
        return stripped.split()
    if "|" in stripped:
        return stripped.split("|")
    return stripped.split() if blanks else [stripped]


def _term_text(value: object) -> str:
    if isinstance(value, str) and value.isalnum() and value.isascii() and len(value) != _KEY_LENGTH:
        return value
    if isinstance(value, Mapping):
        if value.get("visibility") == "internal":  # Ghost's tags for the house itself
            return ""
        found = next((value[key] for key in _TERM if value.get(key)), None)
        if found is None and len(value) == 1:
            found = next(iter(value))
        return _term_text(found) if found is not None else ""
    text = _scalar_or_empty(value) if not isinstance(value, list | tuple) else one_text(value)
    text = text.strip(" \"'") if text[:1] in "\"'" else text.strip()
    if _OBJECT_KEY.fullmatch(text):
        return ""  # the key of a row that is not here
    if text.startswith(("http://", "https://")):
        return ""  # the address of a scheme, as Blogger's exports have it, is no word to filter by
    if "[[" in text:
        text = _WIKILINK.sub(r"\1", text)
    return text.lstrip("#").strip() if text.startswith("#") else referred(text)


def referred(text: str) -> str:
    """The name of the file that a text refers to, without its end; any other text as it is."""
    found = _REFERENCE.fullmatch(text) if "/" in text else None
    return found[1] if found else text


def _people(value: object) -> Iterator[str]:
    if isinstance(value, list | tuple):
        for each in value:
            yield from _one_person(each) if isinstance(each, str) and "](" not in each else _people(each)
    elif isinstance(value, Mapping):
        folded = {str(key).casefold(): each for key, each in value.items()}
        name = _name_in(folded)
        yield from _in_one_text(name) if name == folded.get("original") else (name,)
    elif isinstance(value, str):
        yield from _in_one_text(clean(value))
    elif value is not None:
        yield _scalar_or_empty(value)


def _name_in(person: Mapping[str, object]) -> str:
    """The name in a table of somebody, by keys in small letters; in two parts, if it stands so."""
    for key in _PERSON[:_WHOLE_NAMES]:
        if name := _scalar_or_empty(person.get(key)):
            return name
    parts = (
        next((part for key in keys if (part := _scalar_or_empty(person.get(key)))), "")
        for keys in (_FIRST_NAMES, _LAST_NAMES)
    )
    if name := " ".join(filter(None, parts)):
        return name
    return next((name for key in _PERSON[_WHOLE_NAMES:] if (name := _scalar_or_empty(person.get(key)))), "")


def stands_for_somebody(name: str) -> bool:
    """Whether a name of an author is none, but the key of a person whom only the database knows."""
    return _BARE_KEY.fullmatch(name) is not None


def _one_person(text: str) -> Iterator[str]:
    """An entry of a list is one person; an address names none."""
    name = _BY.sub("", clean(text))
    if "[[" in name:
        name = _WIKILINK.sub(r"\1", name)
    if "@" in name and (behind := _MAIL_BEFORE.fullmatch(name)):
        name = behind[1]
    name = referred(name)
    name = _ADDRESS_BEHIND.sub("", name) if "://" in name else name
    if name and not _ADDRESS.fullmatch(name):
        yield _without_mail(name)


def _without_mail(name: str) -> str:
    return _MAIL.sub("", name)


def _in_one_text(text: str) -> Iterator[str]:
    if text.startswith("[") and text.endswith("]") and not text.startswith("[["):
        try:
            yield from _people(json.loads(text))
            return
        except (ValueError, RecursionError):
            text = text[1:-1]
    if "](" in text:
        text = _LINK.sub(r"\1", text)
    text = _BY.sub("", text)
    if ";" in text:
        parts = text.split(";")
    elif "@" in text and _MAIL_BEFORE.fullmatch(text):
        parts = [text]
    elif _BETWEEN_PEOPLE.search(text):
        parts = _BETWEEN_PEOPLE.split(text)
    else:
        parts = _split_at_commas(text)
    for part in parts:
        bare = part if len(part) <= 3 or "@" in part else _IN_BRACKETS.sub("", part.strip())
        yield from _one_person(bare.strip())


def _split_at_commas(text: str) -> list[str]:
    """Several people in one text. `Aaron Snow, Dirigeant principal` is one person and an office."""
    head, *rest = _outside_brackets(text)
    first = _names_joined(head)
    if not rest:
        return first
    if len(first) > 1 and not all(map(_is_name, rest)):
        return first  # what stands behind the names is no name
    if all(map(_is_name, [part for each in (head, *rest) for part in _names_joined(each)])):
        return [part for each in (head, *rest) for part in _names_joined(each)]
    return [text]


def _outside_brackets(text: str) -> list[str]:
    """The parts of a text between commas that do not stand in round brackets."""
    parts: list[str] = []
    at, opened, closed = 0, -1, -1
    for found in _COMMA.finditer(text):
        if opened < found.end():
            opened = text.find("(", found.end()) % (len(text) + 1)  # its length where there is none
        if closed < found.end():
            closed = text.find(")", found.end()) % (len(text) + 1)
        if closed >= opened:
            parts.append(text[at : found.start()])
            at = found.end()
    return [*parts, text[at:]]


def _names_joined(text: str) -> list[str]:
    parts = _AND.split(text)
    return parts if len(parts) > 1 and all(map(_is_name, parts)) else [text]


def _is_name(text: str) -> bool:
    """Whether a text looks like one person's name: few words, no office, a capital or a nickname of one word."""
    bare = _IN_BRACKETS.sub("", text.strip())
    words = bare.split()
    if not words or len(words) > 5 or _OFFICE.search(bare):
        return False
    if len(words) == 1:
        return bare[:1].isalnum()
    return not words[0][:1].islower() and not words[-1][:1].islower()

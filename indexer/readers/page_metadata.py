"""What an HTML page says of its article: JSON-LD first, then OpenGraph, then the page's own tags."""

import html
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from urllib.parse import urlsplit

ARTICLES = frozenset(
    "article newsarticle blogposting reportagenewsarticle analysisnewsarticle opinionnewsarticle reviewnewsarticle"
    " backgroundnewsarticle liveblogposting techarticle scholarlyarticle report socialmediaposting"
    " advertisercontentarticle satiricalarticle".split()
)
_PUBLISHED = tuple(
    "article:published_time og:article:published_time datepublished date pubdate publishdate publish-date publish_date"
    " dc.date.issued dcterms.created dc.date dcterms.date parsely-pub-date sailthru.date publication_date"
    " cxenseparse:recs:publishtime citation_publication_date".split()
)
_UPDATED = ("article:modified_time", "og:updated_time", "datemodified", "last-modified", "dcterms.modified", "lastmod")
_AUTHORS = ("author", "parsely-author", "sailthru.author", "dc.creator", "dcterms.creator", "article:author", "byl",
            "citation_author")  # fmt: skip
_AUTHOR_TAGS = '//a[@rel="author"]|//*[@itemprop="author"]|//*[contains(concat(" ", @class, " "), " p-author ")]'
_BYLINES = '//*[@id="by"]|//*[@id="byline"]|//*[contains(concat(" ", @class, " "), " byline ")]'
_BYLINE = re.compile(r"(?:by|von|par|por|door|автор:?)\s+([^,|•·(\n]{2,80})", re.IGNORECASE)
_LEAST_HEADING = 10
_CAPTURED = re.compile(r"^https?://web\.archive\.org/web/\d{4,14}(?:[a-z]{2}_)?/(?=https?://)")
_SEPARATORS = re.compile(r"(?<!\s)\s+[|•·»–—-]\s+|(?:(?<!\s)\s+)?\|\s*")


def page_fields(tree: Any, linked: Sequence[Mapping[str, Any]]) -> dict[str, object]:
    """The fields of a page by the keys of the conventions; `linked` is its JSON-LD."""
    meta = _meta(tree)
    article = with_references(next((one for one in linked if is_article(one)), {}), linked)
    house = _text(_first(article.get("publisher"), "name")) or _one(meta, "og:site_name")
    url = _canonical(tree, meta, article)
    fields: dict[str, object] = {
        "title": _title(tree, meta, article, house, url),
        "published": _one_of(article, "datePublished", "dateCreated")
        or _more_exact(_one(meta, *_PUBLISHED), tree)
        or _time(tree),
        "updated": _one_of(article, "dateModified") or _one(meta, *_UPDATED),
        "description": _text(article.get("description"))
        or _one(meta, "og:description", "description", "dc.description")
        or _summary(tree),
        "authors": _authors(article, meta, tree, house),
        "language": _language(tree, meta, article),
        "image": _as_captured(_image(article.get("image")) or _one(meta, "og:image", "og:image:url", "twitter:image")),
        "url": _as_captured(url),
        "source": house,
    }
    section = _texts(article.get("articleSection")) or _all(meta, "article:section")
    fields["categories"] = [one for one in section if one != fields["title"]]
    fields["tags"] = _tags(article, meta, house)
    return fields


def with_references(article: Mapping[str, Any], linked: Sequence[Mapping[str, Any]]) -> Mapping[str, Any]:
    """An article of JSON-LD with what it names by `@id` alone, put in from elsewhere, such as its authors."""
    known = {str(one["@id"]): one for one in linked if "@id" in one and len(one) > 2}

    def found(value: object) -> object:
        if isinstance(value, Mapping) and "@id" in value and "name" not in value and "url" not in value:
            return known.get(str(value["@id"]), value)
        return value

    names = ("author", "creator", "publisher", "image")
    told = {key: article[key] for key in names if key in article}
    put = {
        key: [found(one) for one in value] if isinstance(value, list) else found(value) for key, value in told.items()
    }
    return {**article, **put}


def linked_data(tree: Any) -> list[Mapping[str, Any]]:
    """Every table of the JSON-LD of a page; what is broken is left out."""
    found: list[Mapping[str, Any]] = []
    for script in tree.iter("script"):
        if "ld+json" in (script.get("type") or "").lower() and script.text:
            try:
                read = json.loads(
                    re.sub(r"^\s*<!--|-->\s*$|^\s*//<!\[CDATA\[|//\]\]>\s*$", "", script.text), strict=False
                )
            except (ValueError, RecursionError):
                continue
            found.extend(_tables(read, 0))
    return found


def linked_tables(read: object) -> list[Mapping[str, Any]]:
    """Every table of JSON-LD in what was read of it: graphs, and pages with what they are about."""
    return list(_tables(read, 0))


def is_article(table: Mapping[str, Any]) -> bool:
    """Whether a table of JSON-LD is of an article."""
    return any(str(one).rsplit("/", 1)[-1].lower() in ARTICLES for one in _listed(table.get("@type")))


def _tables(read: object, depth: int) -> Iterator[Mapping[str, Any]]:
    if isinstance(read, list):
        for each in read[:200]:
            yield from _tables(each, depth)
    elif isinstance(read, Mapping):
        yield read
        for key in ("@graph", "mainEntity", "mainEntityOfPage", "hasPart"):
            if depth < 3 and isinstance(read.get(key), list | Mapping):
                yield from _tables(read[key], depth + 1)


def _meta(tree: Any) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for tag in tree.iter("meta"):
        name = (
            (tag.get("property") or tag.get("name") or tag.get("itemprop") or tag.get("http-equiv") or "")
            .strip()
            .lower()
        )
        content = tag.get("content")
        if name and content and content.strip():
            found.setdefault(name, []).append(content.strip())
    return found


def _one(meta: Mapping[str, list[str]], *names: str) -> str:
    return next((meta[name][0] for name in names if name in meta), "")


def _all(meta: Mapping[str, list[str]], *names: str) -> list[str]:
    return next((list(dict.fromkeys(meta[name])) for name in names if name in meta), [])


def _title(tree: Any, meta: Mapping[str, list[str]], article: Mapping[str, Any], house: str, url: str) -> str:
    headline = _text(article.get("headline"))
    if headline and not headline.endswith(("…", "...")):
        return headline
    named = tree.xpath('//h1[contains(concat(" ", @class, " "), " p-name ")]')
    if len(named) == 1 and (title := " ".join(named[0].text_content().split())):
        return title
    headings = [" ".join(h.text_content().split()) for h in tree.iter("h1")]
    titles = [" ".join((one.text or "").split()) for one in tree.iter("title")][:1]
    for title in (_one(meta, "og:title"), *titles, _one(meta, "twitter:title")):
        if title:
            return _without_house(html.unescape(title), house, headings, url)
    return next((heading for heading in headings if heading), "")


def _without_house(title: str, house: str, headings: Sequence[str], address: str) -> str:
    """A title without the name of the house behind or before it."""
    if len(headings) == 1 and len(headings[0]) >= _LEAST_HEADING and title.startswith(f"{headings[0]} "):
        return headings[0]  # what stands behind the only heading is the house's: `A long day LG #102`
    parts = _SEPARATORS.split(title)
    if len(parts) < 2:
        return title
    for heading in headings:
        if heading and title.casefold().startswith(heading.casefold()) and len(heading) >= len(parts[0]):
            return title[: len(heading)]
    domain = _host(address).removeprefix("www.").split(".")[0]
    names = {_letters(name) for name in (house, domain, house.split(".", maxsplit=1)[0]) if name}
    for part, rest in ((parts[-1], title[: title.rfind(parts[-1])]), (parts[0], title[len(parts[0]) :])):
        letters = _letters(part)
        if letters and any(
            letters == name or (len(name) > 2 and (name in letters or letters in name)) for name in names
        ):
            return rest.strip(" |•·»–—-")
    return title


def _host(address: str) -> str:
    try:
        return urlsplit(address).hostname or ""
    except ValueError:
        return ""


def _letters(text: str) -> str:
    return "".join(sign for sign in text.casefold() if sign.isalnum())


def _authors(article: Mapping[str, Any], meta: Mapping[str, list[str]], tree: Any, house: str) -> list[str]:
    named = [name for one in _listed(article.get("author")) for name in _names(one)]
    if not named:
        named = _all(meta, *_AUTHORS[:2]) or _all(meta, *_AUTHORS[2:])
    if not named:
        named = [" ".join(tag.text_content().split()) for tag in tree.xpath(_AUTHOR_TAGS)][:3]
    if not named:
        shown = (" ".join(tag.text_content().split()) for tag in tree.xpath(_BYLINES)[:3])
        named = [found[1].strip() for one in shown if (found := _BYLINE.match(one))]
    known = {_letters(house)} | {_letters(one) for one in _all(meta, "og:site_name")}
    return [name for name in named if name and "://" not in name and len(name) < 120 and _letters(name) not in known]


def _names(author: object) -> list[str]:
    if isinstance(author, Mapping):
        if str(author.get("@type", "")).lower().endswith("organization"):
            return []
        return _texts(author.get("name"))
    return _texts(author)


def _tags(article: Mapping[str, Any], meta: Mapping[str, list[str]], house: str) -> list[str]:
    written = article.get("keywords")
    found = _texts(written) if isinstance(written, list) else _parted(written) if isinstance(written, str) else []
    if not found:
        found = _all(meta, "article:tag")
        if len(found) == 1:
            found = _parted(found[0])
    if not found:
        found = _parted(_one(meta, "news_keywords", "keywords", "parsely-tags"))
    return [tag for tag in dict.fromkeys(found) if ":" not in tag[:12] or " " in tag] if house or found else []


def _parted(text: str) -> list[str]:
    return [part.strip() for part in re.split(r"[,;]", html.unescape(text)) if part.strip()]


def _language(tree: Any, meta: Mapping[str, list[str]], article: Mapping[str, Any]) -> str:
    root = tree if tree.tag == "html" else next(tree.iter("html"), tree)
    stated = root.get("lang") or root.get("{http://www.w3.org/XML/1998/namespace}lang") or ""
    return stated or _text(article.get("inLanguage")) or _one(meta, "og:locale", "content-language", "dc.language")


def _canonical(tree: Any, meta: Mapping[str, list[str]], article: Mapping[str, Any]) -> str:
    for link in tree.iter("link"):
        if "canonical" in (link.get("rel") or "").lower().split() and link.get("href"):
            return str(link.get("href")).strip()
    for link in tree.xpath('//a[@href][contains(concat(" ", @class, " "), " p-canonical ")]'):
        return str(link.get("href")).strip()
    page = article.get("mainEntityOfPage")
    return _one(meta, "og:url") or _text(article.get("url")) or (page if isinstance(page, str) else "")


def _summary(tree: Any) -> str:
    """The summary that a page marks as such, by its microformat."""
    marked = tree.xpath('//*[contains(concat(" ", @class, " "), " p-summary ")]')
    return " ".join(marked[0].text_content().split())[:1_000] if marked else ""


def _as_captured(address: str) -> str:
    """An address as the page had it before the Wayback Machine put its own before it."""
    return _CAPTURED.sub("", address)


def _more_exact(day: str, tree: Any) -> str:
    """A time that the page shows of the day that its head states, or the day."""
    shown = _time(tree) if len(day) == len("2019-02-03") else ""
    return shown if shown.startswith(day) else day


def _time(tree: Any) -> str:
    """The time that a tag of the page says it was published."""
    for tag in tree.xpath("//time[@datetime]"):
        said = f"{tag.get('itemprop', '')} {tag.get('class', '')} {tag.get('pubdate', '')}".lower()
        if "publi" in said or "entry-date" in said or "pubdate" in tag.attrib:
            return str(tag.get("datetime"))
    inside = tree.xpath("//article//time[@datetime]|//header//time[@datetime]")
    return str(inside[0].get("datetime")) if inside else ""


def _image(value: object) -> str:
    if isinstance(value, list):
        return next((found for each in value if (found := _image(each))), "")
    if isinstance(value, Mapping):
        return _text(value.get("url")) or _text(value.get("contentUrl"))
    return value if isinstance(value, str) else ""


def _one_of(article: Mapping[str, Any], *keys: str) -> str:
    return next((found for key in keys if (found := _text(article.get(key)))), "")


def _first(value: object, key: str) -> object:
    return next((one.get(key) for one in _listed(value) if isinstance(one, Mapping)), None)


def _listed(value: object) -> Sequence[Any]:
    return value if isinstance(value, list) else [] if value is None else [value]


def _text(value: object) -> str:
    if isinstance(value, list):
        value = next((each for each in value if each), None)
    return " ".join(html.unescape(value).split()) if isinstance(value, str) else ""


def _texts(value: object) -> list[str]:
    return [text for each in _listed(value) if (text := _text(each))]

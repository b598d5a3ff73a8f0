"""HTML: a fragment under a front matter, or a whole page of a built site or a crawl, by trafilatura."""

import logging
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from indexer.content.body_html import MOST_ATTRIBUTES, overloaded
from indexer.content.conventions import Fields
from indexer.content.decoding import decoded
from indexer.content.document import Document, Found, Omitted, SourceFile, UnfitError
from indexer.content.extras import needed
from indexer.readers.markdown import head_of
from indexer.readers.page_metadata import is_article, linked_data, page_fields

_PAGE = re.compile(rb"<!doctype\s+html|<html[\s>]|<head[\s>]", re.IGNORECASE)
_LIST_FOLDER = re.compile("tags?|categor(?:y|ies)|authors?|archives?|topics?|labels?|search|page", re.IGNORECASE)
_NUMBERED_PAGE = re.compile(r"(?:^|/)page/?\d+(?:/index)?\.html?$", re.IGNORECASE)
_MISSING = re.compile(
    r"\b404\b|page not found|not found|seite nicht gefunden|page introuvable|не знайдено", re.IGNORECASE
)
_TEMPLATE = re.compile(
    r"\{\{-?[ \t]*(?:content|page|site|define|block|title|\.|#|>)|\{%-?[ \t]*(?:include|extends|block|for)\b"
)
"""What stands where a generator fills in: a page with a title of its own may hold some of it too."""
_BESIDE = re.compile(r"(?:\./)?(?!index\.)[\w.-]{1,200}\.s?html?", re.IGNORECASE)
_LEAST_LISTED = 5
_LEAST_TEXT = 200
"""A page that does not call itself an article needs so many characters of text to be one."""


class HtmlReader:
    """Reads a page as one article; lists, redirects and error pages are omitted."""

    name = "HTML"
    suffixes = frozenset({".html", ".htm", ".xhtml"})
    streams = False

    def read(self, file: SourceFile) -> Iterable[Found]:
        """The one document of a file. Raises UnfitError where trafilatura is not installed."""
        if not _PAGE.search(file.content[:4_096]):
            yield _fragment(file)
            return
        trafilatura = needed("trafilatura", "HTML pages")
        for name in ("trafilatura", "htmldate", "courlan"):
            logging.getLogger(name).setLevel(logging.CRITICAL)
        yield _page(file, trafilatura)


def _fragment(file: SourceFile) -> Found:
    _, found = head_of(file)
    if not found.fields and "<" not in found.body:
        return Omitted(file.path, "HTML without an article")
    if _TEMPLATE.search(found.body) and Fields(found.fields).first("title") is None:
        return Omitted(file.path, "template of the site")
    return Document(
        path=file.path,
        fields=found.fields,
        body=found.body,
        markup="html",
        front=found.written,
        problems=found.problems,
        file_language=file.language,
    )


def _page(file: SourceFile, trafilatura: Any) -> Found:
    tree = _tree(file, trafilatura)
    linked = linked_data(tree)
    fields = page_fields(tree, linked)
    if reason := _no_article(file.path, tree, linked, str(fields["title"])):
        return Omitted(file.path, reason)
    url = str(fields["url"])
    try:
        body = trafilatura.extract(
            tree,
            output_format="html",
            include_links=True,
            include_tables=True,
            include_comments=False,
            favor_recall=True,
        )
    except Exception as failed:  # what a parser meets in hostile pages is not foreseen
        raise UnfitError(f"cannot be read as a page: {type(failed).__name__}") from failed
    if not _calls_itself_article(tree, linked) and len(re.sub(r"<[^<>]*>", "", body or "")) < _LEAST_TEXT:
        return Omitted(file.path, "page without an article")
    return Document(
        path=file.path,
        fields={key: value for key, value in fields.items() if value},
        body=re.sub(r"^\s*<html>\s*<body>|</body>\s*</html>\s*$", "", body or ""),
        markup="html",
        base=url if url.startswith("http") else "",
        file_language=file.language,
    )


def _is_list_path(path: str) -> bool:
    """Whether a page lies in a folder of lists, or is one of a list's numbered pages."""
    *folders, name = path.split("/")
    in_lists = name.lower().endswith((".htm", ".html")) and any(map(_LIST_FOLDER.fullmatch, folders))
    return in_lists or _NUMBERED_PAGE.search(path) is not None


def _tree(file: SourceFile, trafilatura: Any) -> Any:
    text, _ = decoded(file.content)
    if overloaded(text):
        raise UnfitError(f"has a tag of more than {MOST_ATTRIBUTES:,} attributes")
    try:
        tree = trafilatura.load_html(re.sub(r"^\s*<\?xml[^>]*\?>", "", text))
    except Exception as failed:  # as above
        raise UnfitError(f"cannot be read as a page: {type(failed).__name__}") from failed
    if tree is None:
        raise UnfitError("cannot be read as a page")
    return tree


def _no_article(path: str, tree: Any, linked: Sequence[Mapping[str, Any]], title: str) -> str:
    """Why a page is no article, or an empty text."""
    for tag in tree.iter("meta"):
        name = (tag.get("http-equiv") or tag.get("name") or "").lower()
        if name == "refresh" and "url=" in (tag.get("content") or "").lower():
            return "redirect"
        if name == "robots" and "noindex" in (tag.get("content") or "").lower():
            return "page that asks not to be indexed"
    if path.rsplit("/", 1)[-1].lower() in ("404.html", "500.html", "offline.html") or (
        len(title) < 60 and _MISSING.search(title)
    ):
        return "error page"
    if path.rsplit("/", 1)[-1].startswith("draft_") and tree.xpath('//*[contains(@class, "h-entry")]'):
        return "draft"  # Medium exports its writers' drafts beside what they published
    if _calls_itself_article(tree, linked):
        return ""
    if _is_list_path(path):
        return "list page"
    if "/" not in path and path.lower().startswith("index.") and len(tree.xpath("//article")) != 1:
        return "list page"
    return "list page" if _lists_its_folder(path, tree) or _mostly_links(tree) else ""


def _lists_its_folder(path: str, tree: Any) -> bool:
    """Whether a page is the table of contents of its folder: an index that links several files beside it."""
    if not path.rsplit("/", 1)[-1].lower().startswith("index."):
        return False
    linked = {str(tag.get("href")).strip() for tag in tree.xpath("//body//a[@href]")}
    return sum(map(bool, map(_BESIDE.fullmatch, linked))) >= _LEAST_LISTED


def _calls_itself_article(tree: Any, linked: Sequence[Mapping[str, Any]]) -> bool:
    if any(map(is_article, linked)):
        return True
    for tag in tree.iter("meta"):
        name = (tag.get("property") or tag.get("name") or "").lower()
        if name == "og:type" and (tag.get("content") or "").strip().lower() == "article":
            return True
        if name == "article:published_time":
            return True
    return False


def _mostly_links(tree: Any) -> bool:
    """Whether most of what a page says stands in links, or it holds several articles."""
    if len(tree.xpath("//article")) > 2:
        return True
    whole = sum(len(text.strip()) for text in tree.xpath("//body//text()[not(ancestor::script or ancestor::style)]"))
    linked = sum(len(text.strip()) for text in tree.xpath("//body//a//text()"))
    return whole > 0 and linked > 0.6 * whole

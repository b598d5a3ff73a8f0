"""Hooks of MkDocs: pages from the root of the repository, and links to files that are no pages."""

import posixpath
import re
from pathlib import Path

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files
from mkdocs.structure.pages import Page

ROOT = Path(__file__).resolve().parent.parent
ROOT_PAGES = ("ARCHITECTURE.md", "CONTRIBUTING.md", "SECURITY.md", "CHANGELOG.md")
"""Pages that live beside the code, and are shown with the documents."""
_LINK = re.compile(r"\[([^\]]*)\]\((?![a-z]+:|#)([^)#\s]+)(#[^)\s]*)?\)")


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Add the pages of the root, as if they stood in docs/."""
    for name in ROOT_PAGES:
        files.append(File.generated(config, name, content=(ROOT / name).read_text(encoding="utf-8")))
    return files


def on_page_markdown(markdown: str, page: Page, config: MkDocsConfig, files: Files) -> str:  # noqa: ARG001
    """Point links of one page to pages of the site; a link to any other file of the repository becomes its path."""
    path = page.file.src_uri
    home = posixpath.dirname(path if path in ROOT_PAGES else f"docs/{path}")

    def rewritten(link: re.Match[str]) -> str:
        text, target, anchor = link[1], link[2], link[3] or ""
        file = posixpath.normpath(posixpath.join(home, target))
        name = file if file in ROOT_PAGES else file.removeprefix("docs/")
        if (file in ROOT_PAGES or file.startswith("docs/")) and files.get_file_from_path(name):
            return f"[{text}]({posixpath.relpath(name, posixpath.dirname(path) or '.')}{anchor})"
        if not (ROOT / file).exists():
            return link[0]  # a broken link, for MkDocs to report
        return f"{text} (`{file}`)" if text.strip("`") not in (file, f"{file}/") else f"`{file}`"

    return _LINK.sub(rewritten, markdown)

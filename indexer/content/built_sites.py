"""Folders that a site's generator made of the sources beside them: reading both would give every article twice."""

import re
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import NamedTuple

from indexer.content.beneath import open_beneath
from indexer.content.dates import day_of_name
from indexer.content.document import UnfitError
from indexer.content.page_names import MOST_HEADS, page_names
from indexer.content.site_files import is_about_repository
from indexer.content.sorted_paths import paths_below

BUILT = "output of the site's generator beside its sources"
"""Why a file of such a folder is left out."""
_MOST_BYTES = 100_000
_SOURCES = frozenset(
    ".md .markdown .mdx .mdown .mkd .mkdn .mdwn .mdc .mdoc .svx .qmd .rmd .rst"
    " .adoc .asciidoc .org .textile .lr".split()
)
_PAGES = frozenset({".html", ".htm", ".xhtml"})
_MADE = _PAGES | {".xml", ".json", ".atom", ".rss"}
_LISTING = re.compile(r"(?:^|/)(?:tags?|categor(?:y|ies)|page|authors?)/|^(?:\d{1,4}/)*index\.[a-z]+$")
"""Pages that list others: none of them is made of a file."""
_LANGUAGE = re.compile(r"\.[a-z]{2}(?:[-_][a-z]{2})?$", re.IGNORECASE)
_PLACE = re.compile(r"^\d{1,3}[-_. ]+(?=\D)")
"""The place that a file's name gives it among others, which generators leave out."""
_OUTPUT = re.compile(r"(?:^|/)(?:public|_site|dist|build|output|out|_build|htdocs|public_html)/")
_LEAST_SOURCES, _LEAST_PAGES = 1 / 5, 1 / 4
"""So many of the sources must have a page of their name, and so many of the pages a source."""


class _Generator(NamedTuple):
    """What a configuration says: the folders of output without a word of it, the key that names another, a mark."""

    outputs: tuple[str, ...]
    key: str = ""
    mark: str = ""


_HUGO = _Generator(("public",), "publishdir|output_dir", "baseurl|base_url|languagecode|publishdir")
_GENERATORS: dict[str, tuple[_Generator, ...]] = {
    "hugo": (_Generator(("public",), "publishdir"),),
    "config": (_HUGO,),
    "_config": (_Generator((), "public_dir", "public_dir"), _Generator(("_site",), "destination|dest")),
    ".eleventy": (_Generator(("_site",), "output"),),
    "eleventy.config": (_Generator(("_site",), "output"),),
    "astro.config": (_Generator(("dist",), "outdir"),),
    "docusaurus.config": (_Generator(("build",)),),
    "gatsby-config": (_Generator(("public",)),),
    "next.config": (_Generator(("out",), "distdir"),),
    "nuxt.config": (_Generator(("dist",)),),
    "gridsome.config": (_Generator(("dist",), "outputdir"),),
    "quartz.config": (_Generator(("public",)),),
    "svelte.config": (_Generator(("build",)),),
    "pelicanconf": (_Generator(("output",), "output_path"),),
    "conf": (_Generator(("output",), "output_folder", "blog_title"), _Generator(("_build", "_website"))),
    "mkdocs": (_Generator(("site",), "site_dir"),),
    "book": (_Generator(("book",), "build-dir"),),
    "_quarto": (_Generator(("_site", "_book"), "output-dir"),),
    "bridgetown.config": (_Generator(("output",), "destination"),),
    "metalsmith": (_Generator(("build",), "destination"),),
    "antora-playbook": (_Generator(("build/site",), "dir"),),
    "nanoc": (_Generator(("output",), "output_dir"),),
    "soupault": (_Generator(("build",), "build_dir"),),
    "_cobalt": (_Generator(("_site",), "destination"),),
    "jbake": (_Generator(("output",), "destination.folder"),),
    "podspec": (_Generator(("build",)),),
}
"""By the name of a configuration without its ending, the generators that have one of that name."""
_CONFIG_RUBY = (_Generator(("build",), "build_dir"),)
_ENDINGS = (".toml", ".yaml", ".yml", ".json", ".js", ".cjs", ".mjs", ".ts", ".mts", ".py", ".properties", ".rb")


def is_configuration(name: str) -> bool:
    """Whether a file of that name may be the configuration of a generator."""
    return bool(_generators(name))


def built_folders(content: Path, configurations: Iterable[str], listed: Sequence[str]) -> tuple[str, ...]:
    """The folders of output, with a `/` behind; `listed` are the files that readers claim, all relative to `content`.

    A folder counts if most of what readers claim in it is of the kind that generators make, and has the names of
    sources beside it, or those that their heads state: of what a site publishes, the output may be the only copy.
    """
    found: set[str] = set()
    listed = sorted(listed)
    for path in configurations:
        root, _, name = path.rpartition("/")
        if root.endswith("config/_default") or root == "config/_default":  # Hugo's configuration in several files
            root = root.removesuffix("config/_default").rstrip("/")
        text = _text(content, path)
        for generator in _generators(name):
            if generator.mark and not re.search(
                rf"^[ \t\"']*+(?:{generator.mark})\b", text, re.MULTILINE | re.IGNORECASE
            ):
                continue
            for output in _stated(generator, text) or generator.outputs:
                folder = f"{root}/{output}/".lstrip("/")
                if folder not in found and _is_built(content, folder, f"{root}/".lstrip("/"), listed):
                    found.add(folder)
    for folder in _named_outputs(listed) - found:
        if not folder.startswith(tuple(found)) and _is_built(
            content, folder, folder[: folder.rstrip("/").rfind("/") + 1], listed
        ):
            found.add(folder)
    return tuple(sorted(found))


def _named_outputs(listed: Iterable[str]) -> set[str]:
    """The folders with pages that have a name by which generators call their output, of which no configuration tells.

    A copy of a site often lacks its configuration, or lies in a folder of another system.
    """
    found = (_OUTPUT.search(path) for path in listed if path.endswith(".html"))
    return {one.string[: one.end()] for one in found if one}


def _generators(name: str) -> tuple[_Generator, ...]:
    stem, dot, ending = name.rpartition(".")
    if f"{dot}{ending}" not in _ENDINGS:
        return ()
    if name == "config.rb":
        return _CONFIG_RUBY
    return _GENERATORS.get(stem, ())


def _stated(generator: _Generator, text: str) -> tuple[str, ...]:
    """The folder that a configuration names, if it is one below its own."""
    if not generator.key:
        return ()
    inside = r"(?:(?![ \t]*+(?://|[#*;]))[^\n]*[{,])?"  # a key of a table on one line, unless the line is a comment
    pattern = rf"^{inside}[ \t\"']*+(?:{generator.key})[\"']?[ \t]*+[:=]\s*+[\"']?(?:\./)?([\w][\w./-]*)"
    named = re.search(pattern, text, re.MULTILINE | re.IGNORECASE)
    output = named[1].strip("/") if named else ""
    return (output,) if output and ".." not in output.split("/") else ()


def _is_built(content: Path, folder: str, root: str, listed: Sequence[str]) -> bool:
    """Whether pages of a folder have the names of sources beside it, or those that sources state for their pages."""
    within = list(paths_below(folder, listed))
    made = sum(_ending(path) in _MADE for path in within)
    if made * 2 <= len(within):
        return False
    beside = [path for path in paths_below(root, listed) if _ending(path) in _SOURCES and not path.startswith(folder)]
    sources = {path: name for path in beside if not is_about_repository(name := _page_name(path[len(root) :]))}
    output = [path[len(folder) :] for path in within]
    pages = [path for path in output if _ending(path) in _PAGES] or [path for path in output if _ending(path) in _MADE]
    made_names = {_page_name(path) for path in pages}
    own = {name for path in pages if not (_LISTING.search(path) or is_about_repository(name := _page_name(path)))}
    if own:  # Every site has a page of that name.
        made_names -= {"index"}
    names = set(sources.values())
    both = names & made_names
    if both and len(both) >= _LEAST_SOURCES * len(names) and len(both) >= _LEAST_PAGES * len(own):
        return True
    looked_at = list(sources)[:: max(1, len(sources) // MOST_HEADS)]
    stated = [page_names(_text(content, path)) | {sources[path]} for path in looked_at]
    made_of = [one for one in stated if one & made_names]
    there = len(set().union(*stated) & own) * len(sources) / max(1, len(looked_at))
    return len(made_of) > 0 and len(made_of) >= _LEAST_SOURCES * len(stated) and there >= _LEAST_PAGES * len(own)


def _page_name(path: str) -> str:
    """What the name of a source and that of the page made of it have in common."""
    *folders, name = path.split("/")
    stem = _LANGUAGE.sub("", name.rpartition(".")[0])
    stem = folders[-1] if stem in ("index", "_index") and folders else stem.removeprefix("_")
    stem = day_of_name(stem)[1] or stem
    return re.sub(r"[\W_]+", "-", _PLACE.sub("", stem).casefold()).strip("-")


def _ending(path: str) -> str:
    return path[path.rfind(".") :].lower()


def _text(content: Path, path: str) -> str:
    """The beginning of a configuration; nothing where it cannot be read."""
    try:
        with open_beneath(content, path) as file:
            return file.read(_MOST_BYTES).decode("utf-8", "replace")
    except (OSError, UnfitError):
        return ""

"""Folders that a site's generator made of the sources beside them: reading both would give every article twice."""

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice, takewhile
from pathlib import Path
from typing import NamedTuple

from indexer.content.beneath import open_beneath
from indexer.content.document import UnfitError

BUILT = "output of the site's generator beside its sources"
"""Why a file of such a folder is left out."""
_MOST_BYTES = 100_000
_SOURCES = frozenset(
    ".md .markdown .mdx .mdown .mkd .mkdn .mdwn .mdc .mdoc .qmd .rmd .rst .adoc .asciidoc .org .textile .lr".split()
)
_MADE = frozenset({".html", ".htm", ".xhtml", ".xml", ".json", ".atom", ".rss"})


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

    A folder counts if most of what readers claim in it is of the kind that generators make, and sources are beside it.
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
                if folder not in found and _is_built(folder, f"{root}/".lstrip("/"), listed):
                    found.add(folder)
    return tuple(sorted(found))


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
    pattern = rf"^[ \t\"']*+(?:{generator.key})[\"']?[ \t]*+[:=]\s*+[\"']?(?:\./)?([\w][\w./-]*)"
    named = re.search(pattern, text, re.MULTILINE | re.IGNORECASE)
    output = named[1].strip("/") if named else ""
    return (output,) if output and ".." not in output.split("/") else ()


def _is_built(folder: str, root: str, listed: Sequence[str]) -> bool:
    within = list(_below(folder, listed))
    made = sum(_ending(path) in _MADE for path in within)
    if made * 2 <= len(within):
        return False
    return any(_ending(path) in _SOURCES and not path.startswith(folder) for path in _below(root, listed))


def _below(folder: str, listed: Sequence[str]) -> Iterator[str]:
    """The paths below a folder, of a list in order."""
    return takewhile(lambda path: path.startswith(folder), islice(listed, bisect_left(listed, folder), None))


def _ending(path: str) -> str:
    return path[path.rfind(".") :].lower()


def _text(content: Path, path: str) -> str:
    """The beginning of a configuration; nothing where it cannot be read."""
    try:
        with open_beneath(content, path) as file:
            return file.read(_MOST_BYTES).decode("utf-8", "replace")
    except (OSError, UnfitError):
        return ""

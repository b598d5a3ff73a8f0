#!/usr/bin/env python3
"""The first question that `make run` asks: the title of the newest article of an index."""

import sys
from collections.abc import Sequence

import search
from search.cli.main import main as lede


def main(arguments: Sequence[str]) -> int:
    """Ask for the newest article by its title; 0 whatever is found."""
    folder = arguments[0] if arguments else "index"
    with search.open_index(folder) as index:
        newest = index.search("", sort="newest", limit=1).hits
    if newest:
        title = newest[0].article.title
        print(f"$ lede query {title!r} -n 3 --index {folder}")
        lede(["query", "-n", "3", "--index", folder, "--", title])
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

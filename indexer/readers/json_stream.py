"""The items of a list in a JSON file that is too long to be read as a whole."""

import json
import os
import re
from collections.abc import Iterator
from io import TextIOWrapper
from typing import BinaryIO

from indexer.content.document import UnfitError

_CHUNK = 1 << 20
_PARTED = re.compile(r"[ \t\r\n,]*+")
_LIST = re.compile(r'^\s*\[|"(?:items|articles|posts|entries|data|results)"\s*:\s*\[')


def list_items(opened: BinaryIO, most: int) -> Iterator[tuple[int, object]]:
    """Each item of the list in an opened file with its number, from 1 on.

    `most` is how many characters one item may have.

    Raises UnfitError where the file is no list, or an item is too long or broken.
    """
    decoder = json.JSONDecoder(strict=False)
    with TextIOWrapper(opened, encoding="utf-8-sig", errors="replace") as file:
        text = file.read(_CHUNK).lstrip()
        if not text.startswith("["):
            raise UnfitError(
                f"has {os.fstat(opened.fileno()).st_size:,} bytes, too many for JSON that is no list;"
                " write a list or JSON Lines"
            )
        at, number = 1, 0
        while True:
            at = _PARTED.match(text, at).end()  # type: ignore[union-attr]  # it matches nothing too
            if text.startswith("]", at):
                return
            try:
                item, at = decoder.raw_decode(text, at)
            except (ValueError, RecursionError) as wrong:
                text, at = text[at:], 0  # once a piece, not once an item
                more = file.read(max(_CHUNK, len(text)))
                if not more or len(text) > most:
                    raise UnfitError(f"item {number + 1} is broken or too long: {wrong}") from wrong
                text += more
                continue
            number += 1
            yield number, item


def whole_items(text: str) -> tuple[dict[str, object], list[object]]:
    """Of JSON that breaks off: the fields before its list, and the items of the list that are whole."""
    decoder = json.JSONDecoder(strict=False)
    found = _LIST.search(text)
    if not found:
        return {}, []
    try:
        head = json.loads(f"{text[: found.start()].rstrip().rstrip(',')}}}", strict=False)
    except (ValueError, RecursionError):
        head = {}
    items: list[object] = []
    at = found.end()
    try:
        while True:
            while text[at : at + 1] in (" ", "\t", "\r", "\n", ","):
                at += 1
            item, at = decoder.raw_decode(text, at)
            items.append(item)
    except (ValueError, RecursionError):
        return head if isinstance(head, dict) else {}, items

"""Directives of ikiwiki in a page: its fields (`[[!meta title="…"]]`, `[[!tag …]]`), and the text without them."""

import re

from indexer.content.delimited import delimiters, replaced

_DIRECTIVE = (delimiters(r"\[\[!", r"\]\]", 5_000),)
_META = re.compile(r"\[\[!meta[ \t\n]++(\w+)[ \t]*+=[ \t]*+(?:\"\"\"([^\"]*)\"\"\"|\"([^\"]*)\"|([^\s\]\"]+))")
_TAGS = re.compile(r"\[\[!tag(?:link)?[ \t\n]++([^\]\[\n]{1,1000})\]\]")
_LINK = re.compile(r"\[\[([^\]|!\n]{1,300}+)\|([^\]\n]{1,300})\]\]")


def ikiwiki_page(text: str) -> tuple[dict[str, object], str]:
    """The fields that the directives of a page state, and its text without directives; no field where it has none."""
    if "[[!" not in text:
        return {}, text
    fields: dict[str, object] = {}
    for found in _META.finditer(text):
        fields.setdefault(found[1], found[2] or found[3] or found[4] or "")
    if tags := [tag for found in _TAGS.finditer(text) for tag in found[1].split()]:
        fields["tags"] = tags
    return fields, replaced(text, _DIRECTIVE, lambda _: "")


def with_label_last(text: str) -> str:
    """The text with links as other wikis write them: ikiwiki's label stands before the page."""
    return _LINK.sub(r"[[\2|\1]]", text) if "[[" in text else text

"""The metadata that an MDX or JavaScript module exports, as Next, Astro and others keep it in place of front matter."""

import re

from indexer.content.brackets import closing_bracket
from indexer.content.yaml_fields import yaml_fields

_EXPORT = re.compile(
    r"^export\s+const\s+(?:metadata|meta|frontmatter|frontMatter|attributes|post|article)\b[^={\n]{0,80}=\s*(?=\{)",
    re.MULTILINE,
)
_NEW_DATE = re.compile(r"new Date\(([^()]{0,100})\)")
_KEY = re.compile(r"([{,]\s*)([A-Za-z_]\w*|'[\w-]+'|\"[\w-]+\")\s*:(?=\S)")
_COMMENT = re.compile(r"(?<!:)//[^\n\"'`]*$", re.MULTILINE)
_MOST = 20_000


def exported_fields(text: str) -> dict[str, object]:
    """The table that a module exports as its metadata; nothing where it has none that can be read."""
    found = _EXPORT.search(text[:_MOST])
    return object_fields(text[found.end() :]) if found else {}


def object_fields(text: str) -> dict[str, object]:
    """The table that an object of JavaScript at the head of a text is; nothing where it cannot be read."""
    end = closing_bracket(text, 0, _MOST, "{[", "}]", "\"'`")
    if end is None:
        return {}
    written = _COMMENT.sub("", text[:end])
    written = _NEW_DATE.sub(r"\1", written).replace("`", '"')
    fields, problems = yaml_fields(_KEY.sub(r"\1\2: ", written).replace("\t", " "), 1)
    return dict(fields) if fields and not problems else {}

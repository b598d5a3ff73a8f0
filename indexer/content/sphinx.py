"""What directives of Sphinx's blogs say of a page: ABlog's `post` and `update`, Tinkerer's lines at the end, `meta`."""

import re

_DIRECTIVE = re.compile(
    r"^\.\. (post|update|meta|author|categories|tags)::[ \t]*+([^\n]*)(?:\n((?:[ \t]+:[\w-]+:[^\n]*(?:\n|\Z))*))?",
    re.MULTILINE,
)
_MYST_POST = re.compile(r"^(:::+|```+)\{post\}[ \t]*+([^\n]*)\n((?::[\w-]+:[^\n]*\n)*)", re.MULTILINE)
_MYST_OPTION = re.compile(r"^:([\w-]+):[ \t]*+([^\n]*)$", re.MULTILINE)
_OPTION = re.compile(r"^[ \t]+:([\w-]+):[ \t]*+([^\n]*)$", re.MULTILINE)
_OF_POST = ("tags", "category", "author", "language")
_OF_META = ("description", "keywords", "author")
_NOTHING = frozenset({"", "none", "default"})
"""What Tinkerer writes where nothing is stated."""


def myst_post(text: str) -> tuple[dict[str, object], str]:
    """What ABlog's directive `post` says in MyST, and the text without it; what it wraps stays."""
    found = _MYST_POST.search(text)
    if not found:
        return {}, text
    options = {key: value.strip() for key, value in _MYST_OPTION.findall(found[3]) if value.strip()}
    fields: dict[str, object] = {key: options[key] for key in _OF_POST if key in options}
    fields |= {"date": found[2].strip()} if found[2].strip() else {}
    rest = text[found.end() :].split(f"\n{found[1]}", 1)
    return fields, "\n".join([text[: found.start()], *rest])


def sphinx_fields(text: str) -> dict[str, object]:
    """The fields that the directives of a page state; a page of documentation, which has none, states nothing."""
    fields: dict[str, object] = {}
    meta: dict[str, object] = {}
    for name, argument, written in _DIRECTIVE.findall(text) if "::" in text else ():
        options = {key: value.strip() for key, value in _OPTION.findall(written) if value.strip()}
        said = argument.strip()
        if name == "post":
            fields |= {key: options[key] for key in _OF_POST if key in options}
            fields |= {"date": said} if said else {}
        elif name == "update":
            fields["updated"] = said
        elif name == "meta":
            meta |= {key: options[key] for key in _OF_META if key in options}
        elif said.casefold() not in _NOTHING:
            fields.setdefault(name, said)
    return {**meta, **fields}

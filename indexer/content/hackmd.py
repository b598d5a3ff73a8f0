"""Notes of HackMD and HedgeDoc: tags in a heading of the sixth level, and the badge of what keeps a note in Git."""

import re

_TAGS = re.compile(r"^#{6}[ \t]+tags:[ \t]*+([^\n]*+)\n?", re.MULTILINE | re.IGNORECASE)
_TAG = re.compile(r"`([^`\n]{1,100})`")
_BADGE = re.compile(r"^\[!\[hackmd-github-sync-badge\]\([^()\n]{0,300}\)\]\([^()\n]{0,300}\)[ \t]*+\n?", re.MULTILINE)


def hackmd_note(text: str) -> tuple[dict[str, object], str]:
    """The tags of a note, and its text without them and without its badge."""
    text = _BADGE.sub("", text)
    found = _TAGS.search(text)
    if not found or text.count("\n```", 0, found.start()) % 2:  # in code that is shown, it is an example
        return {}, text
    tags = _TAG.findall(found[1]) or [one.strip() for one in found[1].split(",") if one.strip()]
    return {"tags": tags} if tags else {}, text[: found.start()] + text[found.end() :].lstrip("\n")

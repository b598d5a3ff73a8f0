"""Shortcodes in brackets, as WordPress and its relatives write them: taken off, with what they wrap left in place."""

from indexer.content.delimited import delimiters, replaced

_NAMED = (
    r"\[/?(?:caption|gallery|embed|video|audio|playlist|youtube|vimeo|sourcecode|code|tweet|googlemaps|slideshow"
    r"|wpvideo|contact-form\w*|vc_\w+|et_pb_\w+|su_\w+)\b"
)
_WITH_PARAMETERS = r"\[[a-z][\w-]{1,60}(?=[ \t]+[\w-]{1,60}=[\"'])"
_SHORTCODES = (delimiters(_NAMED, r"\](?!\()", 2_000), delimiters(_WITH_PARAMETERS, r"\](?!\()", 2_000))


def without_shortcodes(text: str) -> str:
    """The text without shortcodes; a link whose label looks like one stays."""
    return replaced(text, _SHORTCODES, lambda _: "") if "[" in text else text

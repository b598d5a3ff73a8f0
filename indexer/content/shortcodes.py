"""Shortcodes in brackets, as WordPress and its relatives write them: taken off, with what they wrap left in place."""

from indexer.content.delimited import delimiters, replaced

_WHOLE = r"(?=[^\[\]]{0,300}\](?![\[(:]))"
"""The bracket ends here, and is no label of a link: no address and no other label stands behind it."""
_NAMES = "caption|gallery|embed|playlist|wpvideo|contact-form\\w*|vc_\\w+|et_pb_\\w+|su_\\w+"
_WORDS = "video|audio|youtube|vimeo|sourcecode|code|tweet|googlemaps|slideshow"
"""Names that are words as well: in Markdown, `[video]` may be a remark, or a link."""
_PARAMETERS = r"\[[a-z][\w-]{1,60}(?=[ \t]+[\w-]{1,60}=[\"'])"
_IN_HTML = delimiters(rf"\[/?(?:{_NAMES}|{_WORDS})\b{_WHOLE}", r"\]", 2_000)
_IN_MARKDOWN = delimiters(rf"\[(?:/?(?:{_NAMES})|/(?:{_WORDS})|(?:{_WORDS})(?=[ \t]+\w+=))\b{_WHOLE}", r"\]", 2_000)
_ANY = delimiters(_PARAMETERS + _WHOLE, r"\]", 2_000)


_BUILDERS = ("[vc_", "[et_pb_", "[fusion_", "[av_", "[tdc_", "[tdb_", "[td_", "[su_", "[kc_", "[mk_")
"""How the shortcodes of page builders begin: WPBakery, Divi, Avada, Enfold, tagDiv and others."""
_OF_BUILDERS = delimiters(r"\[/?(?:vc|et_pb|fusion|av|tdc|tdb|td|su|kc|mk)_\w{1,60}(?=[^\[\]]{0,8000}\])", r"\]", 8_000)
"""They stand one behind another, with long parameters, and no label of a link is called so."""


def without_shortcodes(text: str, *, markdown: bool = False) -> str:
    """The text without shortcodes; in Markdown, a word in brackets alone stays."""
    if "[" not in text:
        return text
    if any(map(text.__contains__, _BUILDERS)):
        text = replaced(text, (_OF_BUILDERS,), lambda _: "\n\n")
    return replaced(text, (_IN_MARKDOWN if markdown else _IN_HTML, _ANY), lambda _: "")

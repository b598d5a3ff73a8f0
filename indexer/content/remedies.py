"""What to do about each kind of warning: said by `lede-index inspect` and `lint`."""

REMEDIES = {
    "broken-front-matter": "Put the value in quotes; what could be read was kept.",
    "unclosed-front-matter": "End the front matter with a line of ---.",
    "key-twice": "Leave one of the two keys; the last one counts.",
    "unreadable-date": "Write YYYY-MM-DD, or YYYY-MM-DDThh:mm:ss with a zone.",
    "ambiguous-date": "Write YYYY-MM-DD: day and month could be either way round.",
    "unreadable-field": "Write one value, or a list of values.",
    "unknown-language": "Write a code such as en or pt-BR.",
    "guessed-encoding": "Save the file as UTF-8.",
    "duplicate-id": "Rename one of the two files.",
    "rejected": "See the reason; the file is not in the index.",
    "future-date": "The article is hidden until then; correct the date if that is not meant.",
    "early-date": "The date lies before 1900; correct it if that is not meant.",
    "near-equal-tags": "Use one spelling for one tag.",
    "tag-once": "A tag that one article has helps no reader; drop it, or use it again.",
    "duplicate-title": "Two articles of one language have one title; readers cannot tell them apart.",
    "empty-body": "The article has no text.",
    "mojibake": "The text was saved in a wrong encoding; it was put right for the index, not in the file.",
    "no-translation": "The other languages have no article of this name.",
}
"""By code, what to do."""

"""Exports, feeds and pages that are none, without end, or made to fill the memory of whoever reads them."""

import json
from pathlib import Path

HUGE = 2 * 2**30
"""Bytes of a file of holes: it takes no room on the disk, and whoever keeps all of it needs as much memory."""
_WXR = (
    '<?xml version="1.0"?><rss version="2.0" xmlns:wp="http://wordpress.org/export/1.2/"'
    ' xmlns:content="http://purl.org/rss/1.0/modules/content/"><channel><title>s</title>'
    "<wp:wxr_version>1.2</wp:wxr_version>"
)
_ITEM = (
    "<item><title>Sound {0}</title><wp:post_id>{0}</wp:post_id><wp:status>publish</wp:status>"
    "<content:encoded><![CDATA[<p>A sound text.</p>]]></content:encoded></item>"
)
_RSS = '<?xml version="1.0"?>{0}<rss version="2.0"><channel><title>s</title>{1}</channel></rss>'
_PAGE = (
    '<!doctype html><html><head><title>t</title><meta property="og:type" content="article"></head>'
    "<body>{}</body></html>"
)


def _entities(levels: int = 12) -> str:
    lines = [f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, levels)]
    return "\n".join(["<!DOCTYPE rss [", '<!ENTITY e0 "lol">', *lines, "]>"])


def _small_cases() -> dict[str, bytes]:
    item = "<item><title>&e11;</title><description>&e11;</description></item>"
    outside = '<!DOCTYPE rss [<!ENTITY x SYSTEM "file:///etc/passwd">]>'
    deep = 100_000
    texts = {
        "truncated.wxr": _WXR + "".join(map(_ITEM.format, range(5))) + "<item><title>Cut",
        "bomb.rss": _RSS.format(_entities(), item),
        "late-bomb.rss": _RSS.format(f"<!-- {'x' * 70_000} -->{_entities()}", item),
        "late-bomb.wxr": _WXR.replace("?>", f"?><!-- {'x' * 70_000} -->{_entities()}", 1) + item + "</channel></rss>",
        "outside.rss": _RSS.format(outside, "<item><title>&x;</title></item>"),
        "deep.xml": _WXR + "<item>" + "<a>" * deep + "</a>" * deep + "</item></channel></rss>",
        "deep.json": "[" * deep + "]" * deep,
        "deep-item.json": '[{"title": "t", "text": ' + "[" * deep + "]" * deep + "}]",
        "deep.jsonl": '{"title": "Sound", "text": "A sound text."}\n{"title": ' + "[" * deep + "\n",
        "tables.json": "[" + "{}," * 20_000_000 + "{}]",
        "columns.csv": ",".join(f"c{n}" for n in range(100_000)) + "\n" + ",".join(["x"] * 100_000) + "\n",
        "titled-columns.csv": "title,text," + ",".join(f"c{n}" for n in range(1_500)) + "\nSound,A sound text.\n",
        "quote.csv": 'title,text\nSound,"' + "a\n" * 4_000_000,
        "nul.csv": "title,text\nSound,A sound\0text.\n",
        "deep.html": _PAGE.format("<div>" * deep + "text" + "</div>" * deep),
        "deep-inline.html": _PAGE.format("<b><i>" * deep + "text"),
        "attribute.html": _PAGE.format(f'<p title="{"a" * 4_000_000}">text</p>'),
        "attributes.html": _PAGE.format(f"<p {' '.join(f'a{n}=1' for n in range(200_000))}>text</p>"),
        "tables.html": _PAGE.format("<table><tr><td>" * 50_000),
        "comments.html": _PAGE.format("<!-- " * 300_000),
        "nul.html": _PAGE.format("text\0more " * 10_000),
        "lists.rst": "* " * 100_000,
        "deep.rst": "\n".join(f"{' ' * n}* a" for n in range(1_500)),
        "attributes.adoc": "= t\n" + ":a: {a}\n" * 50_000 + "{a}" * 50_000,
        "deep.adoc": "= t\n" + "*" * 200_000 + " a\n",
        "shortcodes.md": "---\ntitle: t\n---\n" + "{{< a " * 200_000,
        "jsx.mdx": "---\ntitle: t\n---\n" + "<A b={" * 200_000,
        "wikilinks.md": "---\ntitle: t\n---\n" + "[[" * 300_000,
        "html.md": "---\ntitle: t\n---\n" + "<div>" * 200_000,
        "head.md": "---\n" + "".join(f"key{n}: {'v' * 50}\n" for n in range(70_000)) + "---\nText.\n",
        "toml.md": "+++\na = " + "[" * deep + "\n+++\nText.\n",
        "toml-tables.md": "+++\n[" + ".".join(["a"] * 20_000) + "]\nb = 1\n+++\nText.\n",
        "json-head.md": "{" + '"a": {' * deep + "\nText.\n",
    }
    feed = {"version": "https://jsonfeed.org/version/1.1", "title": "s", "items": [{"id": "1", "content_html": 5}] * 9}
    return {name: text.encode() for name, text in texts.items()} | {
        "feed.json": json.dumps(feed).encode(),
        "latin.csv": "title,text\nZürich,Größe\n".encode("latin-1"),
        "utf-16.csv": "title,text\nSound,A sound text.\n".encode("utf-16"),
        "half.jsonl": b'{"title": "Sound", "text": "\xff\xfe"}\n{"title": "Sound \xc3", "text": "x"}\n',
    }


_BEGINNINGS = {
    "huge.wxr": _WXR + "<item><title>",
    "huge.rss": '<?xml version="1.0"?><rss version="2.0"><channel>',
    "huge.jsonl": '{"title": "Sound", "text": "A sound text."}\n{"title": "',
    "huge.json": '[{"title": "',
    "huge.csv": "title,text\nSound,A sound text.\nx,",
    "huge.html": "<html><body><p>",
    "huge.md": "---\ntitle: t\n---\n",
}
MUST_END = (*_BEGINNINGS, "truncated.wxr", "bomb.rss", "outside.rss", "deep.json", "tables.json",
            "columns.csv", "quote.csv")  # fmt: skip
"""Files that must be rejected, with whatever of them was sound before that."""
SOUND = {"truncated.wxr": 5, "titled-columns.csv": 1, "utf-16.csv": 1, "deep.jsonl": 1, "huge.jsonl": 1, "huge.csv": 1}
"""How many sound articles each of these has before, or in spite of, what is wrong with it."""


def write_exports(folder: Path, huge_bytes: int = HUGE) -> None:
    """Write all of them; the huge ones are holes behind a sound beginning."""
    folder.mkdir()
    for name, written in _small_cases().items():
        (folder / name).write_bytes(written)
    for name, beginning in _BEGINNINGS.items():
        with (folder / name).open("wb") as huge:
            huge.write(beginning.encode())
            huge.truncate(huge_bytes)

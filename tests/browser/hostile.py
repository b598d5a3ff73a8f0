"""Which articles mean harm, or have too much of something?"""

from search.article import Article, Source
from search.times import Millis

SCRIPT = "<script>document.title='taken'; alert(1)</script>"
IMAGE = "<img src=x onerror=alert(2)>"
LINK = "[press](javascript:alert(3)) javascript:alert(4)"
BIDI = "\u202e desrever \u202c عنوان طويل باللغة العربية עברית"
BROKEN = "deepfakeâ€¦ \ufffd\ufffe\x0b Ð\x91Ñ–"
LONG = "W" * 5_000
SENTENCE = "quokka " * 700
_MORNING = 1_769_904_000_000


def hostile_articles():
    """An article for each kind of harm, all of them on quokkas."""
    every = {"script": SCRIPT, "image": IMAGE, "link": LINK, "bidi": BIDI, "broken": BROKEN, "long": LONG}
    return [
        Article(
            id=f"2026/02/{kind}.en",
            path=f"2026/02/{kind}.en.md",
            title=f"Quokka {harm}",
            text=f"A quokka said {harm[:900]} and went on.\n\nThe quokka {harm[:300]}.",
            description=harm[:500],
            published=Millis(_MORNING + place * 86_400_000),
            language="en",
            source=Source(f"{kind}-source", harm[:300]),
            tags=(harm[:200], SCRIPT),
            sentiment=("POSITIVE", "NEGATIVE", SCRIPT)[place % 3],
            image=("javascript:alert(5)", "https://images.example.org/a.jpg", SCRIPT)[place % 3],
        )
        for place, (kind, harm) in enumerate(sorted((every | {"sentence": SENTENCE}).items()))
    ]

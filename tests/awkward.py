"""Which articles, filters and questions does nobody expect, until somebody writes them?"""

from random import Random

from hypothesis import strategies as st
from msgspec.structs import replace

from search.article import Article, Source
from search.query.model import FieldFilter, Filters
from search.times import Millis

WORDS = (
    "the and not is what і та не що об'єкт обʼєкт об’єкт обєкт Об'єктів C++ C# $1.55 $BTC BTC 4.2B x402 S&P U.S. US"
    ' Zürich zurich ZÜRICH naïve café біткоїн Біткоїна БІТКОЇН bitcoin Bitcoins BITCOIN "quoted" «лапки» - ! ? -- '
    " well-known e-mail 1,000 1000 3.14 1,5 it's traders' Ukraine Україна київ йод їжак東京 🚀 moon stablecoin law"
    " regulation regulations regulated hack hacked hackers ETF etfs outflow AND OR NOT title: tag:nft * ( ) [x] \\ /"
    " don’t rock-n-roll 24/7 50% #1 @handle a_b snake_case Ⅷ ½ ﬁle ſtrange"
).split()
TAGS = (
    *("NFT", "nft", "Real World Assets", "law, order", "C++", "-minus", "Straße", "İstanbul", "регулювання", "00123"),
    *('"q"', "a", "об'єкт", "!important"),
)
SOURCES = (
    Source("decrypt", "Decrypt"),
    Source("decrypt", "Decrypt Media"),
    Source("ft", "Financial Times"),
    Source("Weiße-Post", "Weiße Post, Zürich"),
    Source("o'reilly", "O’Reilly — & Sons, Inc."),
    Source("-dash", "Dash - it"),
    Source("правда", "Економічна Правда"),
)
SENTIMENTS = ("POSITIVE", "NEGATIVE", "Mixed feelings", "")
LANGUAGES = ("en", "uk", "de", "")
AUTHORS = ("Jane Doe", "Іван Франко", "O'Hara, S.", "J. Müller")
NESTED = ("politics/elections/local", "Politics", "politics/courts")
CATEGORIES = ("MARKET", "OTHER", "Über uns", "")
FIRST_OF_FEBRUARY = 1_769_904_000_000
"""2026-02-01T00:00:00Z in milliseconds."""
_DAY = 86_400_000
MOMENTS = (
    *(FIRST_OF_FEBRUARY + shift for shift in (-365 * _DAY, -_DAY, -1, 0, 1, 499, 500, 999, 1000, 28 * _DAY, 58 * _DAY)),
    *(-1, 0, 1, -_DAY - 1),
)


def awkward_articles(seed: int, count: int) -> list[Article]:
    """So many articles, always the same for a seed, in the order of their ids; some are twins of the one before."""
    random = Random(seed)
    made = []
    for number in range(count):
        language = random.choice(LANGUAGES)
        name = f"2026/02/story-{number:03d}"
        if made and random.random() < 0.5 and made[-1].language == "en":
            name, language = made[-1].id.removesuffix(".en"), "uk"
        article_id = f"{name}.{language}" if language else name
        made.append(_article(random, article_id, language))
    return [_with_more(article) for article in sorted(made, key=lambda article: article.id)]


def _with_more(article):
    """With authors, nested tags and sections, drawn for each article apart: so the rest stays as it was."""
    random = Random(article.id)
    return replace(
        article,
        authors=tuple(random.sample(AUTHORS, random.choice((0, 0, 1, 2)))),
        tags=(*article.tags, *random.sample(NESTED, random.choice((0, 0, 0, 1, 2)))),
        categories=(*article.categories, *random.sample(NESTED, random.choice((0, 0, 0, 1)))),
    )


def _article(random, article_id, language):
    text = "\n\n".join(
        ". ".join(_prose(random, random.randint(1, 12)) for _ in range(random.randint(1, 4)))
        for _ in range(random.randint(1, 3))
    )
    return Article(
        id=article_id,
        path=f"{article_id}.md",
        title=_prose(random, random.randint(1, 6)),
        text=text,
        description=random.choice(("", _prose(random, 5))),
        published=random.choice((None, *MOMENTS)),
        updated=random.choice((None, *MOMENTS)),
        language=language,
        source=random.choice((None, *SOURCES)),
        categories=tuple(filter(None, [random.choice(CATEGORIES)])),
        tags=tuple(random.sample(TAGS, random.choice((0, 1, 2, 4)))),
        sentiment=random.choice(SENTIMENTS),
    )


def _prose(random, count):
    return " ".join(random.choice((str, str, str.upper, str.title))(random.choice(WORDS)) for _ in range(count))


@st.composite
def spelled(draw, values):
    """One of the values, in any letter case, or one that nobody bears."""
    value = draw(st.sampled_from([value for value in values if value] + ["nobody bears this"]))
    return draw(st.sampled_from([str, str.upper, str.lower, str.swapcase]))(value)


def choices(values):
    """Any choice among the values: some wanted, some refused, often none."""
    few = st.lists(spelled(values), max_size=3).map(tuple)
    return st.builds(FieldFilter, include=few, exclude=few)


def moments():
    """The moments that articles bear, and those just beside them."""
    return st.builds(lambda moment, shift: moment + shift, st.sampled_from(MOMENTS), st.integers(-1, 1))


@st.composite
def filters(draw, languages=LANGUAGES):
    """Any filters over the awkward articles, most often of one or two parts. `languages` empty: none chosen."""
    names = [name for source in SOURCES for name in (source.key, source.name)]
    parts = {
        "source": choices(names),
        "tag": choices((*TAGS, *NESTED, "politics/elections")),
        "sentiment": choices(SENTIMENTS),
        "author": choices(AUTHORS),
        "category": choices((*CATEGORIES, *NESTED)),
        "since": moments(),
        "until": moments(),
    } | ({"language": choices(languages)} if languages else {})
    chosen = draw(st.lists(st.sampled_from(sorted(parts)), max_size=3, unique=True))
    return Filters(**{name: draw(parts[name]) for name in chosen})


def single_filters():
    """Every filter of one part and one value: each value wanted and refused, each moment as an edge."""
    values = {
        "source": {name for source in SOURCES for name in (source.key, source.name)},
        "tag": (*TAGS, *NESTED),
        "sentiment": SENTIMENTS,
        "language": LANGUAGES,
        "author": AUTHORS,
        "category": (*CATEGORIES, *NESTED),
    }
    for field, names in values.items():
        for name in filter(None, sorted(names)):
            for written in (name, name.swapcase()):
                for choice in (FieldFilter(include=(written,)), FieldFilter(exclude=(written,))):
                    yield Filters().replaced(**{field: choice})
    for moment in sorted(MOMENTS):
        yield Filters(since=Millis(moment))
        yield Filters(until=Millis(moment))
        yield Filters(since=Millis(moment), until=Millis(moment + 1))


def texts():
    """Something that somebody might type: awkward words, and now and then anything at all."""
    words = st.lists(st.sampled_from(WORDS), min_size=1, max_size=6).map(" ".join)
    return words | words.map(str.swapcase) | st.text(max_size=30)

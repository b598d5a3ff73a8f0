"""Do glossaries out of words that were kept equal those learned from all texts, and is nothing read again?"""

import hashlib
import random
from contextlib import nullcontext
from types import SimpleNamespace

import msgspec
import pytest

from indexer.catalogue import catalogue
from indexer.derive import glossaries as module
from indexer.derive.glossaries import glossaries
from indexer.kept_counts import StayedArticles
from indexer.text.lexicon import Lexicon
from search.analysis.analyzer import Analyzer
from search.analysis.lemmas import Lemmas, write_lemmas
from search.article import Article

WORDS = [("банк", "bank"), ("ринок", "market"), ("курс", "rate"), ("злам", "hack"), ("закон", "law"), ("суд", "court")]
FILE = "glossary-uk.msgpack"


@pytest.fixture(autouse=True)
def few_pairs(monkeypatch):
    """A few twins are enough to learn from, and more than so many are sampled."""
    monkeypatch.setattr(module, "LEAST_PAIRS", 2)
    monkeypatch.setattr(module, "MOST_PAIRS", 40)


def twins(name, dice):
    """An article in two languages."""
    lines = [dice.choices(WORDS, k=dice.randrange(1, 30)) for _ in range(dice.randrange(1, 9))]
    texts = ["\n".join(" ".join(pair[side].title() for pair in line) for line in lines) for side in (0, 1)]
    if dice.random() < 0.2:
        texts[1] += "\nMore"
    one, two = (
        Article(
            id=f"{name}.{tag}", path=f"{name}.{tag}.md", title=f"{WORDS[0][side]}’s {name}", text=text, language=tag
        )
        for side, (tag, text) in enumerate(zip(("uk", "en"), texts, strict=True))
    )
    return one, two


def archive(pairs):
    """The articles of these pairs in the order of ids, and their digests."""
    articles = sorted((article for pair in pairs.values() for article in pair), key=lambda article: article.id)
    return articles, [hashlib.sha256(repr((a.title, a.text)).encode()).hexdigest() for a in articles]


def generation(number, digests):
    """An earlier generation, as far as it counts here."""
    manifest = SimpleNamespace(name=f"generation-{number}", content_digest="content", settings_digest="settings")
    return SimpleNamespace(digests=digests, manifest=manifest)


class Build:
    """Learns glossaries build after build, and notes how many pairs were read."""

    def __init__(self, memory, analyzer=None):
        self.memory, self.analyzer = memory, analyzer or Analyzer()
        self.read = 0
        self.texts_asked = 0
        self._earlier, self._number = None, 0

    def __call__(self, pairs, full=False):
        """What the twins teach; `full` takes nothing over from the generation before."""
        articles, digests = archive(pairs)
        self.read = self.texts_asked = 0
        self._number += 1
        stayed = StayedArticles(None if full else self._earlier, digests)
        made = f"generation-{self._number}", "content", "settings"
        counting = _Counting(self, articles)
        learned = glossaries(
            counting, catalogue(articles), ("en",), self.analyzer, self._lexica, self.memory, stayed, made
        )
        self._earlier = generation(self._number, digests)
        return learned

    def _lexica(self, articles):
        self.read = articles // 2
        return nullcontext(Lexicon(self.analyzer))


class _Counting(list):
    """Articles; the build notes how many were asked for by their rows."""

    def __init__(self, build, articles):
        super().__init__(articles)
        self._build = build

    def __getitem__(self, row):
        self._build.texts_asked += 1
        return super().__getitem__(row)


@pytest.fixture
def pairs():
    """Thirty pairs of twins, with a seed of their own."""
    dice = random.Random(2)
    return {f"story-{n:02}": twins(f"story-{n:02}", dice) for n in range(30)}


def anew(pairs, tmp_path, analyzer=None):
    """What all texts teach."""
    return Build(tmp_path / f"fresh-{random.random()}", analyzer)(pairs)


@pytest.mark.parametrize("seed", range(6))
def test_night_after_night_is_learning_from_all(tmp_path, pairs, seed):
    """Pairs come, go and change, more than are read; of those that stay no text is looked at."""
    dice, build = random.Random(seed), Build(tmp_path)
    assert build(pairs) == anew(pairs, tmp_path)
    assert build.read == 30
    for night in range(5):
        for name in dice.sample(sorted(pairs), 3):
            del pairs[name]
        for name in dice.sample(sorted(pairs), 2):
            pairs[name] = twins(name, dice)
        new = [f"story-{dice.randrange(99):02}x{night}{n}" for n in range(6)]
        pairs |= {name: twins(name, dice) for name in new}
        learned = build(pairs)
        assert learned["uk"] and learned == anew(pairs, tmp_path)
        assert 0 < build.read <= (8 if len(pairs) <= 40 else 25)
        assert build.texts_asked >= 2 * build.read


def test_where_nothing_changed_nothing_is_read_or_learned(tmp_path, pairs, monkeypatch):
    """Neither in a night nor in a build that takes over nothing: that looks at the texts, no more."""
    build = Build(tmp_path)
    learned = build(pairs)
    monkeypatch.setattr(module, "learn", lambda *_: pytest.fail("learned again"))
    assert build(pairs) == learned
    assert (build.read, build.texts_asked) == (0, 0)
    assert build(pairs, full=True) == learned
    assert (build.read, build.texts_asked) == (0, 60)


def test_what_another_generation_kept_is_known_by_its_texts_alone(tmp_path, pairs):
    """A build that was killed before it was published leaves rows that are nobody's."""
    build = Build(tmp_path)
    build(pairs)
    before = build._earlier
    others = {f"a-{name}": twins(f"a-{name}", random.Random(7)) for name in sorted(pairs)[:9]}
    build(pairs | others)
    build._earlier = before
    assert build(pairs) == anew(pairs, tmp_path)
    assert (build.read, build.texts_asked) == (0, 60)


def test_a_word_with_another_lemma_is_learned_anew_without_its_text(tmp_path, pairs):
    """Only the term changes, not how a word is written."""
    tables = []
    for number, lemma in enumerate(("банк", "банка")):
        (folder := tmp_path / f"lemmas-{number}").mkdir()
        write_lemmas(folder, {"банк": [lemma], "злам": ["злам"]})
        tables.append(Analyzer(lemmas=Lemmas(folder)))
    build = Build(tmp_path, tables[0])
    learned = build(pairs)
    build.analyzer = tables[1]
    now = build(pairs)
    assert now == anew(pairs, tmp_path, tables[1])
    assert (build.read, build.texts_asked) == (0, 0)
    assert "банк" in learned["uk"]
    assert "банк" not in now["uk"]


FORMS = ["банк", "ринок", "курс", "крипто", "криптобанк", "банку", "дбанк", "и"]


@pytest.mark.parametrize("seed", range(5))
def test_words_of_parts_have_the_lemmas_of_now(tmp_path, pairs, seed):
    """Whatever changed of the lemmas of words, of their parts and of their parts in one piece."""
    dice, build = random.Random(seed), Build(tmp_path)
    compounds = ["Крипто-Банк", "Банк’у", "д’Банк", "банкʼу", "«Курс»,", "КУРС", "О", "по-курс/ринок", "ба\u0301нк"]
    for night in range(6):
        for name in dice.sample(sorted(pairs), 9):
            one, two = twins(name, dice)
            some = " ".join(dice.choices(compounds, k=6))
            pairs[name] = msgspec.structs.replace(one, title=f"{one.title} {some}"), two
        (folder := tmp_path / f"lemmas-{night}").mkdir()
        write_lemmas(folder, {form: [f"{form[0]}{dice.choice('абв')}"] for form in dice.sample(FORMS, 6)})
        build.analyzer = Analyzer({"btc": "банк"} if seed % 2 else {}, Lemmas(folder))
        assert build(pairs) == anew(pairs, tmp_path, build.analyzer)
        assert build.read <= 9 or not night


@pytest.mark.parametrize("how", ["altered", "cut", "gone", "other names"])
def test_what_was_kept_is_not_trusted_blindly(tmp_path, pairs, how):
    """Then all is read again."""
    build = Build(tmp_path)
    build(pairs)
    file = tmp_path / FILE
    written = bytearray(file.read_bytes())
    if how == "altered":
        written[len(written) // 2] ^= 1
        file.write_bytes(written)
    elif how == "cut":
        file.write_bytes(written[:-9])
    elif how == "gone":
        file.unlink()
    else:
        build.analyzer = Analyzer({"банк": "bank"})
    assert build(pairs) == anew(pairs, tmp_path, build.analyzer)
    assert build.read == 30


def test_words_that_no_pair_has_are_forgotten(tmp_path, pairs):
    """Many nights leave no more than the last one needs."""
    build = Build(tmp_path)
    dice = random.Random(3)
    for night in range(4):
        pairs["story-00"] = [
            msgspec.structs.replace(a, title=f"{a.title} Rare{night}") for a in twins("story-00", dice)
        ]
        build(pairs)
    kept = (tmp_path / FILE).read_bytes()
    assert b"rare3" in kept
    assert b"rare2" not in kept

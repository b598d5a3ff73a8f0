"""Does a glossary say what IBM model 1 says when it is worked out pair by pair?"""

import random
from collections import defaultdict
from collections.abc import Mapping

import numpy as np

from indexer.derive.glossaries import LEAST_CHANCE, LEAST_SEEN, ROUNDS, learn
from indexer.text.token_matrix import TokenMatrix, starts_of

TERMS = [f"термін{n}" for n in range(12)]
WORDS = [f"word{n}" for n in range(12)]


def lines(texts):
    """Texts of numbers as lines."""
    every = np.array([number for text in texts for number in text], dtype=np.int32)
    return TokenMatrix(every, starts_of(np.array(list(map(len, texts)), dtype=np.int64)))


def slowly(sources, targets):
    """The likeliest word of each term, by loops."""
    pairs = [(list(dict.fromkeys(s)), list(dict.fromkeys(t))) for s, t in zip(sources, targets, strict=True)]
    chance: Mapping[tuple[int, int], float] = defaultdict(lambda: 1.0)
    for _ in range(ROUNDS):
        count, total = defaultdict(float), defaultdict(float)
        for source, target in pairs:
            for word in target:
                beside = sum(chance[term, word] for term in source)
                for term in source:
                    count[term, word] += chance[term, word] / beside
        for (term, _), seen in count.items():
            total[term] += seen
        chance = {pair: seen / total[pair[0]] for pair, seen in count.items()}
    found = {}
    for (term, word), likely in chance.items():
        if likely >= LEAST_CHANCE and count[term, word] >= LEAST_SEEN and likely > found.get(term, (0, ""))[0] + 1e-9:
            found[term] = likely, word
    return {TERMS[term]: WORDS[word] for term, (_, word) in found.items()}


def test_what_is_learned_is_what_model_1_says():
    """Over texts at random, of which some are empty and some say a word twice."""
    dice = random.Random(3)
    sources = [[dice.randrange(12) for _ in range(dice.randrange(5))] for _ in range(200)]
    targets = [[n if dice.random() < 0.8 else dice.randrange(12) for n in text] for text in sources]
    targets[:3], sources[3:6] = [[], [1], [2, 2]], [[], [], [5, 5]]
    expected = slowly(sources, targets)
    assert len(expected) == 12
    assert learn(lines(sources), lines(targets), TERMS, WORDS) == expected


def test_texts_without_words_teach_nothing():
    """Nor do none."""
    assert learn(lines([]), lines([]), TERMS, WORDS) == {}
    assert learn(lines([[1], []]), lines([[], [2]]), TERMS, WORDS) == {}

"""The articles that an encoder cannot read, and that no translation speaks for."""

from collections import Counter
from collections.abc import Collection, Sequence

from indexer.vectors.encoder_cards import CARDS, card_of
from search.arrays import Rows
from search.article import base_language

WORTH_SAYING = 0.05
"""The share of the archive from which on a build says what it cannot find by meaning."""


def unread(languages: Sequence[str], group: Rows, known: Collection[str]) -> Counter[str]:
    """How many articles of each language are neither read nor spoken for.

    `languages` has one for each row, such as `pt-BR`; `group` the first row of its group of translations, (articles,);
    `known` the languages that the encoder reads, without regions.
    """
    read = [language.partition("-")[0].lower() in known for language in languages]
    spoken_for = {int(first) for first, is_read in zip(group, read, strict=True) if is_read}
    return Counter(
        language or "unknown"
        for language, first in zip(languages, group.tolist(), strict=True)
        if first not in spoken_for
    )


def unread_line(counts: Counter[str], articles: int, model: str) -> str:
    """One line on what is missed, which setting helps and what it costs; empty where it is WORTH_SAYING or less.

    `model` is the setting in force.
    """
    missed = counts.total()
    if missed <= WORTH_SAYING * articles:
        return ""
    named = ", ".join(f"{language} {count:,}" for language, count in counts.most_common(4))
    return (
        f"The model does not read {missed:,} of {articles:,} articles ({named}), and no translation speaks for them:"
        f" they are found by words, not by meaning. {_remedy(counts, model)}"
        " The next build then embeds the archive again, and the served index stays until it is done."
    )


def _remedy(counts: Counter[str], model: str) -> str:
    """The setting that helps, and its cost: the encoder that reads most of these articles."""
    best = max(CARDS, key=lambda card: sum(counts[one] for one in counts if base_language(one) in card.languages))
    helped = sum(counts[one] for one in counts if base_language(one) in best.languages)
    if helped * 2 < counts.total() or best is card_of(model):
        return "Set `model` to an encoder of these languages and `model_languages` to them."
    return (
        f'Set `model = "{best.name}"`, which reads {helped:,} of them: {best.download_mb} MB to download once,'
        f" {best.build:g} times the time to embed, {best.question:g} times the time of a question's vector, and"
        f" {best.memory_mb} MB of memory more."
    )

"""The articles that an encoder cannot read, and that no translation speaks for."""

from collections import Counter
from collections.abc import Collection, Sequence

from search.arrays import Rows

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


def unread_line(counts: Counter[str], articles: int) -> str:
    """One line on what is missed and which setting helps; empty where it is WORTH_SAYING or less of the archive."""
    missed = counts.total()
    if missed <= WORTH_SAYING * articles:
        return ""
    named = ", ".join(f"{language} {count:,}" for language, count in counts.most_common(4))
    return (
        f"The model does not read {missed:,} of {articles:,} articles ({named}), and no translation speaks for them:"
        " they are found by words, not by meaning. Set `model` to an encoder of these languages and `model_languages`"
        " to them. The next build then embeds the archive again."
    )

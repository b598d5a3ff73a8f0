"""Words of a text that were put right: where they stand, what was meant, and the text with them."""

from collections.abc import Sequence

from msgspec import Struct
from msgspec.structs import replace

from search.analysis.characters import is_cyrillic


class Correction(Struct, frozen=True):
    """The text at [start, end), what was probably meant, and by how much that is likelier."""

    start: int
    end: int
    word: str
    margin: float
    sure: bool
    applied: bool = True
    """False if more words would be put right than may be: offered, or answered if nothing else is found."""
    of_two: bool = False
    """Whether it joins two words that no article has side by side, and that many have as one."""

    def overlaps(self, other: "Correction") -> bool:
        """Whether both are of the same letters of a text."""
        return self.start < other.end and other.start < self.end


def in_other_letters(text: str, found: Sequence[Correction]) -> bool:
    """Whether a name that was typed in Cyrillic letters was put into Latin ones.

    Whoever forgot to switch the keyboard typed Latin ones.
    """
    from search.analysis.noisy_channel import in_other_layouts, other_layouts

    typed = ((text[one.start : one.end].lower(), one.word.lower()) for one in found if one.word.isascii())
    return any(is_cyrillic(own) and put not in (*in_other_layouts(own), *other_layouts(own)) for own, put in typed)


def corrected_text(text: str, found: Sequence[Correction]) -> str:
    """The text with these words put in place of its own."""
    pieces, at = [], 0
    for correction in found:
        pieces += [text[at : correction.start], correction.word]
        at = correction.end
    return "".join([*pieces, text[at:]])


def moved_back(one: Correction, before: Sequence[Correction]) -> Correction:
    """A correction of a text with others put in, where it stands in the text without them."""
    back = 0
    for other in before:
        if other.start + back < one.start:
            back += len(other.word) - (other.end - other.start)
    return replace(one, start=one.start - back, end=one.end - back)

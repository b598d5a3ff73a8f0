"""Transliteration: Ukrainian words in Latin letters, and Latin names in Cyrillic ones.

Romanised by the table of the Cabinet of Ministers (resolution 55 of 2010), and by what people type besides. Back from
Latin letters no table is unambiguous: `tsina` is *ціна* or *тсіна*. So a pattern tells which words of an archive a
Latin word may stand for.
"""

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache
from itertools import product

_ROMAN = dict(
    zip(
        "абвгґдежзиіїйклмнопрстуфхцчшщьєюяыэъё",
        "a b v h g d e zh z y i i i k l m n o p r s t u f kh ts ch sh shch * ie iu ia y e * io".split(),
        strict=True,
    )
)
_NAMES = {"г": "g", "й": "y", "х": "h", "ц": "c", "к": "c", "є": "e", "ю": "u", "я": "a"}
"""What Latin names often have where the table has another letter."""
_READ = """
shch щ · sch щ · zgh зг · kh х|кг · tsh тш|цг · ts ц|тьс|тс · ch ч · sh ш|сг · zh ж|зг
iie іє|ійє · iia ія|ійя · iiu ію|ійю · yia ия|їа · yiu ию|їу · yie иє|їе
ya я|йа · ia я|іа|ія|йа · ja я · yu ю|йу · iu ю|іу|ію · ju ю · ye є|йе · ie є|іє|іе · je є
yi ї|ий|иї|йі · ii ії|ий|ій|йі · yy ий · yo йо · io йо|іо|ьо
a а · b б · c ц|к · d д · e е|є · f ф · g г|ґ · h г|х · i і|ї|й|и · j й|дж · k к · l л · m м · n н · o о · p п
q к · r р · s с · t т · u у · v в · w в · x кс|х · y и|й|і|ы · z з
"""
_CYRILLIC = dict(pair.split() for line in _READ.strip().splitlines() for pair in line.split(" · "))
"""What Latin letters may stand for, the likeliest first."""
_PARTS = re.compile("|".join(sorted(_CYRILLIC, key=len, reverse=True)))
LEAST_SOUNDS = 4
"""A name that is shorter in sounds is like too many words in other letters."""
LIKENESS = 0.7
"""How like a name the letters of its Cyrillic spelling are at least: *Гордон* sounds as Guardian, and is at .57."""
_LONGEST_ENDING = 3
"""Letters of an ending of declension."""
_ENDING = re.compile("(?<=...)(?:[ауеіиїюя]|ом|ем|єм|ові|еві|єві|ів|ою|ею|єю)$")
"""Those that a foreign name has in the other cases."""
_LATIN_SOUNDS = tuple(
    (re.compile(spelled), sound)
    for spelled, sound in (
        ("ph", "f"), ("gh(?=t)", ""), ("tch|ch", "C"), ("sh", "s"), ("ck", "k"), ("qu(?=[aeiou])", "kv"), ("q", "k"),
        ("x", "ks"), ("(?<=[aeiou])w", ""), ("wh?", "v"), ("c(?=[eiy])", "s"), ("c", "k"), ("z", "s"), ("j", "g"),
        ("(?<=[^aeiou])e(?=s?$)", ""), ("h(?=[^aeiouy]|$)", ""), ("h", "g"),
    )
)  # fmt: skip
"""What letters of a name stand for, so far as Cyrillic spellings agree on it."""
_TH = ("t", "s", "f")
"""What Cyrillic spellings have for `th`: Tether is *тезер* and *тетер*."""
_CYRILLIC_SOUNDS = str.maketrans(
    {
        **dict(zip("бвгґджзклмнпрстфхцчш", "bvggdgsklmnprstfgsCs", strict=True)),
        **dict.fromkeys("аеєиіїйоуюяыэё", "a"),
        **dict.fromkeys("ьъʼ'’", ""),
        "щ": "sC",
    }
)
_SPELLINGS = """
a а|е|ей|є|э · al а|аль/ол · ai ей|ай/аі · ay ей|ай/аі · au о|ау · aw о/ау · e е|є|э/і|и|- · ea і|и/е|еа|іа|ія
ee і|и/ії · ei ей|ай/еі · eu еу|ой|ю · ew ью|ю · ey ей|і|и/ай · i і|и|ї|ай/й · ia іа|ія/я · ie і|іє|іе/ай
io іо|йо · iu іу|ію · o о/оу|у · oa о|оу/оа · oi ой|ої|оі · oo у/о · ou у|ау/оу|о · ow ау|оу/о · oy ой · u у|ю|а
y й|і|и|ї|ай · ya я · ye є · yo йо|ьо · you ю|йо/йоу · yu ю · er ер/ьор|р · ir ір|ир/ер|ьор · or ор/ер
ur ур/ер|ор|ьор · wa ва|во · E -/е · b б · c к · C с|ц · cc к|кк|кс · ch ч|ш|к|х · ck к · d д · dG дж · f ф
g г|ґ · G дж|г|ґ/ж · gh г|ґ · gu г|ґ/гв · h г|х/- · j дж/ж|й · k к · kh х · l л|ль · m м · n н/нь · p п · ph ф
q к · qu кв/к · r р · s с/з · sch ш/ск · sh ш · st ст/шт · t т · tch ч · th т|з/с|ф · tion ція|шн|шен · ts ц
tz ц · v в · w в/у · wh в/у · x кс/з · z з/ц|с · zh ж|чж
"""
_SPELLED = {
    latin: tuple((other.strip("-"), cost) for cost, of in enumerate(others.split("/")) for other in of.split("|"))
    for latin, others in (pair.split() for line in _SPELLINGS.strip().splitlines() for pair in line.split(" · "))
}
"""How Cyrillic letters spell those of a name: as a rule (0), and seldom (1). `C` and `G` are soft, and `E` is mute."""
_LONGEST = max(map(len, _SPELLED))
_SPECIAL = tuple(
    (re.compile(letter), own)
    for letter, own in (("c(?=[eiy])", "C"), ("g(?=[eiy])", "G"), ("(?<=[^aeiouy])e(?=s?$)", "E"))
)
_LONG_NAME = 7
"""In a name of so many letters one may be spelled as it seldom is. A shorter name would be another word then."""
_CASES = frozenset(("", *"ауіе", "ом", "ові", "ів"))
_CASES_IN_A = frozenset((*"аиіуояїюєе", "ою", "єю"))
"""The ends of a name in any case: of one that ends in a consonant, and of one in -a."""
_INITIALS = {"k": "ckq", "s": "sczt", "g": "gjh", "f": "fpt", "v": "vw", "t": "t", "C": "c", "a": "aeiouyhj"}
"""What Latin letters a name may begin with that sounds so at its begin; else with the same."""
_VOWEL = frozenset("aeiouy")
_VOWELS = re.compile("[aeiouy]+")
DOUBLED = re.compile(r"(.)\1+")
"""A letter twice or more in a row."""
_LATIN = re.compile("[a-z'’]{1,40}")
_SOFT = "[ьʼ’']?"
"""What romanised words leave out."""


def is_latin(word: str) -> bool:
    """Whether a word in small letters has letters of the English alphabet alone, and is no longer than words are."""
    return _LATIN.fullmatch(word) is not None


def romanised(word: str) -> tuple[str, ...]:
    """A Cyrillic word in small letters as Latin letters spell it, by the table and as in names; of others nothing."""
    if not word or not all(letter in _ROMAN for letter in word):
        return ()
    by_table = "".join(_ROMAN[letter] for letter in word).replace("*", "")
    as_name = "".join(_NAMES.get(letter, _ROMAN[letter]) for letter in word).replace("*", "")
    return tuple(dict.fromkeys((by_table, as_name)))


def likeness(words: Sequence[str], letters: str) -> float:
    """How like a name in small Latin letters, without blanks, Cyrillic words spell it in any case: 0 to 1."""
    from difflib import SequenceMatcher

    last = words[-1]
    stems = (last[: len(last) - cut] for cut in range(min(_LONGEST_ENDING, len(last) - 1) + 1))
    spelled = ("".join(one) for stem in stems for one in product(*map(romanised, (*words[:-1], stem))))
    alike = (SequenceMatcher(None, letters.replace("y", "i"), one.replace("y", "i"), autojunk=False) for one in spelled)
    return max((one.ratio() for one in alike), default=0.0)


def transliterated(word: str) -> str:
    """A Latin word in small letters in Cyrillic ones, each by its likeliest letter."""
    return "".join(_CYRILLIC[match[0]].partition("|")[0] for match in _PARTS.finditer(word))


@lru_cache(1_000)
def cyrillic_pattern(word: str) -> str:
    """What matches the Cyrillic words that a Latin one in small letters may stand for."""
    parts = (_CYRILLIC[match[0]] for match in _PARTS.finditer(word))
    return "".join(f"(?:{part}){_SOFT}" for part in parts)


@lru_cache(16_384)
def sounds_of_latin(word: str) -> tuple[str, ...]:
    """How a Latin word in small letters may sound, roughly: its consonants, and an `a` for vowels between them."""
    spelled = (word.replace("th", sound) for sound in (_TH if "th" in word else ("",)))
    return tuple(dict.fromkeys(map(_sound_of_latin, spelled)))


def _sound_of_latin(word: str) -> str:
    for spelled, sound in _LATIN_SOUNDS:
        word = spelled.sub(sound, word)
    return _sound(word)


def latin_initials(sound: str) -> str:
    """The letters that a Latin word may begin with that sounds so."""
    return _INITIALS.get(sound[:1], sound[:1])


@lru_cache(1_000)
def sounds_of_cyrillic(word: str) -> tuple[str, ...]:
    """How a Cyrillic word in small letters sounds in the same terms, as it is and without an ending; of others nothing.

    `форбсом` sounds as `forbes`, and `ройтерсу` as `reuters`.
    """
    if not word or not all(letter in _ROMAN or letter in "'’ʼ" for letter in word):
        return ()
    small = word.replace("дж", "ж")
    sounds = (_sound(one.translate(_CYRILLIC_SOUNDS)) for one in (small, _ENDING.sub("", small)))
    return tuple(dict.fromkeys(sounds))


@lru_cache(1_000)
def is_spelled(name: str, word: str) -> bool:
    """Whether Cyrillic letters spell a name in Latin ones so, in any case; both in small letters.

    Each letter must be spelled as letters are: *озеро*, a lake, sounds as `ether`, and is another word.
    """
    for letter, own in _SPECIAL:
        name = letter.sub(own, name)
    ends: list[dict[int, int]] = [{0: 0}, *({} for _ in name)]
    """Where in the word the spelling of so many letters of the name may end, and how many of them are seldom so."""
    for at, begins in enumerate(ends[:-1]):
        for length in range(1, min(_LONGEST, len(name) - at) + 1):
            for spelled, cost in _spellings(name[at : at + length], name[at + length :]):
                for begin, before in begins.items():
                    if word.startswith(spelled, begin):
                        end, of = begin + len(spelled), ends[at + length]
                        of[end] = min(before + cost, of.get(end, before + cost))
    declined = [cost for end, cost in ends[-1].items() if word[end:] in (("",) if name[-1:] in _VOWEL else _CASES)]
    if name.endswith("a"):
        declined += [cost for end, cost in ends[-2].items() if word[end:] in _CASES_IN_A]
    return any(cost <= (len(name) >= _LONG_NAME) for cost in declined)


def _spellings(letters: str, behind: str) -> Iterable[tuple[str, int]]:
    """How one or more letters of a name are spelled; a consonant that stands twice may stand once.

    That is seldom so between vowels: `Warren` has one sign for each.
    """
    once = letters[:1]
    if letters in _SPELLED or letters[1:].lower() != once.lower() or once in _VOWEL:
        return _SPELLED.get(letters, ())
    seldom = behind[:1] in _VOWEL
    return [
        one
        for other, cost in _SPELLED.get(letters[1:], ())
        for one in ((other[:1] + other, cost), (other, cost + seldom))
    ]


def _sound(word: str) -> str:
    return DOUBLED.sub(r"\1", _VOWELS.sub("a", word)).removesuffix("a")

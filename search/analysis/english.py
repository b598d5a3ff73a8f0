"""English words before they are stemmed: irregular inflections, and British spellings as American ones.

Snowball's stemmer takes regular endings off. So *bought*, *stolen* and *thieves* keep terms of their own, and *licence*
and *tokenised* are other words to it than *license* and *tokenized*. Here each is given the word whose stem it shares.
No word gets another first letter by it.
"""

import re
from collections.abc import Iterator

_INFLECTIONS = """
arise arose arisen; beat beaten; become became; begin began begun; bite bitten; bleed bled; blow blew blown; break
broke broken; breed bred; bring brought; broadcast broadcasted; build built; burn burnt; buy bought; catch caught;
choose chose chosen; cling clung; come came; creep crept; deal dealt; dig dug; draw drew* drawn; dream dreamt; drink
drank drunk*; drive drove driven; eat eaten; fall fallen fell; feel felt*; fight fought; find found*; flee fled; fling
flung; fly flew flown; forbid forbade forbidden; forecast forecasted; foresee foresaw foreseen; forget forgot
forgotten; forgive forgave forgiven; freeze froze frozen; get got gotten; give gave given; grow grew grown; hang
hung*; hear heard; hide hid hidden; hold held; keep kept; kneel knelt; know knew known; lay laid; lead led*; lean
leant; leap leapt; learn learnt; leave left*; lend lent*; lose lost; make made; mean meant; meet met*; mislead misled;
mistake mistook mistaken; outgrow outgrew outgrown; overcome overcame; override overrode overridden; oversee oversaw
overseen; overtake overtook overtaken; overthrow overthrew overthrown; pay paid; prepay prepaid; prove proven; rebuild
rebuilt; repay repaid; rethink rethought; rewrite rewrote rewritten; ride rode ridden; ring rang rung; rise rose*
risen; run ran; say said; see saw* seen; seek sought; sell sold; resell resold; send sent; shake shook shaken; shine
shone; shoot shot*; show shown; shrink shrank shrunk; sing sang sung*; sink sank sunk; slay slew* slain; sleep slept;
slide slid; speak spoke* spoken; speed sped; spell spelt*; spend spent; overspend overspent; spill spilt; spin spun;
spoil spoilt; spring sprang sprung; stand stood; steal stole stolen; stick stuck; sting stung; strike struck stricken;
string strung; strive strove striven; swear swore sworn; sweep swept; swell swollen; swim swam swum; swing swung; take
took taken; teach taught; tear tore torn; tell told; think thought*; throw threw thrown; tread trod trodden;
understand understood; misunderstand misunderstood; undertake undertook undertaken; uphold upheld; wake woken; wear
wore worn; weave wove woven; weep wept; win won*; withdraw withdrew withdrawn; withhold withheld; withstand withstood;
write wrote written; analysis analyses*; appendix appendices; bacterium bacteria; bureau bureaux; cactus cacti; calf
calves*; child children; corpus corpora; crisis crises; criterion criteria; curriculum curricula; diagnosis
diagnoses*; foot feet; formula formulae; fungus fungi; goose geese; half halves; hypothesis hypotheses; index indices;
knife knives; larva larvae; life lives*; loaf loaves; man men; matrix matrices; memorandum memoranda; metropolis
metropolises; mouse mice; oasis oases; ox oxen; phenomenon phenomena; referendum referenda; scarf scarves; self
selves; shelf shelves; synthesis syntheses; thesis theses; thief thieves; tooth teeth; trellis trellises; vertex
vertices; wife wives; wolf wolves; woman women; housewife housewives; midwife midwives; grandchild grandchildren;
schoolchild schoolchildren; stepchild stepchildren
"""
"""A word and its irregular forms, as grammars list them. A form with a star is a word of its own too: *a red rose*."""
_PEOPLE = (
    "alder anchor assembly business camera chair clergy congress council country crafts door fisher fire foot"
    " free gentle guards gun hang helms hench horse inf journey juror land law mad mail marks middle midship"
    " militia noble ombuds oars patrol police post sales sea service sports spokes states strong swords tax tribes"
    " trades watch weather work yachts"
).split()
"""What stands before *man* and *woman*; *omen* and *Yemen* are no people."""
_OUR = re.compile(
    r"^((?:dis|en|mis|out|un)?(?:ar[dm]|behavi|cand|clam|col|demean|endeav|fav|flav|harb|hon|hum|lab|neighb|od|parl|ranc"
    r"|rig|rum|savi?|splend|tum|val|vap|vig)o)ur"
)
_RE = re.compile(
    r"^((?:centi|kilo|milli)?(?:met|lit)|(?:epi)?cent|calib|fib|goit|lust|meag|och|sab|scept|somb|spect|theat)re([ds]?)$"
)
_ISE = re.compile(r"^([a-z]{2,}[b-df-hj-np-tvxz]i)s(e|ed|er|ers|es|ing|able|ation|ational|ations)$")
_YSE = re.compile(r"^((?:ana|cata|dia|electro|hydro|para)ly)s(e|ed|er|ers|es|ing)$")
_NO_Z = frozenset(
    "adverti advi appri chasti circumci compri compromi conci demi despi devi disfranchi"
    " enfranchi enterpri exci exerci experti franchi highri impreci improvi inci merchandi moonri"
    " paradi preci premi promi repri revi sunri supervi surmi surpri televi treati upri".split()
)
"""What stands before the s of words like *advise*, which nobody spells with z."""
_SPELLED = """
acknowledgement acknowledgment; ageing aging; aluminium aluminum; artefact artifact; catalogue catalog; analogue
analog; cosy cozy; defence defense; offence offense; licence license; pretence pretense; practise practice; practised
practiced; practising practicing; enrol enroll; enrolment enrollment; fulfil fulfill; fulfilment fulfillment; grey
gray; instalment installment; jewellery jewelry; judgement judgment; manoeuvre maneuver; manoeuvred maneuvered;
manoeuvring maneuvering; mould mold; moulded molded; moulding molding; moustache mustache; pedlar peddler; plough
plow; ploughed plowed; ploughing plowing; programme program; sceptic skeptic; sceptical skeptical; scepticism
skepticism; skilful skillful; smoulder smolder; smouldering smoldering; sulphur sulfur; wilful willful;
woollen woolen; centring centering; dialled dialed; dialling dialing; duelled dueled; fuelled fueled; fuelling
fueling; refuelled refueled; refuelling refueling; anaemia anemia; anaemic anemic; anaesthesia anesthesia; anaesthetic
anesthetic; diarrhoea diarrhea; encyclopaedia encyclopedia; foetal fetal; foetus fetus; gynaecologist gynecologist;
haemorrhage hemorrhage; leukaemia leukemia; orthopaedic orthopedic; paediatric pediatric; paediatrician pediatrician;
paedophile pedophile; paedophilia pedophilia
"""
"""British spellings that no rule tells, and the American one of each, as dictionaries list them."""


def readings(word: str) -> tuple[str, ...]:
    """The words whose stems a word in small letters shares, the likeliest first; most often the word alone."""
    return _READINGS.get(word) or (american(word),)


def american(word: str) -> str:
    """The word in American spelling; a word that is no British spelling as it is."""
    if word in _AMERICAN:
        return _AMERICAN[word]
    if word[-1:] == "s" and word[:-1] in _AMERICAN:
        return f"{_AMERICAN[word[:-1]]}s"
    if (found := _ISE.match(word) or _YSE.match(word)) and found[1] not in _NO_Z:
        return f"{found[1]}z{found[2]}"
    if found := _RE.match(word):
        return f"{found[1]}er{'ed' if found[2] == 'd' else found[2]}"
    return _OUR.sub(r"\1r", word)


def _entries(table: str) -> Iterator[list[str]]:
    """The words of each entry of a table."""
    for entry in table.replace("\n", " ").split(";"):
        yield entry.split()


def _by_form() -> Iterator[tuple[str, tuple[str, ...]]]:
    for base, *forms in _entries(_INFLECTIONS):
        for form in forms:
            written = form.removesuffix("*")
            yield written, (american(base), american(written)) if written != form else (american(base),)
    for kind in _PEOPLE:
        yield f"{kind}men", (f"{kind}man",)
        yield f"{kind}women", (f"{kind}woman",)


_AMERICAN = dict(_entries(_SPELLED))
_READINGS = dict(_by_form())

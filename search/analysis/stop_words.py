"""Stop words: words that carry no topic.

Those of English and Ukrainian are our own. Most others are Snowball's lists, which Whoosh carries; four that it lacks
stand here, and the words that ask.
"""

from collections.abc import Set
from functools import cache

STOP_WORDS = frozenset(
    "a about after against all also although am amid amidst among amongst an and any are arent as at be because been"
    " before being between both but by can cant could did didnt do does doesnt doing done dont during each every for"
    " from had has hasnt have havent having he her him his how however i if in into is isnt it its just let many may"
    " me might more most much must my no not now of on only onto or other our over own per same shall she should since"
    " so some such than that the their them then there these they this those though to too toward towards under until"
    " upon v versus very via vs was wasnt we were werent what when where whether which while whilst who whom whose why"
    " will with within wont would yet you your"
    " а або але без би б був буде будуть була були було бути в вас вже ви від він вона вони воно все всі для до є ж же"
    " з за зі із й і ї її їй їм їх його й йому к коли ли лише між має мають ми мене мій мої моє моя на над нас не ні ну"
    " о об от перед по при про під після свій своя своє свої своїх свого своїм та так також такий тобто там те ти то"
    " той тому тут у через хто це цей ця ці цього цих чи чому що щоб щодо ще як яка яке який які яких якої якому якщо"
    " я скільки де".split()
)
"""In small letters, apostrophes; English and Ukrainian, of which none is a word of the other."""
PREPOSITIONS = frozenset("крім окрім проти серед понад".split())
"""Further Ukrainian words that carry little topic: nobody means one by a word that is like it, as *Крим*."""

_OWN = {
    "pl": "a aby albo ale ani aż bardzo bez bo by być był była było były bym byś chce choć co coś czy czyli dla do"
    " dość dziś gdy gdyż gdzie go i ich ile im inny ja jak jaka jakie jako jej jego jem jest jeszcze jeśli"
    " jeżeli już ją każdy kiedy kto która które którego której który których którym którzy ku lecz lub ma mają"
    " mi mnie mną może można mu my na nad nam nami nas nasz nasze nawet nic nich nie nim niż no o obok od ona"
    " one oni ono oraz pan po pod podczas ponad poza przed przede przez przy roku są się skąd swój swoje ta tak"
    " taka taki takie także tam te tego tej temu ten teraz też to tobie tu tutaj twój ty tych tylko tym u w wam"
    " was we wiele więc wszystko wszystkie właśnie z za zaś ze że żeby",
    "cs": "a aby aj ale ani aniž ano asi až bez bude budou by byl byla byli bylo být co což či další do ho i já jak"
    " jako je jeho jej její jejich jen ještě ji jim již jsem jsme jsou jste k kam kde kdo kdy když ke která"
    " které který kteří ku má mají máte mě mezi mi mít mně mnou může my na nad nám nás náš ne nebo nechť nejsou"
    " není než nic nové o od on ona oni pak po pod podle pokud pouze pro proč proto protože před přes při s se"
    " si svůj svých ta tak také takže tam te tě ten tento této tím to toho tohle tom tomto tu tuto ty tyto u už"
    " v vám váš ve více však všechny vy z za že",
    "ro": "a abia acea aceasta această aceea acel acela acele acest acesta aceste acești ai aici al ale alt am ar"
    " are aș asta astfel au avea avem azi ba ca că când care căreia cât câte ce cea ceea cei cel cele celor"
    " chiar cine cu cum da dacă dar de deci deja deși despre din dintre doar după e ea ei el ele era este eu"
    " face fi fie fiecare fost foarte iar îl îi în înainte îmi își între la le li lor lui mai mă mea mele meu"
    " mi mult nu noi nostru o ori pe pentru peste până prin sa să sale sau se si și spre sub sunt su te tot"
    " toate toată toți tu un una unei unele unor unui va voi vor",
    "ca": "a al als amb aquest aquesta aquestes aquests aquell aquella cada com d de del dels des doncs el ella"
    " elles ells els em en encara ens entre era eren es està estan et fer fins ha han havia he hi ho i ja jo l"
    " la les li llavors lo m més molt molta n ni no nosaltres o on per perquè però pot qual quan que què qui s"
    " sense seu seva seus si sobre són també tan tot tota tots un una unes uns va van vostè",
}

_ASKING = {
    "da": "hvad hvem hvilke hvilken hvilket hvor hvordan hvorfor hvornår",
    "de": "wann warum wem wen wer weshalb wie wieso wieviel wo woher wohin",
    "es": "cuál cuáles cuándo cuánta cuántas cuánto cuántos cómo dónde porqué quién quiénes",
    "fi": "kuinka miksi milloin missä miten paljonko",
    "fr": "combien comment laquelle lequel lesquelles lesquels où pourquoi quand quel quelle quelles quels quoi",
    "hu": "hol hány melyik mennyi miért mikor",
    "it": "cosa dove perché quale quali quando quanta quante quanti quanto",
    "nl": "hoe hoeveel waar waarom waarvoor wanneer welk welke wie",
    "no": "hva hvem hvilke hvilken hvilket hvor hvordan hvorfor når",
    "pt": "como onde porque porquê quais qual quando quanto quantos quê",
    "ru": "какая какие какой какую откуда почему сколько чей",
    "tr": "hangi kaç nasıl neden nerede niçin",
}
"""Words that ask, which most of Snowball's lists lack: they were made of articles."""


@cache
def stop_words(language: str) -> Set[str]:
    """The stop words of a language, in small letters with their accents; none where no list is known."""
    if language in {"en", "uk"}:
        return STOP_WORDS
    if language in _OWN:
        return frozenset(_OWN[language].split())
    from whoosh.lang.stopwords import stoplists  # 2 ms, for archives in these languages only

    return frozenset((*stoplists.get(language, ()), *_ASKING.get(language, "").split()))

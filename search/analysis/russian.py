"""Russian words as Ukrainian spells them: for questions in Russian where articles are in Ukrainian.

Most words of both languages differ by letters and endings that correspond: `регулирование` is *регулювання*, and
`биржи` is *біржі*. A pattern tells which words of an archive a Russian one may be, as `transliteration` does for Latin
letters. Of words that have nothing in common the commonest in news stand here.
"""

import re
from collections.abc import Iterable
from functools import lru_cache

_DOUBLED_CONSONANT = re.compile(r"([бвгджзклмнпрстфхцчшщ])\1+")
_VOWEL_RUN = re.compile(r"([аеиоуыэюя])\1{2,}")
_SIGN_RUN = re.compile("[ьъ]+")
_FOREIGN = re.compile("[ыэъё]")
"""What no Ukrainian word has."""
_RUSSIAN = re.compile(
    "[ыэъё]|[бвмпфжчшщ]ь|ь[еи]|^ра[сз][бвгджзкпрстфхцчшщ]|(?<![чш])и[яеи]$|[бвгдзклнпстфц]ию$|(?:[аяую]ют|[аяуе]ет|(?<![о])тся|[^рмж]ость)$"
    "|(?<![аоу])ск(?:ий|ие|им|ого)$|ирова(?:ть|л|ла|ло|ли|н|ны|ни[еяию]|нием|нн(?:ый|ая|ое|ые|ого|ой|ую|ых|ым|ыми))$"
)
"""What Ukrainian words have not, or hardly."""
_OWN_LETTERS = re.compile("[іїєґ]")
"""What no Russian word has."""
_ADJECTIVES = {"ическ": "[иі]чн", "зск": "зьк", "жск": "зьк", "сск": "ськ", "цк": "цьк", "ск": "ськ?"}
"""How the adjectives in -ский are made, and what corresponds to the ends of their forms."""
_DECLINED = {
    "ий": "ий",
    "ая": "а",
    "ое": "е",
    "ие": "і",
    "ого": "ого",
    "ому": "ому",
    "им": "им",
    "их": "их",
    "ими": "ими",
    "ую": "у",
    "ой": "(?:ої|ій|ою)",
    "ом": "(?:ому|ім)",
}
_ENDINGS = {
    made + end: other + declined for made, other in _ADJECTIVES.items() for end, declined in _DECLINED.items()
} | {
    "ирование": "(?:ю|у)вання",
    "ирования": "(?:ю|у)вання",
    "ировании": "(?:ю|у)ванні",
    "ировать": "(?:ю|у)вати",
    "ирует": "(?:ю|у)є",
    "ирован": "(?:ю|у)ва(?:н|ти)",
    "ованный": "ований",
    "ование": "ування",
    "ования": "ування",
    "овать": "увати",
    "ение": "(?:ення|іння)",
    "ения": "(?:ення|іння)",
    "ании": "анні",
    "ание": "ання",
    "ания": "ання",
    "ться": "тис[яь]",
    "тся": "(?:ть|є)ся",
    "ется": "єть?ся",
    "ым": "им",
    "ых": "их",
    "ую": "у",
    "ый": "ий",
    "ой": "(?:ий|ой|ою|ої)",
    "ая": "а",
    "ое": "е",
    "ые": "і",
    "ие": "(?:ї|і|ія|ий|я)",
    "ье": "(?:я|є)",
    "ца": "ц[яа]",
    "це": "ц[іяе]",
    "цу": "ц[юу]",
    "цы": "ці",
    "ого": "ого",
    "его": "(?:ього|його|его)",
    "ть": "т[иь]",
    "ал": "а[вл]",
    "ил": "и[вл]",
    "ел": "і[вл]",
    "ает": "ає",
    "яет": "яє",
    "ет": "(?:ет|є|е)",
    "ит": "(?:ить|іт)",
    "ют": "ють",
    "ут": "уть?",
    "ят": "ять",
    "ат": "ать?",
    "ов": "(?:ів|ов)",
    "ев": "(?:ів|їв|ев)",
    "е": "(?:е|і|є|ї)",
    "о": "о",
    "у": "(?:у|ю)",
    "ы": "и",
    "и": "(?:и|і|ї)",
}
"""What corresponds to the end of a word."""
_BEGINNINGS = {
    "рас": "роз",
    "раз": "роз",
    "раб": "роб",
    "съ": "[зс]",
    "под": "під",
    "от": "ві?д",
    "у": "(?:ву?|у)",
    "ис": "[ви]+с",
}
"""What corresponds to its begin."""
_INITIALS = {"и": "иіїв", "э": "е", "е": "еєії", "у": "ув", "о": "оів", "с": "сз"}
"""What corresponds to a first letter, and to letters anywhere, where it is not the same."""
_LETTERS = {
    "и": "[иіїй]",
    "ы": "и",
    "е": "[еєії]",
    "э": "е",
    "о": "[оі]",
    "ё": "(?:ьо|йо|[оеєі])",
    "ъ": "['’ʼ]?",
    "ь": "ь?",
    "я": "(?:я|['’ʼ]я|ія)",
}
_VERBS = frozenset("ал ил ел ет ит ют ут ят ат ть тся ться ется ает яет".split())
_ENDINGS_OF_NAMES = {key: other for key, other in _ENDINGS.items() if key not in _VERBS} | {
    "ов": "ов",
    "ев": "[еєї]в",
    "ёв": "(?:ьо|йо|[еєо])в",
}
"""The same for a name, which does not end as a verb, and keeps what other words change: `Козлов` are no goats."""
_ADJECTIVE = "(?:[иі]й|[аяеєіую]|ь?о(?:го|му|ї|ю)|[иі](?:х|м|ми)|ій)"
_GERUND = "(?:н(?:ня|ню|ням|ні|нями|нях)|нь)"
_NOUN = "(?:[аяуюиіїеєоьй]|[оеє](?:м|ю|ві)|[іїо]в|[ая](?:м|ми|х)|ей)?"
_VERB = "(?:ти|в|л[аои]|є|ють|ть|ємо|мо)"
_INFLECTED = tuple(
    (re.compile(f"^(.{{2,}}?)(?:{russian})$"), ukrainian)
    for russian, ukrainian in (
        ("ост(?:ь|и|ью|ей|ям|ями|ях)", "(?:ість|істю|ост(?:і|ей|ям|ями|ях))"),
        *((f"{made}(?:{'|'.join(_DECLINED)})", other + _ADJECTIVE) for made, other in _ADJECTIVES.items()),
        ("(?:ир)?овани(?:е|я|ю|ем|и|й|ям|ями|ях)", f"[юуо]ва{_GERUND}"),
        ("[еая]ни(?:е|я|ю|ем|и|й|ям|ями|ях)", f"[еіая]{_GERUND}"),
        ("и(?:я|и|ю|ей|й|ям|ями|ях)", "[иі](?:[яїюй]|єю|ям|ями|ях)"),
        ("(?:[ыи]й|[ая]я|[ое]е|[ыи]е|[ое](?:го|му)|[ыи](?:х|м|ми)|[ую]ю)", _ADJECTIVE),
        ("(?:иров|ов|ев)а(?:ть|л[аои]?)", f"[юуоі]ва{_VERB}"),
        ("(?:ир)?у(?:ет|ют)", "[юу](?:є|ють|ва(?:ти|в|л[аои]))"),
        ("а(?:ть|л[аои]?|ет|ют)", f"а{_VERB}"),
        ("я(?:ть|л[аои]?|ет|ют)", f"[яі]{_VERB}"),
        ("(?:[ие](?:ть|л[аои]?)|ит|[яа]т)", "(?:[иі](?:ти|в|л[аои]|ть)|[яа]ть)"),
        ("(?:[аяуюыиеоьй]|[ое][йм]|[ое]в|[ая](?:м|ми|х)|ью)?", _NOUN),
    )
)
"""Endings by which a word declines, and those of the same part of speech in Ukrainian."""
_NO_NOUN = 11
"""The first so many of these leave no doubt; what ends as a verb may be a noun (the last) too."""
_BY_LENGTH = sorted(_BEGINNINGS, key=len, reverse=True)
SHORTEST_ALIKE = 4
"""Letters of a word that another may correspond to by a pattern: shorter ones are like too many."""
SHORTEST_STEM = 3
"""Letters of a word without its ending that decide."""
_SAID = """
взлом злам · с з · со з · во у · взломать зламати · взломали зламали · взломаны зламані · новости новини
новость новина
деньги гроші · денег грошей · рост зростання · роста зростання · падение падіння · падения падіння · неделя тиждень
неделе тижні · неделю тиждень · сегодня сьогодні · вчера вчора · год рік · году році · года року
запрет заборона · запреты заборони · запретил заборонив · запретили заборонили · запрещены заборонені
мошенник шахрай · мошенники шахраї · мошенников шахраїв · мошенничество шахрайство · мошенничестве шахрайстві
кража крадіжка · кражи крадіжки · украли вкрали · украл вкрав · тюрьма в'язниця · тюрьмы в'язниці · приговор вирок
налог податок · налоги податки · налогов податків · прибыль прибуток · прибыли прибутку · убыток збиток
убытки збитки · кошелёк гаманець · кошелек гаманець · кошельки гаманці · кошельков гаманців · счёт рахунок
счета рахунки · правительство уряд · правительства уряду · сделка угода · сделки угоди · покупка купівля
покупки купівлі · продажа продаж · владелец власник · владельцы власники · владельцев власників
разработчик розробник · разработчики розробники · разработчиков розробників · развитие розвиток · развития розвитку
северная північна · северной північної · северокорейские північнокорейські · северокорейских північнокорейських
южная південна · южной південної · событие подія · события події · государство держава · государственный державний
безопасность безпека · безопасности безпеки · уязвимость вразливість · уязвимости вразливості · поддержка підтримка
поддержки підтримки · обвинение звинувачення · обвинения звинувачення · обвинили звинуватили
арестован заарештований · арестовали заарештували · задержали затримали · задержан затриманий · иск позов
иски позови · стоимость вартість · стоимости вартості · искусственный штучний · искусственного штучного
искусственном штучному · искусственным штучним · разум інтелект · предсказания передбачення · предсказаний прогнозів
отток відтік · приток приплив · снижение зниження · снижения зниження · рекордный рекордний · крупный великий
крупнейший найбільший · крупнейшие найбільші · крупнейших найбільших · доход дохід · доходы доходи · сборы збори
мнение думка · эксперт експерт · эксперты експерти · ожидания очікування · ожидают очікують · ожидает очікує
кто хто · что що · как як · когда коли · почему чому · где де · сколько скільки · какой який · какая яка · какие які
какое яке · или або · если якщо · после після · из з · между між · есть є · это це · этот цей · все всі · всех усіх
еще ще · ещё ще · уже вже · только тільки · больше більше · меньше менше · сейчас зараз · чтобы щоб
можно можна · январь січень · января січня · январе січні · февраль лютий · февраля лютого · феврале лютому
март березень · марта березня · марте березні · апрель квітень · апреля квітня · апреле квітні · май травень
мая травня · мае травні · июнь червень · июня червня · июне червні · июль липень · июля липня · июле липні
август серпень · августа серпня · августе серпні · сентябрь вересень · сентября вересня · сентябре вересні
октябрь жовтень · октября жовтня · октябре жовтні · ноябрь листопад · ноября листопада · ноябре листопаді
декабрь грудень · декабря грудня · декабре грудні · основатель засновник · основателя засновника
основателю засновнику · одобрил схвалив · одобрили схвалили · серебро срібло · серебра срібла · серебром сріблом
стоит коштує · подал подав · разработка розробка · разработки розробки · санкции санкції · угроза загроза
угрозы загрози · который який · которая яка · которое яке · которые які · которых яких · которому якому
получил отримав · получили отримали · получила отримала · лет років · повышение підвищення · повышения підвищення
собственный власний · собственную власну · собственные власні · вернулся повернувся · вернулись повернулися
потом потім · от від · сеть мережа · сети мережі · сетей мереж · увеличение збільшення · количество кількість
сообщил повідомив · сообщили повідомили · сообщает повідомляє · может може · могут можуть · должен повинен
должны повинні · будет буде · был був · были були · первый перший · первая перша · первые перші · второй другий
последний останній · последние останні · последних останніх · большой великий · большие великі · лучше краще
лучший найкращий · лучшие найкращі · хуже гірше · почти майже · около близько · вместо замість · против проти
также також · человек людина · человека людини · страна країна · страны країни · стран країн · странах країнах
город місто · города міста · городе місті · мир світ · мире світі · мира світу · часть частина · следующий наступний
следующая наступна · утечка витік · утечки витоку · вырос виріс · выросла зросла · вырастет зросте
рухнул обвалився · война війна · войны війни · войне війні · войну війну · цена ціна · цены ціни · цене ціні
цену ціну · упал впав · купил купив · продал продав · река річка · реки річки · реке річці · пожар пожежа
пожары пожежі · дождь дощ · дожди дощі · врач лікар · врачи лікарі · помощь допомога · помощи допомоги
победа перемога · победы перемоги · победу перемогу · электричество електрика · избиратели виборці
строительство будівництво · строительства будівництва · наводнение повінь · судья суддя · судьи судді
погибли загинули · погиб загинув · больница лікарня · больницы лікарні · больнице лікарні · ребёнок дитина
ребенок дитина · ребёнка дитини · ребенка дитини · школьник школяр · школьники школярі · учебник підручник
жильё житло · жилье житло · жилья житла · самолёт літак · самолет літак · самолёта літака · самолета літака
отопление опалення · отопления опалення · германия німеччина · германии німеччини · русский російський
русские росіяни · нефть нафта · нефти нафти · огонь вогонь · огня вогню · борьба боротьба · борьбы боротьби
сосед сусід · соседи сусіди · уехал поїхав · уехали поїхали · арест арешт · ареста арешту · аресты арешти
кроме крім · среди серед · статья стаття · статью статтю · статье статті · статьи статті · статьям статтям
статьях статтях
достиг досяг · достигла досягла · достигли досягли · взломан зламаний · взломана зламана
основателем засновником · основатели засновники · основателей засновників
"""
_FIRST_NAMES = """
александр олександр · алексей олексій · анатолий анатолій · андрей андрій · анна ганна · василий василь
виктор віктор · владимир володимир · григорий григорій · дмитрий дмитро · евгений євген · екатерина катерина
елена олена · игорь ігор · кирилл кирило · михаил михайло · николай микола · павел павло · петр петро · пётр петро
сергей сергій · юрий юрій
"""
"""Those that both languages have in a form of their own."""
_WORDS, _NAMES = (
    dict(pair.split() for line in table.strip().splitlines() for pair in line.split(" · "))
    for table in (_SAID, _FIRST_NAMES)
)
_UKRAINIAN_TOO = """
август августа августе вернулись во все город города городе май март марта марте мая мир мира мире от покупка
покупки после потом почти приток с сети со только уже украли
"""
"""Those of them that Ukrainian has as well, mostly with another meaning."""
_ONLY_RUSSIAN = frozenset([*_WORDS, *_NAMES]) - frozenset(["анна", *_UKRAINIAN_TOO.split()])
_PAST = re.compile("[аеиуюя]л$")
_SURNAME_ENDS = re.compile("(?:[оеё]в|[иы]н|[иы]х)(?:а|у|ым|ой|ы|ых)?$")
_ADJECTIVE_ENDS = re.compile("(?<!ейш)(?<!айш)(?:[ыио]й|[ая]я|[ое]е|ые|(?<=[гкхжшщч])ие)$")
"""Superlatives begin no name."""


def is_russian(words: Iterable[str]) -> bool:
    """Whether words in small letters, which an archive in Ukrainian lacks, look Russian.

    A word that both languages have proves nothing.
    """
    return any(
        word in _ONLY_RUSSIAN or (_RUSSIAN.search(word) and (_FOREIGN.search(word) or not is_ukrainian(word)))
        for word in words
    )


def is_ukrainian(text: str) -> bool:
    """Whether a text in small letters has letters that Russian has not."""
    return _OWN_LETTERS.search(text) is not None


def is_past(word: str, ukrainian: str) -> bool:
    """Whether a Russian word is a verb of the past by what corresponds to it: `упал` is *упав*, and no slip of it."""
    return _PAST.search(word) is not None and ukrainian.endswith("в")


def ends_as_surname(word: str) -> bool:
    """Whether a word in small letters ends as a surname; it may be another word's case: `козлов`, of goats."""
    return _SURNAME_ENDS.search(word) is not None


def is_adjective(word: str) -> bool:
    """Whether a Russian word in small letters ends as an adjective, but for superlatives."""
    return _ADJECTIVE_ENDS.search(word) is not None


def name_in_ukrainian(word: str) -> str | None:
    """The Ukrainian form of a Russian first name in small letters; None for all others."""
    return _NAMES.get(word)


def said_in_ukrainian(word: str) -> str | None:
    """The Ukrainian for a Russian word in small letters that has nothing in common with it; None for most."""
    return _WORDS.get(word)


@lru_cache(1_000)
def ukrainian_pattern(word: str, name: bool = False) -> str:
    """What matches the Ukrainian words in small letters that a Russian one in small letters may be.

    A `name` is no case or person of another word. Empty for a word that is too short to tell.
    """
    letters = _DOUBLED_CONSONANT.sub(r"\1", _VOWEL_RUN.sub(r"\1", _SIGN_RUN.sub("ь", word)))
    if len(letters) < SHORTEST_ALIKE:
        return ""
    start = next((begin for begin in _BY_LENGTH if word.startswith(begin)), "")
    rest, endings = word[len(start) :], _ENDINGS_OF_NAMES if name else _ENDINGS
    end = max((ending for ending in endings if rest[1:].endswith(ending)), key=len, default="")
    return _begun(start, rest[: len(rest) - len(end)]) + endings.get(end, "")


@lru_cache(1_000)
def inflected_pattern(word: str) -> str:
    """The same in any case, number or person, where words decline otherwise: `рынка` is *ринку*.

    The part of speech stays: what is named by an adjective in -ский is none without.
    """
    start = next((begin for begin in _BY_LENGTH if word.startswith(begin)), "")
    read = [(match[1], other) for ending, other in _INFLECTED if (match := ending.match(word[len(start) :]))]
    first = next((n for n, (ending, _) in enumerate(_INFLECTED) if ending.match(word[len(start) :])), len(_INFLECTED))
    read = [*read[:1], *(read[-1:] if first >= _NO_NOUN else ())]
    return "|".join(_begun(start, stem) + other for stem, other in read if len(start + stem) >= SHORTEST_STEM)


def _begun(start: str, stem: str) -> str:
    return _BEGINNINGS.get(start, "") + "".join(map(_corresponding, _DOUBLED_CONSONANT.sub(r"\1", stem)))


def initials(word: str) -> str:
    """The letters that a Ukrainian word may begin with which a Russian one in small letters may be."""
    return _INITIALS.get(word[:1], word[:1])


def _corresponding(letter: str) -> str:
    """What a letter of Russian may be in Ukrainian; a consonant may be doubled."""
    other = _LETTERS.get(letter, re.escape(letter))
    if letter == "л":
        return "л{1,2}ь?"
    return f"{other}{{1,2}}" if letter in "нстч" else other

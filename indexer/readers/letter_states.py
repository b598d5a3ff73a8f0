"""Letters that nobody was to read: those in the bin, in spam or among the drafts, as mail programs mark them."""

import re
import unicodedata
from collections.abc import Iterable
from email.message import Message

_BAR = "|"
_DRAFT, _WITHHELD = "draft", "not published"
_DRAFTS = frozenset(
    "draft|drafts|чернетки|черновики|чарнавікі|чернови|нацрти|entwürfe|brouillons|borradores|esborranys|rascunhos"
    "|bozze|wersje robocze|kopie robocze|szkice|concepten|utkast|kladder|kladd|luonnokset|koncepty|rozepsané"
    "|rozpísané|piszkozatok|schițe|ciorne|skice|osnutki|πρόχειρα|taslaklar|juodraščiai|melnraksti|mustandid"
    "|טיוטות|المسودات|草稿|草稿箱|草稿匣|下書き|임시보관함|임시 보관함|thư nháp|draf|outbox|unsent messages"
    "|scheduled|template|templates|vorlagen|шаблони|шаблоны|szablony|plantillas".casefold().split(_BAR)
)
"""What mail programs call the folder or the label of letters that are not sent yet."""
_BINS = frozenset(
    "trash|bin|deleted|deleted items|deleted messages|wastebasket|recycle bin|кошик|смітник|видалене|видалені"
    "|видалені елементи|корзина|удаленные|удалённые|удаленные элементы|кошык|сметніца|кошче|изтрити елементи"
    "|отпад|смеће|papierkorb|gelöscht|gelöschte elemente|gelöschte objekte|corbeille|éléments supprimés"
    "|messages supprimés|papelera|eliminados|elementos eliminados|paperera|lixeira|lixo|itens excluídos"
    "|itens eliminados|cestino|posta eliminata|kosz|usunięte|elementy usunięte|prullenbak|prullenmand"
    "|verwijderde items|papperskorg|papperskorgen|borttaget|borttagna objekt|papirkurv|slettet post"
    "|slettede elementer|slettet|søppel|roskakori|poistetut|koš|odstraněná pošta|kôš|odstránené položky|kuka"
    "|lomtár|törölt elemek|coș de gunoi|gunoi|elemente șterse|otpad|smeće|izbrisane stavke|smetnjak|κάδος"
    "|κάδος απορριμμάτων|διαγραμμένα|çöp|çöp kutusu|silinmiş öğeler|šiukšlinė|šiukšliadėžė|miskaste|atkritne"
    "|prügikast|אשפה|פריטים שנמחקו|المهملات|سلة المهملات|العناصر المحذوفة|已删除|已删除邮件|已刪除的郵件|垃圾桶"
    "|回收站|ゴミ箱|削除済みアイテム|휴지통|지운 편지함|thùng rác|sampah|ถังขยะ".casefold().split(_BAR)
)
_SPAM = frozenset(
    "spam|junk|junk e mail|junk email|junk mail|bulk mail|спам|небажана пошта|небажана електронна пошта"
    "|нежелательная почта|нежелана поща|spamverdacht|unerwünschte werbung|pourriel|indésirables"
    "|courrier indésirable|correo no deseado|correo electrónico no deseado|lixo eletrônico|lixo eletrónico"
    "|correio não desejado|posta indesiderata|śmieci|wiadomości śmieci|niechciane|ongewenst|ongewenste e mail"
    "|skräppost|uønsket e mail|søppelpost|roskaposti|nevyžádaná pošta|levélszemét|mesaje nedorite|e mail nedorit"
    "|önemsiz e posta|gereksiz|istenmeyen|ανεπιθύμητα|ανεπιθύμητη αλληλογραφία|ספאם|דואר זבל|البريد العشوائي"
    "|垃圾邮件|垃圾郵件|迷惑メール|스팸|스팸함|정크 메일|thư rác".casefold().split(_BAR)
)
_COPY = re.compile(r"(?:[ ]\(\d{1,3}\)|[ ]\d{1,3})$")
"""What programs write behind the name of a file of which they have one already: `Trash (1)`, `Trash-2`."""
_SUFFIX = re.compile(r"\.(?:mbox|mbx|sbd|imapmbox)$", re.IGNORECASE)
_STATUS, _X_STATUS = re.compile(r"[RODNU]{1,5}"), re.compile(r"[RAFDTOSPN]{1,8}")
"""Flags in letters: `D` is deleted, and in the second `T` a draft."""
_HEX = re.compile(r"[0-9a-fA-F]{1,16}")
_EXPUNGED, _QUEUED, _DELETED_ON_SERVER, _TEMPLATE = 0x8, 0x800, 0x200000, 0x1000000
"""Thunderbird's flags: in the first two halves of a number, of which each has a header of its own."""
_SENSITIVE = ("personal", "private", "company-confidential")
"""What Outlook writes of a letter that is not for everybody, by RFC 4021."""
_EVOLUTION_DELETED, _EVOLUTION_DRAFT, _EVOLUTION_JUNK = 0x2, 0x4, 0x80


def letter_state(path: str, letter: Message) -> str:
    """Why a letter of that file is left out, or an empty text."""
    return _state_of_path(path) or _state_of_labels(letter) or _state_of_flags(letter)


def _state_of_path(path: str) -> str:
    """What the folders of a letter and the name of its mailbox say: `Drafts/7.eml`, `INBOX.Trash.mbox`, `.Junk/`."""
    *folders, name = path.split("/")
    named = folders if name.casefold().endswith(".eml") else [*folders, name]
    return _state_of_names(part for folder in named for part in _parts(folder))


def _parts(folder: str) -> list[str]:
    """What a folder and those above it are called: Maildir writes them with dots between, `.Trash`, `INBOX.Trash`.

    Elsewhere a dot may be part of a name, so that only a bin is known behind it: `Archive.Trash`.
    """
    bare = _SUFFIX.sub("", folder)
    if bare.casefold().startswith((".", "inbox.", "[gmail].", "[google mail].")):
        return bare.split(".")
    last = bare.rpartition(".")[2]
    return [bare, last] if _plain(last) in _BINS | _SPAM else [bare]


def _state_of_labels(letter: Message) -> str:
    """What Gmail's labels say, which Google writes in the language of the user, and Thunderbird's and Dovecot's."""
    labels = _said(letter, "X-Gmail-Labels").split(",")
    keys = _keys(letter, "X-Keywords")
    flags = [key for key in keys if key == "Junk" or key.startswith(("$", "\\"))]  # others are of newsletters
    return _state_of_names([*labels, *(key.lstrip("$\\") for key in [*_keys(letter, "X-Mozilla-Keys"), *flags])])


def _keys(letter: Message, name: str) -> list[str]:
    return _said(letter, name).replace(",", " ").split()


def _state_of_flags(letter: Message) -> str:
    """What the headers say in which mail programs keep the flags of a letter."""
    if _said(letter, "Sensitivity").casefold() in _SENSITIVE:
        return _WITHHELD
    if letter["X-Mozilla-Draft-Info"] or _said(letter, "X-Unsent") == "1":
        return _DRAFT
    if _said(letter, "X-Uniform-Type-Identifier").casefold() == "com.apple.mail-draft":
        return _DRAFT
    status, other = _STATUS.fullmatch(_said(letter, "Status")), _X_STATUS.fullmatch(_said(letter, "X-Status"))
    flags = (status[0] if status else "") + (other[0] if other else "")
    mozilla = _number(_said(letter, "X-Mozilla-Status")) | _number(_said(letter, "X-Mozilla-Status2"))
    evolution = _number(_said(letter, "X-Evolution").rpartition("-")[2])
    if mozilla & (_EXPUNGED | _DELETED_ON_SERVER) or "D" in flags:
        return _WITHHELD
    if evolution & (_EVOLUTION_DELETED | _EVOLUTION_JUNK):
        return _WITHHELD
    if mozilla & (_QUEUED | _TEMPLATE) or evolution & _EVOLUTION_DRAFT or "T" in flags:
        return _DRAFT
    return ""


def _state_of_names(names: Iterable[str]) -> str:
    plain = {_plain(name) for name in names}
    if plain & (_BINS | _SPAM):
        return _WITHHELD
    return _DRAFT if plain & _DRAFTS else ""


def _plain(name: str) -> str:
    """A name as the tables above have it."""
    folded = unicodedata.normalize("NFC", name).casefold()
    return _COPY.sub("", " ".join(re.sub(r"[_\-\"\\]", " ", folded).split()))


def _said(letter: Message, name: str) -> str:
    return str(letter[name] or "").strip()


def _number(written: str) -> int:
    """A number of sixteen digits at most, as mail programs write flags; 0 for anything else."""
    return int(written, 16) if _HEX.fullmatch(written) else 0

"""Is the encoding of a file that is not UTF-8 guessed as its language has it?"""

import pytest

from indexer.content.decoding import decoded
from indexer.content.reader import KnownFiles, read

TEXTS = {
    "cp932": "市議会は月曜日に新しい路面電車について採決し、賛成多数で可決しました。工事は春に始まります。",
    "euc_jp": "市議会は月曜日に新しい路面電車について採決し、賛成多数で可決しました。工事は春に始まります。",
    "cp949": "시의회는 월요일에 새로운 노면 전차를 놓고 표결했고, 찬성 다수로 가결되었다. 공사는 봄에 시작된다.",
    "gb18030": "市议会星期一就新的有轨电车进行了表决，并以多数票通过。这是一个大工程，人们都在等，工地在河边。",
    "big5": "市議會星期一就新的有軌電車進行了表決，並以多數票通過。這是一個大工程，人們都在等，工地在河邊。",
    "cp1251": "Городской совет в понедельник проголосовал за новый трамвай, и большинство было за.",
    "cp1252": "Der Rat stimmte am Montag über die neue Straßenbahn ab, und die Mehrheit war größer als gedacht.",
    "cp1250": "Zastupitelé v pondělí hlasovali o nové tramvaji a většina byla větší, než se čekalo.",
    "iso8859_2": "Rada głosowała w poniedziałek za nową linią tramwajową, a większość była większa niż sądzono.",
    "cp1253": "Το συμβούλιο ψήφισε τη Δευτέρα για το νέο τραμ και η πλειοψηφία ήταν μεγαλύτερη από ό,τι περίμεναν.",
    "cp1254": "Meclis pazartesi günü yeni tramvay için oy kullandı ve çoğunluk beklenenden daha büyük çıktı, dediler.",
    "cp1255": "המועצה הצביעה ביום שני על החשמלית החדשה, והרוב היה גדול ממה שחשבו.",
    "cp1256": "صوت المجلس يوم الاثنين على خط الترام الجديد وكانت الأغلبية أكبر مما كان متوقعا.",
    "cp1257": "Pirmadienį taryba balsavo dėl naujos tramvajaus linijos, o dauguma buvo didesnė, nei tikėtasi žmonių.",
    "koi8_u": "Міська рада в понеділок проголосувала за новий трамвай, і більшість була більшою, ніж гадали.",
    "cp866": "Городской совет в понедельник проголосовал за новый трамвай, и большинство было за.",
    "mac_roman": "Le conseil a voté lundi à propos du nouveau tramway, et la majorité était plus forte que prévu.",
    "cp874": "สภาเมืองลงมติเมื่อวันจันทร์ให้สร้างรถรางสายใหม่ และเสียงข้างมากมีมากกว่าที่คาดไว้",
}


@pytest.mark.parametrize("encoding", TEXTS)
@pytest.mark.parametrize("head", ["", "---\ntitle: News\ndate: 2024-03-05\n---\n"])
def test_guessed_encodings(encoding, head):
    """A whole file, with a head in ASCII and without one."""
    text = head + TEXTS[encoding]
    assert decoded(text.encode(encoding)) == (text, encoding)


@pytest.mark.parametrize(
    ("declared", "encoding"),
    [("windows-1250", "cp1250"), ("ISO-8859-1", "cp1252"), ("utf-8", "cp1250"), ("x-nobody-knows", "cp1250")],
)
def test_what_a_page_declares_of_itself(declared, encoding):
    """A known code page is believed; one that is wrong or unknown leaves the letters to tell."""
    words = "café" if encoding == "cp1252" else TEXTS["cp1250"]
    text = f'<meta charset="{declared}"><p>{words}</p>'
    assert decoded(text.encode(encoding)) == (text, declared if declared == "windows-1250" else encoding)


SAID = {
    "fr": "Dès l'aube, les péniches descendaient le fleuve ; à l'écluse, le gardien les comptait.",
    "es": "El capitán preguntó al señor del muelle cuándo llegaría la última lancha de la mañana.",
    "pt": "A estação não abriu: às três, o maquinista ainda não sabia a razão da avaria.",
    "sv": "På kvällen låg båten kvar vid bryggan, och någon måste gå över ön för att få hjälp.",
    "ga": "Bhí Seán Ó Súilleabháin agus Róisín Ní Dhálaigh ag an gcruinniú i nGaillimh inné.",
    "pl": "Wieczorem łódź wróciła do przystani, a dźwięk syreny usłyszał cały Śródmieście.",
    "el": "Το βράδυ το πλοίο γύρισε στο λιμάνι και όλοι άκουσαν τη σειρήνα.",
    "ru": "Вечером паром вернулся к пристани, и сирену слышал весь город.",
    "en": "\u201cA ferry,\u201d she said, \u201cis no café.\u201d",
}


@pytest.mark.parametrize("language", SAID)
@pytest.mark.parametrize("times", [1, 30])
def test_a_stray_byte_in_utf_8(language, times):
    """What is UTF-8 stays so, every letter of it; what was pasted from an old editor is read too."""
    text = f"{SAID[language]}\n\n" * times
    assert decoded(text.encode() + b"It\x92s late \x97 too late")[0] == f"{text}It\u2019s late \u2014 too late"


@pytest.mark.parametrize("rows", [2, 2_000])
def test_a_stray_byte_in_a_table_of_utf_8(tmp_path, rows):
    """Wherever in the file it stands."""
    table = "id,title,text\n" + "".join(f'{n},Le bac {n},"{SAID["fr"]}"\n' for n in range(rows))
    (tmp_path / "a.csv").write_bytes(table.encode() + b'x,Last,"\xc3\xa9t\xc3\xa9: It\x92s late"\n')
    articles = read(tmp_path, KnownFiles(), lambda *_: None).articles
    assert len(articles) == rows + 1
    texts = {one.title: one.text for one in articles}
    assert SAID["fr"] in texts["Le bac 1"]
    assert "été: It\u2019s late" in texts["Last"]


@pytest.mark.parametrize(
    "text",
    [
        "The harbour master\u2014who had the keys\u2014said that the ferry would be late again on Monday.",
        "Nobody came\u2014not even she. \u201cNo,\u201d he said.",
        "The route from São Luís to the coast",
        "A ticket costs £7, Gráinne told the council",
        "Nóra Ó hÓgáin and Liam Mac an tSaoir paid £12m \u2013 more than \u20ac10m",
        "The Ferry® and its crew™: ½ price, 3º andar, ¥900",
        "Où aller",
        "Ça ira",
        "Äpfel",
        "Øl",
        "CAFÉ DE LA GARE",
        "FÄRJAN TILL ÅLAND ÄR FÖRSENAD",
        "AÑO DE LA BALLENA",
        "El patrón \u2014dijo él\u2014 no vendrá.",
        "Wait\u2026who rowed it? The years 1987\u201393",
    ],
)
@pytest.mark.parametrize("end", ["", " and the harbour opened again on Tuesday for all the boats of the town"])
def test_windows_1252_in_short_texts(text, end):
    """The code page that is met most is taken where nothing speaks for another."""
    assert decoded((text + end).encode("cp1252"))[0] == text + end


@pytest.mark.parametrize(
    "text",
    [
        "La reunión terminó con una decisión: el avión y el camión saldrán del galpón por la razón que dio el patrón.",
        "La reunión del año acabó sin solución.",
        "Les bateaux étaient à quai dès l'aube, et le gardien rêvait déjà.",
    ],
)
def test_old_macintoshes_in_short_texts(text):
    """Letters that Windows has as dashes are letters where what is beside them makes no words without."""
    assert decoded(text.encode("mac_roman")) == (text, "mac_roman")

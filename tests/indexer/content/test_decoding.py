"""Is the encoding of a file that is not UTF-8 guessed as its language has it?"""

import pytest

from indexer.content.decoding import decoded

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

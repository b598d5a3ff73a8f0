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
}


@pytest.mark.parametrize("encoding", TEXTS)
@pytest.mark.parametrize("head", ["", "---\ntitle: News\ndate: 2024-03-05\n---\n"])
def test_guessed_encodings(encoding, head):
    """A whole file, with a head in ASCII and without one."""
    text = head + TEXTS[encoding]
    assert decoded(text.encode(encoding)) == (text, encoding)

"""Are letters left out that lie in the bin, in spam or among the drafts, and those without a text?"""

import pytest
from written_folder import accepted

TEXT = "The tram to the harbour runs again after three years of work on the quay."


def letter(title: str, headers: str = "", text: str = TEXT) -> str:
    """A letter with these headers."""
    return (
        f"From: Jane Doe <jane@n.example>\nSubject: {title}\nDate: Tue, 05 Mar 2024 10:00:00 +0000\n{headers}\n{text}\n"
    )


def mailbox(*letters: str) -> str:
    """A mailbox of these letters."""
    return "\n".join(f"From jane@n.example Tue Mar  5 10:00:00 2024\n{one}" for one in letters)


HIDDEN = {
    "X-Gmail-Labels: Trash\n": "not published",
    "X-Gmail-Labels: Spam,Category Promotions,Unread\n": "not published",
    "X-Gmail-Labels: Important,\n Drafts\n": "draft",
    "X-Gmail-Labels: =?UTF-8?Q?Ge=C3=B6ffnet,Entw=C3=BCrfe?=\n": "draft",
    "X-Gmail-Labels: =?UTF-8?B?0JrQvtGI0LjQug==?=\n": "not published",
    "X-Mozilla-Status: 0009\nX-Mozilla-Status2: 00000000\n": "not published",
    "X-Mozilla-Status: 0001\nX-Mozilla-Status2: 00200000\n": "not published",
    "X-Mozilla-Status: 0801\n": "draft",
    "X-Mozilla-Draft-Info: internal/draft; vcard=0; receipt=0\n": "draft",
    "X-Mozilla-Keys: $label1 junk\n": "not published",
    "X-Keywords: $Junk Seen\n": "not published",
    "X-Keywords: Junk\n": "not published",
    "Status: RO\nX-Status: AD\n": "not published",
    "Status: ROD\n": "not published",
    "Status: O\nX-Status: T\n": "draft",
    "X-Evolution: 0000002a-0012\n": "not published",
    "X-Evolution: 0000002a-0004\n": "draft",
    "X-Unsent: 1\n": "draft",
    "Sensitivity: Company-Confidential\n": "not published",
    "Sensitivity: private\n": "not published",
    "X-Uniform-Type-Identifier: com.apple.mail-draft\n": "draft",
}
SHOWN = [
    "X-Gmail-Labels: Inbox,Sent,Town/Drafts of the plan\n",
    "X-Mozilla-Status: 0001\nX-Mozilla-Status2: 00000000\n",
    "X-Mozilla-Status: 1013\nX-Mozilla-Status2: 10000000\n",
    "X-Mozilla-Keys: NonJunk $label1\n",
    "Status: RO\nX-Status: AF\n",
    "Status: DONE, TO BE SENT\nX-Status: D-Day\n",
    "X-Evolution: 0000002a-0010\n",
    "X-Unsent: 0\n",
    "Sensitivity: Normal\n",
    "X-Keywords: NBA draft\n",
    "X-Keywords: junk food\n",
]


@pytest.mark.parametrize("form", ["list.mbox", "news/a.eml"])
@pytest.mark.parametrize("headers", HIDDEN)
def test_what_a_mail_program_marks_as_not_to_be_read(tmp_path, headers, form):
    """It is counted, in a mailbox and in a file of its own."""
    written = letter("A bus", headers)
    files = {form: written if form.endswith(".eml") else mailbox(written)}
    reading = accepted(tmp_path, {**files, "b.eml": letter("A tram")})
    assert [one.title for one in reading.articles] == ["A tram"]
    assert dict(reading.omitted) == {HIDDEN[headers]: 1}


@pytest.mark.parametrize("headers", SHOWN)
def test_other_marks_hide_nothing(tmp_path, headers):
    """Read, answered, flagged, and labels that only contain such a word."""
    assert len(accepted(tmp_path, {"list.mbox": mailbox(letter("A tram", headers))}).articles) == 1


@pytest.mark.parametrize(
    ("path", "why"),
    [
        ("Trash.mbox", "not published"),
        ("Trash (1).mbox", "not published"),
        ("mail/Trash.mbox/mbox.mbox", "not published"),
        ("mail/INBOX.Junk-E-Mail.mbox", "not published"),
        ("mail/[Gmail]/Papierkorb.mbox", "not published"),
        ("Кошик.mbox", "not published"),
        ("Видалені елементи/1.eml", "not published"),
        ("Κάδος απορριμμάτων.mbox", "not published"),
        ("Kos\u030c.mbox", "not published"),
        ("垃圾邮件.mbox", "not published"),
        ("Drafts/a.eml", "draft"),
        ("Brouillons.mbox", "draft"),
        ("Чернетки.mbox", "draft"),
        ("Draft.eml", ""),
        ("All mail Including Spam and Trash.mbox", ""),
        ("spam-news/a.eml", ""),
        ("Sent.mbox", ""),
        ("mail/INBOX.Trash/a.eml", "not published"),
        ("mail/Drafts.sbd/a.eml", "draft"),
        ("The.Spam.Letter/a.eml", ""),
        ("nba.draft.mbox", ""),
        ("[Gmail].Trash/1.eml", "not published"),
        ("[Google Mail].Drafts/1.eml", "draft"),
        ("Archive.Spam/1.eml", "not published"),
        ("Spam.and.eggs.mbox", ""),
    ],
)
def test_folders_of_the_bin_and_of_drafts(tmp_path, path, why):
    """By the whole name of a folder or a mailbox, in any language; the name of a letter says nothing."""
    written = letter("A tram") if path.endswith(".eml") else mailbox(letter("A tram"))
    reading = accepted(tmp_path, {path: written})
    assert dict(reading.omitted) == ({why: 1} if why else {})
    assert len(reading.articles) == (0 if why else 1)


@pytest.mark.parametrize(
    ("headers", "text"),
    [
        (
            'Content-Type: multipart/encrypted; boundary="b"\n',
            "--b\nContent-Type: application/octet-stream\n\nx\n--b--",
        ),
        ('Content-Type: multipart/mixed; boundary="b"\n', "--b\nContent-Type: application/pdf\n\nx\n--b--"),
        ("Content-Type: text/html\n", '<p><img src="a.png">&nbsp;</p>'),
        ("", "-----BEGIN PGP MESSAGE-----\n\nhQEMA\n-----END PGP MESSAGE-----"),
        ("", " "),
    ],
)
def test_a_letter_without_a_text_is_counted(tmp_path, headers, text):
    """One of an attachment or of a picture alone, or that only its reader could read, is no article."""
    written = letter("A bus", headers, text)
    reading = accepted(tmp_path, {"a.eml": written, "list.mbox": mailbox(written, letter("A tram"))})
    assert [one.title for one in reading.articles] == ["A tram"]
    assert dict(reading.omitted) == {"without a text": 2}

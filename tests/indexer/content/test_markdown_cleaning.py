"""Do the signs of generators go, and the words that a reader reads stay?"""

import time

import pytest

from indexer.content.markdown import plain_text
from indexer.content.markdown_cleaning import cleaned


@pytest.mark.parametrize(
    ("markdown", "expected"),
    [
        ('<b id=x markdown="1">\n*Bold* <i class=y>words</i></b>', "Bold words"),
        ('{{< figure src="/f.jpg" caption="A falcon" >}}\n\nText.', "A falcon\n\nText."),
        ("Text. {{% notice %}}Do not climb.{{% /notice %}}", "Text. Do not climb."),
        ('See [the page]({{< ref "a.md" >}}) now.', "See the page now."),
        ('{% include gallery.html caption="Old tram" %}\n\nText.', "Old tram\n\nText."),
        ("{% highlight ruby %}\nputs 1\n{% endhighlight %}\n\nText.", "puts 1\n\nText."),
        ("{% comment %}\nsecret\n{% endcomment %}\nText.", "Text."),
        ("Opened.\n{: .lead}\n\n## Hours {#hours}\n\n[TOC]\n\nDaily.", "Opened.\n\nHours\n\nDaily."),
        ("The [[people/anna|curator]] met [[Board]]. ![[plan.png]]%%ask about the loan%%", "The curator met Board."),
        ("==Very important== ^block1", "Very important"),
        ("> [!warning] Mind the gap\n> Here.", "Mind the gap Here."),
        (":::note Heads up\n\nText.\n\n:::", "Heads up\n\nText."),
        ("Before{/* truncate */} after", "Before after"),
        ("import X from './x'\n\n<X data={[1, 2]} />\n\nText.", "Text."),
        ("`{{ kept }}` and\n\n```\n{% kept %}\n```", "{{ kept }} and\n\n{% kept %}"),
        ("a == b and c == d", "a == b and c == d"),
        ("An import of wine; {curly} words", "An import of wine; {curly} words"),
    ],
)
def test_signs_go_and_words_stay(markdown, expected):
    """Shortcodes, Liquid, kramdown, wikilinks, callouts, comments; code and prose as they are."""
    assert plain_text(cleaned(markdown)).text == expected


@pytest.mark.parametrize(
    ("mdx", "expected"),
    [
        ('import A from "a";\nimport {\n  B,\n} from "b";\n\nText.', "Text."),
        ("export const meta = {\n  a: 1,\n}\n\nText.", "Text."),
        ('<Tabs items={[{a: "x > y"}]}>\n\nInside.\n\n</Tabs>', "Inside."),
        ('<Figure src="/a.png" caption="A crane" />\n\nText {props.x} more{" "}words.', "A crane\n\nText  more words."),
    ],
)
def test_mdx_loses_its_code(mdx, expected):
    """Imports, exports, components and expressions; what components wrap stays."""
    assert plain_text(cleaned(mdx, mdx=True)).text == expected


@pytest.mark.parametrize("sign", ["{{", "{%", "[[", "%% ", "<A ", "==a", "`", "{/*", "::: ", "]({{", "{% comment %}"])
def test_signs_without_end_take_no_time(sign):
    """Many openings is done in a moment of processor time, or left as it is."""
    started = time.process_time()
    cleaned(sign * (400_000 // len(sign)), mdx=True)
    assert time.process_time() - started < 20


def test_a_tag_without_end_takes_no_time():
    """However often it says that Markdown stands in it."""
    started = time.process_time()
    cleaned("<a" + " markdown=1" * 2_000 + "x" * 1_000_000)
    assert time.process_time() - started < 3

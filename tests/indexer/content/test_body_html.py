"""Is the body that the article view shows safe, and is it still the article?"""

import zlib
from time import thread_time
from typing import Any

import pytest
from fake_index import recipe
from hypothesis import given
from hypothesis import strategies as st

from indexer.content import body_html
from indexer.content.body_html import rendered_safely, safe_html
from indexer.content.body_spool import BodySpool
from indexer.content.document import SourceFile
from indexer.content.html_text import html_text
from indexer.content.markdown import html_of
from indexer.content.parsing import parse
from indexer.reindex import reindex
from search.index.directory import IndexFolder
from search.index.store import ARTICLES, Store


@pytest.mark.parametrize(
    "hostile",
    [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "<a href='javascript:alert(1)'>x</a>",
        "<a href='data:text/html,x'>x</a>",
        "<p style='position:fixed' onclick=alert(1)>x</p>",
        "<iframe src='https://evil.example'></iframe>",
        "<svg><script>alert(1)</script></svg>",
        "<math><mi xlink:href='javascript:alert(1)'>x</mi></math>",
        "<form action='https://evil.example'><input name=q></form>",
        "<base href='https://evil.example'><link rel=stylesheet href='//evil.example'>",
        "<noscript><p title='</noscript><img src=x onerror=alert(1)>'></noscript>",
    ],
)
def test_nothing_that_acts_gets_through(hostile):
    """Scripts, handlers, styles, frames, forms and odd schemes are left out."""
    made = safe_html(f"<p>before</p>{hostile}<p>behind</p>").casefold()
    assert "before" in made
    for word in ("script", "onerror", "onclick", "style", "iframe", "form", "<input", "evil", "data:", "svg", "base"):
        assert word not in made


def test_markup_of_an_article_stays():
    """Headings, lists, tables, quotes, links and pictures are what an article is made of."""
    written = (
        '<h2>Head</h2><ul><li>one</li></ul><blockquote>said</blockquote><table><tbody><tr><td colspan="2">cell</td>'
        '</tr></tbody></table><figure><img src="https://example.org/a.png" alt="A"><figcaption>C</figcaption></figure>'
    )
    assert safe_html(written) == written


def test_relative_addresses_need_the_articles_own():
    """A relative link would lead into Lede: it is joined to the article's address, or left out."""
    written = '<p><a href="../b">b</a> <img src="c.png" alt="c"></p>'
    assert "href" not in safe_html(written)
    assert "<img" not in safe_html(written)
    joined = safe_html(written, "https://example.org/x/a")
    assert 'href="https://example.org/b"' in joined
    assert 'src="https://example.org/x/c.png"' in joined


def test_a_deep_body_ends():
    """What lies deeper than any article's tags is left out; as many tags beside each other are not."""
    assert safe_html("<div>" * 300_000 + "deep") == ""
    assert safe_html("<p>word</p>" * 100_000) == "<p>word</p>" * 100_000
    assert safe_html("<p>" + "&amp;" * 1_000) == f"<p>{'&amp;' * 1_000}</p>"
    assert safe_html("<b>" + "<i x=1><u>" * 100_000) == ""
    assert safe_html("<p>wide<p>" * 3_000 + "<b>bold</b>" * 3_000).count("bold") == 3_000


@pytest.mark.parametrize("sign", ["&", "&amp", "&#", "\xa0", "«", "\xad", "word ", "я"])
def test_a_long_text_takes_its_share_of_time_and_is_kept(sign):
    """A text of a megabyte without a tag is all there; the parser alone takes sixteen times as long for four of it."""

    def seconds(length):
        written = f"<p>{sign * (length // len(sign))}</p>"
        began = thread_time()
        assert len(safe_html(written)) >= length
        assert html_text(f"{written} the end").text.endswith("the end")
        return thread_time() - began

    assert any(min(seconds(800_000), seconds(800_000)) < 9 * seconds(200_000) for _ in range(3))


def test_a_value_is_no_way_around_that():
    """An attribute with as many signs at which the parser copies gives nothing; a picture within an address is kept."""
    assert safe_html('<p>a</p><img src="https://a.example/b.png" alt="' + "«" * 300_000 + '">') == ""
    kept = '<img src="https://a.example/' + "a" * 300_000 + '.png" alt="b">'
    assert safe_html(f"<p>{kept}</p>") == f"<p>{kept}</p>"


@given(
    st.lists(st.sampled_from(["a", "b ", "&", "&amp;", "&#39;", ";", "«", "<p>", "</p>", "<b>", "</b>", "<br>", "< "]))
)
def test_parting_a_text_changes_nothing(parts):
    """Wherever it is cut: the pieces stand beside each other as before."""
    written = "".join(parts)
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(body_html, "_PIECE", 12)
        patched.setattr(body_html, "_LONGEST_REFERENCE", 6)
        cut = safe_html(written)
    assert cut == safe_html(written)


def test_the_body_of_a_file_is_markdown_as_html():
    """What was marked up is marked up."""
    read: Any
    (read,) = parse(SourceFile("a.md", "d", b"---\ntitle: T\n---\n## Head\n\n*said* <b onclick=x>bold</b>\n"))
    assert zlib.decompress(read.html).decode() == "<h2>Head</h2>\n<p><em>said</em> <b>bold</b></p>\n"


def test_a_spool_gives_back_what_was_put():
    """In any order, and nothing for nothing."""
    spool = BodySpool()
    numbers = [spool.put(body) for body in (b"one", b"", b"three")]
    assert list(spool.in_order(numbers[::-1])) == [b"three", b"", b"one"]


def test_a_generation_keeps_bodies_also_those_of_unchanged_files(tmp_path):
    """A second build takes the bodies of unchanged articles over; removed neighbours do not shift them."""
    content, index = tmp_path / "content", IndexFolder(tmp_path / "index")
    content.mkdir()
    for name in "abc":
        (content / f"{name}.md").write_text(f"---\ntitle: {name}\n---\nThe *{name}* body.\n")

    def bodies():
        reindex(content, index, recipe(), 3, lambda *_: None, full=False, strict=False)
        store = Store(index.path(index.current_name()) / ARTICLES)
        found = {article.id: store.body_html(store.row(article.id)) for _, _, article in store.iterate()}
        store.close()
        return found

    assert bodies() == {name: f"<p>The <em>{name}</em> body.</p>\n" for name in "abc"}
    (content / "a.md").unlink()
    (content / "d.md").write_text("---\ntitle: d\n---\nNew.\n")
    assert bodies() == {name: f"<p>The <em>{name}</em> body.</p>\n" for name in "bc"} | {"d": "<p>New.</p>\n"}


@given(st.text(alphabet="ab#*-_`\n >[]()<&!1.|~\"'", max_size=200))
def test_what_needs_no_cleaning_is_what_cleaning_gives(markdown):
    """The quick way and the allow-list give the same page, whatever the Markdown."""
    html = html_of(markdown)
    quick, cleaned = rendered_safely(markdown, html), safe_html(html)
    assert safe_html(quick) == cleaned


@pytest.mark.parametrize(
    "markdown",
    [
        "[a](javascript:alert(1))",
        "![a](x)",
        "<b onclick=x>a</b>",
        "</p></p>",
        "a <script>x</script>",
        "```html\n<p>\n```",
    ],
)
def test_what_could_be_unsafe_is_always_cleaned(markdown):
    """Links, pictures, HTML and attributes go by the allow-list."""
    assert rendered_safely(markdown, html_of(markdown)) == safe_html(html_of(markdown))

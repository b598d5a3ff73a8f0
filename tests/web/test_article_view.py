"""Is an article shown whole, as it was found, and safely?"""

import html
import json
import re
import shutil
import time

import pytest
from conftest import called
from hypothesis import given
from hypothesis import strategies as st
from starlette.testclient import TestClient

from indexer.cli import main as lede_index
from indexer.content.body_html import safe_html
from search.analysis.analyzer import Analyzer
from search.hits.highlighter import Highlighter
from search.server import app
from search.settings import Settings
from search.web.article_body import paragraphs_html, render_body
from search.web.citation import Reference

BROWSER = {"accept": "text/html,application/xhtml+xml"}
ANALYZER = Analyzer()
RICH = """---
title: The river that came back
description: After forty years the Alder runs clear again, and…
publishedAt: 2026-03-20T08:00:00Z
updatedAt: 2026-03-21T09:30:00Z
lang: en
source: {key: herald, name: The Herald}
tags: [Rivers]
coverImage: https://images.example.org/a.jpg
---
# The river that came back

After forty years the Alder runs clear again, and *nobody* expected the **salmon**, says [a survey](https://s.example/).

## What changed

- The tannery closed
- The weir went

### Numbers

| Year | Salmon |
|---|---|
| 2026 | 412 |

> Children swim in the river.

![An otter](https://images.example.org/otter.jpg)

## What comes next

The council votes in March </script><script>alert(1)</script> on the second weir.
"""


def nothing(_):
    """No word was asked for."""
    return []


def finding(question):
    """The finder of a question's words."""
    return Highlighter(set(ANALYZER.terms(question)), ANALYZER).find


def text_of(rendered):
    """What a reader reads of HTML, without blanks."""
    return "".join(html.unescape(re.sub(r"<[^>]*>", "", rendered)).split())


@pytest.fixture(scope="module")
def rich(tmp_path_factory, samples):
    """A client of a service over one rich article, its twin, and the same story told elsewhere."""
    folder = tmp_path_factory.mktemp("rich")
    shutil.copytree(samples.index / "cache", folder / "index" / "cache")
    (folder / "content").mkdir()
    (folder / "content" / "rich.en.md").write_text(RICH, encoding="utf-8")
    (folder / "content" / "rich.uk.md").write_text(RICH.replace("lang: en", "lang: uk"), encoding="utf-8")
    elsewhere = RICH.replace("river that came back", "Alder runs clear again").replace("herald", "post")
    (folder / "content" / "told.en.md").write_text(elsewhere.replace("The Herald", "The Post"), encoding="utf-8")
    built = called(lede_index, "build", folder / "content", "--index", folder / "index")
    assert built.returncode == 0, built.stderr
    with TestClient(app.create_app(Settings(index=folder / "index", image_hosts=("images.example.org",)))) as opened:
        yield opened


@pytest.fixture(scope="module")
def client(samples):
    """A client of the service over the samples."""
    with TestClient(app.create_app(Settings(index=samples.index))) as opened:
        for _ in range(600):
            if opened.get("/search?q=bitcoin").json().get("degraded") == []:  # the model is loaded
                break
            time.sleep(0.05)
        yield opened


TAGS = "<p>|</p>|<ul><li>|</li></ul>|<h2>|</h2>|<b>|</b>|<script>|<img src=https://x.org/a>|<br>|<a href=https://x.org/>|</a>"
PIECES = st.sampled_from((*TAGS.split("|"), "bitcoin ", "&lt;b&gt;", "&amp;", "a & b ", "river\n", "< ", '"'))


@given(pieces=st.lists(PIECES, max_size=40), start=st.integers(0, 60), length=st.integers(0, 80))
def test_marks_change_no_letter_and_add_no_tag_but_their_own(pieces, start, length):
    """Whatever is marked, the text stays the same and all tags are on the allow-list still."""
    clean = safe_html("".join(pieces))
    text = text_of(clean)
    shown = render_body(clean, finding("bitcoin river"), passage=text[start : start + length], picture_label="")
    assert text_of(shown.html) == text
    kept = re.sub(r'</?(?:mark|span)(?: class="(?:passage|picture)")?(?: id="passage")?>', "", shown.html)
    assert safe_html(kept).count("<script") == 0
    assert set(re.findall(r"<([a-z0-9]+)", kept)) <= {"p", "ul", "li", "h2", "b", "br", "a"}


def test_headings_make_an_outline_below_the_title():
    """The highest level becomes h2, a heading that repeats the title goes, equal headings have ids of their own."""
    body = render_body("<h1>News</h1><p>a</p><h1>Why</h1><h3>Why</h3>", nothing, title=" news ")
    assert body.html == '<p>a</p><h2 id="s-why">Why</h2><h4 id="s-why-2">Why</h4>'
    assert [(heading.level, heading.anchor) for heading in body.outline] == [(1, "s-why"), (3, "s-why-2")]


def test_the_passage_is_found_across_tags_and_signs_that_only_the_text_has():
    """It begins and ends where its letters do, in list items and inline tags alike."""
    body = render_body(
        "<p>One. Two <b>three</b></p><ul><li>four</li><li>five six</li></ul>", nothing, passage="Two three\nfour\nfive"
    )
    marked = re.findall(r'<span class="passage"(?: id="passage")?>(.*?)</span>', body.html)
    assert marked == ["Two", "three", "four", "five"]
    assert body.html.count('id="passage"') == 1
    assert not render_body("<p>One</p>", nothing, passage="Seven").has_passage


def test_a_picture_of_another_host_is_a_link():
    """No browser of a reader asks a host that the settings do not name."""
    shown = render_body('<p><img src="https://x.org/a.jpg" alt="An otter"></p>', nothing)
    assert "<img" not in shown.html
    assert '<a class="picture" href="https://x.org/a.jpg"' in shown.html
    assert ">Picture: An otter</a>" in shown.html


def test_plain_text_keeps_its_paragraphs_and_lines():
    """An article without HTML is read from its text."""
    assert paragraphs_html("a <b>\nc\n\n\nd") == "<p>a &lt;b&gt;<br>c</p><p>d</p>"


def test_the_article_is_whole(rich):
    """Headings, lists, tables, quotes, links and pictures; nothing inline, and the cut-off lead is not said twice."""
    page = rich.get("/articles/rich.en", headers=BROWSER).text
    for part in (
        '<h2 id="s-what-changed">What changed</h2>',
        "<li>The tannery closed</li>",
        "<td>412</td>",
        "<blockquote>",
        '<a href="https://s.example/"',
        '<img src="https://images.example.org/otter.jpg" alt="An otter"',
        '<a href="#s-numbers"',
    ):
        assert part in page
    assert page.count("<h1") == 1
    assert 'class="lead"' not in page
    assert not re.findall(r"<style|\sstyle=|\son\w+=|<script(?! type=\"(?:module\" src=|application/ld\+json\"))", page)


def test_the_query_is_kept_and_marked_and_leads_back(rich):
    """The box holds it, its words are marked, the way back and the twin keep the whole state of the page."""
    page = rich.get("/articles/rich.en?q=salmon&tag=rivers&offset=10&utm_source=x&passage=40-90", headers=BROWSER).text
    assert 'name="q" value="salmon"' in page
    assert "<mark>salmon</mark>" in page
    assert "<td>412</td>" in page
    assert 'href="/?q=salmon&amp;tag=rivers&amp;offset=10#hit-rich.en"' in page
    assert 'href="/articles/rich.uk?q=salmon&amp;tag=rivers&amp;offset=10"' in page
    assert page.count('id="passage"') == 1
    assert 'class="back"' not in rich.get("/articles/rich.en", headers=BROWSER).text


def test_a_result_leads_to_the_passage_that_answered(client):
    """The link of a hit names its passage, which is then marked; the way back leads to the hit."""
    asked = "q=how+much+money+left+funds"
    page = client.get(f"/?{asked}").text
    passages = {
        hit["id"]: hit["passage"]["text"]
        for hit in client.get(f"/search?{asked}&fold=story").json()["hits"]
        if hit["passage"]
    }
    links = [html.unescape(there) for there in re.findall(r'class="title" href="([^"]*passage=[^"]*)"', page)]
    assert links
    for there in links:
        name = re.search(r"/articles/(.*?)\?", there)[1]
        article = client.get(there, headers=BROWSER).text
        marked = "".join(re.findall(r'<span class="passage"[^>]*>(.*?)</span>', article))
        assert text_of(marked) == "".join(passages[name].split())
        assert f'#hit-{name}"' in article
        assert f'id="hit-{name}"' in page


@pytest.mark.parametrize(
    "asked",
    [
        "passage=x",
        "passage=9-",
        "passage=5-1",
        "passage=-",
        "passage=999999999999-9",
        "from=soon&q=x",
        "q=" + "x" * 3000,
    ],
)
def test_an_address_that_says_nonsense_still_shows_the_article(rich, asked):
    """What cannot be marked is not marked."""
    assert rich.get(f"/articles/rich.en?{asked}", headers=BROWSER).status_code == 200


def test_previews_and_crawlers_are_told_what_it_is(rich):
    """Canonical address, description, Open Graph and NewsArticle; no text ends the element that holds the data."""
    page = rich.get("/articles/rich.en?q=salmon", headers=BROWSER).text
    assert '<link rel="canonical" href="http://testserver/articles/rich.en">' in page
    assert '<meta property="og:image" content="https://images.example.org/a.jpg">' in page
    told = json.loads(re.search(r'<script type="application/ld\+json">(.*?)</script>', page)[1])
    assert told["@type"] == "NewsArticle"
    assert (told["headline"], told["datePublished"]) == ("The river that came back", "2026-03-20T08:00:00Z")
    assert told["dateModified"] == "2026-03-21T09:30:00Z"


def test_the_rest_of_the_story_stands_beside(rich):
    """The article of another source, in the reader's language; neither the article itself nor its twin."""
    page = rich.get("/articles/rich.en?q=salmon", headers=BROWSER).text
    story = re.search(r'id="beside-story".*?</section>', page, re.S)[0]
    assert re.findall(r'href="/articles/([^"]*)"', story) == ["told.en?q=salmon"]
    assert 'id="beside-similar"' not in page


def test_similar_articles_stand_beside(client):
    """The nearest in the article's own language, never itself."""
    (hit,) = client.get("/search?q=bitcoin+etf+outflows&limit=1&lang=en").json()["hits"]
    page = client.get(f"/articles/{hit['id']}", headers=BROWSER).text
    similar = re.search(r'id="beside-similar".*?</section>', page, re.S)[0]
    shown = re.findall(r'href="/articles/([^"]*)"', similar)
    found = client.get(f"/similar/{hit['id']}?limit=5&fold=story&lang=en").json()["hits"]
    assert shown == [near["id"] for near in found]
    assert hit["id"] not in shown


def test_references_hold_whatever_stands_in_a_title():
    """BibTeX signs are escaped; a line of RIS stays one line."""
    reference = Reference(
        "2026/a.en", "50 % of {x}\n& $y_1", ["A. {B}"], "The_Herald", "2026-03-20T08:00:00Z", "https://x.org/a"
    )
    assert r"title = {{50 \% of \{x\} \& \$y\_1}}" in reference.bibtex()
    assert "@article{2026-a-en," in reference.bibtex()
    assert reference.ris().splitlines()[1] == "TI  - 50 % of {x} & $y_1"
    assert reference.ris().splitlines()[-1].strip() == "ER  -"


def test_headings_in_headings_have_an_entry_each_and_no_text_twice():
    """The outline of a page grows with its headings, and not with what lies in all of them."""
    inner = "".join(f"<h2><div>Part {n} {'word ' * 200}" for n in range(50))
    outline = render_body(safe_html(f"<h1>All</h1>{inner}<p>{'text ' * 10_000}</p>"), lambda _: []).outline
    assert [entry.text.split(" word")[0] for entry in outline] == ["All", *(f"Part {n}" for n in range(50))]
    assert max(len(entry.text) for entry in outline) == 200

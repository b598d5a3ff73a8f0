"""Does the HTTP service answer as the contract says, refuse with a remedy, and stay up while the index changes?"""

import re
import shutil
import threading
import time

import pytest
from conftest import called
from problems import problem
from starlette.testclient import TestClient

from indexer.cli import main as lede_index
from search.api.params import PARAMETERS
from search.server import app
from search.settings import Settings
from search.web.static_files import static_address

OWN_SCRIPT = f'<script type="module" src="{static_address("page.js")}"></script>'
HALVING = "2025/10/what-the-bitcoin-halving-really-does-in-plain-words"


@pytest.fixture(scope="module")
def client(samples):
    """A client of the service over the samples, whose model is loaded."""
    with TestClient(app.create_app(Settings(index=samples.index))) as opened:
        for _ in range(600):
            if not opened.get("/search", params={"q": "bitcoin"}).json().get("degraded", True):
                break
            time.sleep(0.05)
        yield opened


def test_an_answer_has_the_promised_shape(client):
    """Every field of the contract is there, in the promised form."""
    answer = client.get("/search", params={"q": "bitcoin ETF outflows", "facets": "true", "explain": "true"}).json()
    assert {"query", "hits", "total", "facets", "mode", "degraded", "took_ms", "next", "index", "near"} <= answer.keys()
    assert {"text", "filters", "mode"} <= answer["query"].keys()
    assert answer["total"]["relation"] == "eq"
    assert answer["total"].keys() == {"value", "relation", "keyword", "semantic", "weaker"}
    assert answer["degraded"] == []
    promised = (
        "id path title description published updated language source category tags sentiment image url"
        " score confidence snippet passage twins explain"
    )
    for hit in answer["hits"]:
        assert set(promised.split()) <= hit.keys()
        assert hit["path"] == f"{hit['id']}.md"
        assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{3})?Z", hit["published"])
        assert hit["source"].keys() == {"key", "name"}
    for counts in answer["facets"].values():
        assert all({"value", "count", "selected"} <= count.keys() for count in counts)


@pytest.mark.parametrize("mode", ["hybrid", "keyword", "semantic"])
def test_a_score_is_the_sum_of_its_shares(client, mode):
    """The shares of a hit add up to its score, unrounded, and scores never rise."""
    hits = client.get("/search", params={"q": "exchange hack", "mode": mode, "explain": "true"}).json()["hits"]
    assert hits
    for hit in hits:
        assert hit["score"] == sum(part["share"] for part in hit["explain"]["contributions"])
        assert hit["explain"]["why"]
    assert [hit["score"] for hit in hits] == sorted((hit["score"] for hit in hits), reverse=True)


def test_a_passage_is_a_stretch_of_the_articles_text(client):
    """start and end count code points of the text that /articles gives."""
    hits = client.get("/search", params={"q": "who stole the money from the exchange", "mode": "semantic"}).json()[
        "hits"
    ]
    passages = [(hit["id"], hit["passage"]) for hit in hits if hit["passage"]]
    assert passages
    for article_id, passage in passages:
        text = client.get(f"/articles/{article_id}").json()["text"]
        assert text[passage["start"] : passage["end"]] == passage["text"]


@pytest.mark.parametrize(
    ("asked", "field"),
    [
        ({"q": "x" * 2001}, "q"),
        ({"q": "x", "limit": "101"}, "limit"),
        ({"q": "x", "limit": "-1"}, "limit"),
        ({"q": "x", "limit": "ten"}, "limit"),
        ({"q": "x", "offset": "-1"}, "offset"),
        ({"q": "x", "offset": "991"}, "offset"),
        ({"q": "x", "mode": "psychic"}, "mode"),
        ({"q": "x", "sort": "random"}, "sort"),
        ({"q": "x", "from": "soon"}, "from"),
        ({"q": "x", "to": "2026-02-30"}, "to"),
        ({"q": "x", "tz": "Mars/Olympus"}, "tz"),
        ({"q": "x", "facets": "colour"}, "facets"),
        ({"q": "x", "explain": "maybe"}, "explain"),
        ({"q": ["x", "y"]}, "q"),
    ],
)
def test_what_cannot_be_asked_is_422_with_field_and_remedy(client, asked, field):
    """Each wrong value is refused with the parameter that is to blame and what to do."""
    problem(client.get("/search", params=asked), 422, field)


@pytest.mark.parametrize(("typed", "near"), [("surce", "source"), ("Q", "q"), ("langs", "lang"), ("limits", "limit")])
def test_an_unknown_parameter_is_refused_with_the_nearest_name(client, typed, near):
    """Nothing is silently ignored."""
    assert f"'{near}'" in problem(client.get("/search", params={"q": "x", typed: "y"}), 422, typed)["remedy"]


@pytest.mark.parametrize(
    "text", ["-", '""', "NOT", "!", "🚀", "the", "\0 x", "%", "' OR 1=1 --", "a" * 2000, "(" * 500]
)
def test_text_that_leaves_nothing_to_look_for_is_answered(client, text):
    """Odd text is never an error: 200, and what was understood."""
    response = client.get("/search", params={"q": text})
    assert response.status_code == 200
    assert "text" in response.json()["query"]


def test_what_was_understood_of_a_typed_text_comes_back(client):
    """In the query language itself, with its parts; typed filters and parameters mean the same and join."""
    answer = client.get("/search", params={"q": 'rules "euro stablecoins" -mining lang:en', "tag": "REGULATION"}).json()
    asked = answer["query"]
    assert asked["understood"] == 'rules "euro stablecoins" -"mining"'
    assert (asked["phrases"], asked["excluded"]) == (['"euro stablecoins"'], ['"mining"'])
    assert asked["filters"] == {"tag": ["REGULATION"], "lang": ["en"]}
    assert answer["hits"]
    by_parameters = {"q": 'rules "euro stablecoins" -mining', "tag": "REGULATION", "lang": "en"}
    assert client.get("/search", params=by_parameters).json()["hits"] == answer["hits"]


@pytest.mark.parametrize(
    "text", ['"unbalanced', "(", "a AND", "C++", "$BTC", "foo:bar", "after:never x", "\u200f-x", "🚀", "a\0b"]
)
def test_no_text_is_an_error(client, text):
    """Whatever is typed is answered."""
    assert client.get("/search", params={"q": text}).status_code == 200


def test_filters_alone_list_newest_first_with_an_exact_total(client, samples):
    """Without q a request lists what the filters admit, every page of it, newest first."""
    seen, total = [], None
    for offset in range(0, 200, 7):
        answer = client.get("/search", params={"lang": "uk", "limit": 7, "offset": offset}).json()
        seen += [(hit["published"], hit["id"]) for hit in answer["hits"]]
        total = answer["total"]
    assert total["value"] == len(seen) == len(set(seen)) > 30
    assert [published for published, _ in seen] == sorted((published for published, _ in seen), reverse=True)


@pytest.mark.parametrize(
    "edge",
    [
        {"from": "0001-01-01", "tz": "Europe/Kyiv"},
        {"to": "0001-01-01T00:00:00+10:00"},
        {"from": "9999-12-31T23:59:59-10:00"},
        {"to": "9999-12-31"},
        {"from": "9999y"},
        {"from": "2026-01-01", "to": "2025-01-01", "facets": "true"},
        {"from": "0001-01-02", "to": "9999-12-30", "facets": "month"},
    ],
)
def test_times_at_the_ends_of_the_calendar_are_answered_or_refused(client, edge):
    """No date that can be typed is a fault of the service's: it is answered, or refused with its field."""
    for text in ({}, {"q": "bitcoin"}):
        response = client.get("/search", params=text | edge)
        assert response.status_code == 200 or problem(response, 422)["field"] in edge


def test_limit_0_gives_the_total_and_no_hits(client):
    """limit=0 is a way to count."""
    none, some = (client.get("/search", params={"q": "bitcoin", "limit": n}).json() for n in (0, 100))
    assert none["hits"] == []
    assert none["total"] == some["total"]
    assert some["total"]["value"] == len(some["hits"])


def test_an_unknown_value_finds_nothing_and_the_nearest_is_suggested(client):
    """A tag that nobody bears is no error."""
    answer = client.get("/search", params={"q": "bitcoin", "tag": "REGULATOIN"}).json()
    assert (answer["hits"], answer["total"]["value"]) == ([], 0)
    assert "REGULATION" in " ".join(answer["suggestions"])


def test_twins_are_folded_into_the_language_of_the_question(client):
    """Without lang an article is shown once: in Ukrainian to a Ukrainian question, with its twin named."""
    for text, language, other in (("bitcoin halving", "en", "uk"), ("халвінг біткоїна", "uk", "en")):
        hits = client.get("/search", params={"q": text, "limit": 100}).json()["hits"]
        found = {hit["id"]: hit for hit in hits}
        assert f"{HALVING}.{language}" in found
        assert f"{HALVING}.{other}" not in found
        assert found[f"{HALVING}.{language}"]["twins"] == [{"id": f"{HALVING}.{other}", "language": other}]


def test_an_english_question_finds_the_ukrainian_copy_by_meaning(client):
    """Articles in a language that the model does not know borrow their twins' vectors."""
    asked = {"q": "what happens when miners get half the reward", "mode": "semantic", "lang": "uk"}
    answer = client.get("/search", params=asked).json()
    assert f"{HALVING}.uk" in [hit["id"] for hit in answer["hits"]]
    assert answer["mode"] == "semantic"
    assert answer["degraded"] == []


def test_where_meaning_cannot_serve_the_answer_says_so(client):
    """The mode is the one that was really used; where it is less than what was asked for, `degraded` tells why."""
    for text in ("щщщщщ", "біткоїн", "хто зламав біржу", "bitcoin"):
        answer = client.get("/search", params={"q": text, "mode": "hybrid"}).json()
        assert (answer["mode"] == "hybrid") == (answer["degraded"] == []), text
    unknown = client.get("/search", params={"q": "щщщщщ", "mode": "semantic"}).json()
    assert unknown["mode"] == "keyword"
    assert "semantic" in " ".join(unknown["degraded"])
    assert client.get("/search", params={"q": "щщщщщ", "mode": "keyword"}).json()["degraded"] == []


def test_a_ukrainian_question_finds_ukrainian_articles(client):
    """біткоїн finds several, and shows their Ukrainian copies."""
    hits = client.get("/search", params={"q": "біткоїн"}).json()["hits"]
    assert len(hits) > 3
    assert {hit["language"] for hit in hits} == {"uk"}


def test_an_article_is_fetched_by_its_id_with_slashes(client):
    """/articles/2025/10/… answers with the whole article; the id may be escaped or not."""
    plain = client.get(f"/articles/{HALVING}.en")
    escaped = client.get(f"/articles/{HALVING.replace('/', '%2F')}.en")
    assert plain.json() == escaped.json()
    assert plain.json()["id"] == f"{HALVING}.en"
    assert len(plain.json()["text"]) > 300
    problem(client.get("/articles/no/such.en"), 404)


def test_similar_articles_are_others_in_order(client):
    """/similar never gives the article itself or its twin, takes filters, and 404 for an unknown id."""
    answer = client.get(f"/similar/{HALVING}.en", params={"limit": 100, "lang": "en"}).json()
    assert answer["hits"]
    assert f"{HALVING}.en" not in [hit["id"] for hit in answer["hits"]]
    assert {hit["language"] for hit in answer["hits"]} == {"en"}
    problem(client.get("/similar/no/such.en"), 404)
    problem(client.get(f"/similar/{HALVING}.en", params={"limit": "x"}), 422, "limit")


def test_what_is_not_there_is_a_problem_too(client):
    """Unknown paths are 404 and wrong methods 405, as problem+json."""
    problem(client.get("/no/such/page"), 404)
    problem(client.post("/export"), 405)


def test_openapi_lists_every_parameter_with_meaning_and_example(client):
    """The document has each parameter of the request table, and each path of the contract."""
    document = client.get("/openapi.json").json()
    listed = {parameter["name"]: parameter for parameter in document["paths"]["/search"]["get"]["parameters"]}
    assert set(listed) == set(PARAMETERS)
    assert {"q", "limit", "offset", "mode", "source", "tag", "sentiment", "lang", "from", "to", "tz", "sort"} <= set(
        listed
    )
    assert all(parameter["description"] and "example" in parameter for parameter in listed.values())
    assert {"/search", "/similar/{article_id}", "/articles/{article_id}", "/health", "/ready"} <= set(document["paths"])


def test_every_example_of_a_parameter_can_be_asked(client):
    """What the document shows as an example is answered; a confidence is not known of an archive so small."""
    problem(client.get("/search", params={"q": "bitcoin", "min_confidence": "0.5"}), 422, "min_confidence")
    for name, parameter in PARAMETERS.items():
        if name not in ("cursor", "min_confidence"):  # a cursor belongs to one generation
            assert client.get("/search", params={"q": "bitcoin"} | {name: parameter.example}).status_code == 200, name


def test_ready_is_503_until_there_is_a_generation_and_200_without_a_restart(samples, tmp_path, monkeypatch):
    """Before the first build the process lives and says 503 with Retry-After; after it, it answers."""
    monkeypatch.setattr(app, "WATCH_SECONDS", 0.05)
    index = tmp_path / "index"
    with TestClient(app.create_app(Settings(index=index))) as client:
        assert client.get("/health").status_code == 200
        for path in ("/ready", "/search?q=bitcoin", "/articles/a"):
            response = client.get(path)
            assert "lede-index build" in str(problem(response, 503))
            assert int(response.headers["retry-after"]) > 0
        shutil.copytree(samples.index, index)
        ready = client.get("/ready")
        assert ready.status_code == 200
        assert ready.json()["generation"] == samples.report["generation"]
        assert ready.json()["articles"] == samples.report["articles"]
        assert ready.json()["unknown_to_model"] == ["uk"]
        assert client.get("/search?q=bitcoin").json()["hits"]


def test_new_generations_are_picked_up_without_a_failed_request(samples_copy, monkeypatch):
    """While clients ask, generations are built and old ones pruned; each request is answered, soon by new ones."""
    monkeypatch.setattr(app, "WATCH_SECONDS", 0.05)
    failed, asked_of, done = [], [], threading.Event()
    with TestClient(app.create_app(Settings(index=samples_copy.index))) as client:

        def keep_asking():
            while not done.is_set():
                response = client.get("/search", params={"q": "bitcoin exchange", "facets": "true"})
                if response.status_code == 200 and response.json()["hits"]:
                    asked_of.append(response.json()["index"]["generation"])
                else:
                    failed.append(response.text)

        asking = [threading.Thread(target=keep_asking) for _ in range(2)]
        for thread in asking:
            thread.start()
        try:
            for number in range(5):
                (samples_copy.content / f"new-{number}.en.md").write_text(
                    f"---\ntitle: Zebra {number}\n---\nA zebra.\n"
                )
                built = called(lede_index, "build", samples_copy.content, "--index", samples_copy.index)
                assert built.returncode == 0, built.stderr
            newest = (samples_copy.index / "CURRENT").read_text()
            patience = time.monotonic() + 120
            while newest not in asked_of and not failed and time.monotonic() < patience:
                time.sleep(0.05)
        finally:
            done.set()
            for thread in asking:
                thread.join()
        assert newest in asked_of
        assert failed == []
        assert client.get("/health").json()["trouble"] is None
        assert client.get("/search?q=zebra").json()["total"]["keyword"] == 5
    assert samples_copy.report["generation"] not in [p.name for p in (samples_copy.index / "generations").iterdir()]


def test_a_broken_new_generation_is_refused_and_told(samples_copy, monkeypatch):
    """CURRENT that names what cannot be opened does not stop the service; /health says what is wrong."""
    with TestClient(app.create_app(Settings(index=samples_copy.index))) as client:
        client.get("/ready")
        (samples_copy.index / "CURRENT").write_text("20990101T000000.000000Z")
        patience = time.monotonic() + 30
        while client.get("/health").json()["trouble"] is None and time.monotonic() < patience:
            time.sleep(0.1)
        assert "20990101T000000.000000Z" in client.get("/health").json()["trouble"]
        assert client.get("/search?q=bitcoin").json()["index"]["generation"] == samples_copy.report["generation"]


@pytest.fixture(scope="module")
def hostile(samples, tmp_path_factory):
    """A client over the samples and an article full of markup."""
    from conftest import SAMPLES

    folder = tmp_path_factory.mktemp("hostile")
    shutil.copytree(samples.index, folder / "index")
    shutil.copytree(SAMPLES, folder / "content")
    evil = "<script>alert(1)</script> <img src=x onerror=alert(2)> </mark> {{ 7*7 }}"
    front = f"---\ntitle: 'Quokka {evil}'\ndescription: '{evil}'\nlang: en\nsource: '{evil}'\ntags: ['{evil}']\n---\n"
    body = "Quokka `<script>alert(3)</script>` and \\<b>quokka\\</b> &lt;i&gt; \"quoted\" 'quokka'.\n"
    (folder / "content" / "evil.en.md").write_text(front + body)
    built = called(lede_index, "build", folder / "content", "--index", folder / "index")
    assert built.returncode == 0, built.stderr
    with TestClient(app.create_app(Settings(index=folder / "index"))) as opened:
        yield opened


def test_the_page_renders_and_finds(client):
    """/ is a page with a form; with q it lists hits, filters with counts and a way to the next ones."""
    assert "<form" in client.get("/").text
    page = client.get("/", params={"q": "bitcoin"})
    assert page.headers["content-type"].startswith("text/html")
    assert "<mark>" in page.text
    assert "sentiment=POSITIVE" in page.text
    assert client.get("/static/lede.css").status_code == 200


def test_the_page_says_what_is_wrong(client):
    """A date that is none gives a page with the remedy, not a stack trace."""
    page = client.get("/", params={"q": "x", "from": "soon"})
    assert page.status_code == 422
    assert 'role="alert"' in page.text
    assert "2026-02-05" in page.text


@pytest.mark.parametrize("q", ["quokka", '"><script>alert(4)</script> quokka', "</title><script>alert(5)</script>"])
def test_the_page_escapes_hostile_articles_and_questions(hostile, q):
    """No markup of an article, a value or a question reaches the page as markup."""
    page = hostile.get("/", params={"q": q, "tag": "<script>alert(6)</script>"} if "title" in q else {"q": q}).text
    page = page.replace(OWN_SCRIPT, "")
    for tag in re.findall(r"<[^>]*>", page):
        assert not re.match(r"</?(script|img|b|i)\b", tag), tag
    assert "onerror=alert(2)>" not in page
    assert "49 " not in page


def test_the_page_of_an_article_escapes_it(hostile):
    """A browser that asks for /articles/{id} gets a page with the text, escaped; a script gets JSON."""
    page = hostile.get("/articles/evil.en", headers={"accept": "text/html,application/xhtml+xml"})
    assert page.headers["content-type"].startswith("text/html")
    data = re.sub(r'<script type="application/ld\+json">[^<>]*</script>', "", page.text)
    assert "<script" not in data.replace(OWN_SCRIPT, "")
    assert "&lt;script&gt;" in page.text
    assert hostile.get("/articles/evil.en").json()["title"].startswith("Quokka alert(1)")  # a title is text


def test_snippets_in_json_hold_no_tag_but_mark(hostile):
    """A snippet is escaped text with <mark> as the only tag."""
    (hit,) = [h for h in hostile.get("/search", params={"q": "quokka script"}).json()["hits"] if h["id"] == "evil.en"]
    assert "<mark>" in hit["snippet"]
    assert set(re.findall(r"<[^>]*>", hit["snippet"])) <= {"<mark>", "</mark>"}


def test_suggestions_are_what_may_be_about_to_be_typed(client):
    """Sources, tags and titles that begin so, each with what to ask for to get it."""
    answer = client.get("/suggest", params={"q": "bitco"}).json()
    assert answer["q"] == "bitco"
    assert answer["index"].keys() == {"generation", "articles"}
    kinds = {suggestion["kind"] for suggestion in answer["suggestions"]}
    assert {"tag", "title"} <= kinds
    for suggestion in answer["suggestions"]:
        assert suggestion.keys() == {"text", "kind", "value", "count", "language"}
        if suggestion["kind"] in ("tag", "source"):
            found = client.get("/search", params={suggestion["kind"]: suggestion["value"], "limit": 0}).json()
            assert found["total"]["value"] == suggestion["count"]
        elif suggestion["kind"] == "title":
            assert client.get(f"/articles/{suggestion['value']}").json()["title"] == suggestion["text"]
    assert client.get("/suggest", params={"q": "біт"}).json()["suggestions"]
    assert client.get("/suggest", params={"q": ""}).json()["suggestions"] == []
    assert len(client.get("/suggest", params={"q": "b", "limit": "3"}).json()["suggestions"]) == 3


@pytest.mark.parametrize(
    ("asked", "field"),
    [
        ({}, "q"),
        ({"q": "x" * 2001}, "q"),
        ({"q": "x", "limit": "0"}, "limit"),
        ({"q": "x", "limit": "21"}, "limit"),
        ({"q": "x", "limti": "1"}, "limti"),
        ({"q": "x", "tag": "NFT"}, "tag"),
        ({"q": ["x", "y"]}, "q"),
    ],
)
def test_suggestions_are_refused_with_field_and_remedy(client, asked, field):
    """What cannot be asked of /suggest is refused as elsewhere."""
    problem(client.get("/suggest", params=asked), 422, field)


def test_a_missing_text_is_told_as_missing(client):
    """And not as one that is too long."""
    assert client.get("/suggest").json()["detail"] == "q is missing."


def test_a_sure_correction_is_told_in_the_answer_and_on_the_page(client):
    """query.corrected has both texts; the page says what it shows, and links to the text as it was typed."""
    answer = client.get("/search", params={"q": "bitconi halving"}).json()
    assert answer["query"]["corrected"] == {"from": "bitconi halving", "to": "bitcoin halving"}
    assert answer["query"]["text"] == "bitconi halving"
    assert answer["did_you_mean"] is None
    meant = client.get("/search", params={"q": "bitcoin halving"}).json()
    assert meant["query"]["corrected"] is None
    assert [hit["id"] for hit in answer["hits"]] == [hit["id"] for hit in meant["hits"]]
    page = client.get("/", params={"q": "bitconi halving", "lang": "en", "offset": "0"}).text
    assert "Showing results for <strong>bitcoin halving</strong>" in page
    assert 'href="?q=bitconi+halving&amp;lang=en&amp;correct=false">Search instead for bitconi halving</a>' in page


def test_a_text_is_answered_as_typed_on_demand_and_the_correction_offered(client):
    """correct=false: did_you_mean holds the whole text put right, and the page links to it."""
    answer = client.get("/search", params={"q": "bitconi halving", "correct": "false"}).json()
    assert answer["query"]["corrected"] is None
    assert answer["did_you_mean"] == "bitcoin halving"
    page = client.get("/", params={"q": "bitconi halving", "lang": "en", "correct": "false"}).text
    assert "bitcoin halving</a>?" in page


def test_where_nothing_is_found_the_page_says_how_much_the_offer_finds(client):
    """It is counted as it would be found, and shown large."""
    typed = {"q": "bitconi", "mode": "keyword", "correct": "false"}
    answer = client.get("/search", params=typed).json()
    assert (answer["total"]["value"], answer["did_you_mean"]) == (0, "bitcoin")
    meant = client.get("/search", params={"q": "bitcoin", "mode": "keyword"}).json()
    assert answer["did_you_mean_total"] == meant["total"]["value"] > 0
    assert meant["did_you_mean_total"] is None
    page = client.get("/", params={**typed, "lang": "en"}).text
    assert re.search(r'class="note offer">Did you mean <a [^>]*>bitcoin</a>\? <span class="quiet">\d+ articles?<', page)


def test_what_is_typed_so_far_is_answered_by_what_begins_so(client):
    """prefix=true: the last word is unfinished; no link on the page goes on with that."""
    answer = client.get("/search", params={"q": "bitco", "prefix": "true", "mode": "keyword"}).json()
    assert answer["hits"]
    assert answer["unknown_words"] == []
    assert "prefix=" not in client.get("/", params={"q": "bitco", "prefix": "true"}).text


def test_a_correction_is_escaped_on_the_page(hostile):
    """What was typed beside the mistyped word stays text."""
    page = hostile.get("/", params={"q": "<b>quokak</b> <script>alert(7)</script>"}).text
    assert "<script" not in page.replace(OWN_SCRIPT, "")
    assert "<b>" not in page


def test_an_answer_tells_which_words_name_a_source(client):
    """And which of them do not, when they stand in quotes."""
    told = [
        client.get("/search", params={"q": text}).json()["query"]["sources"]
        for text in ("blockwire bitcoin", '"blockwire" bitcoin', "bitcoin")
    ]
    assert told == [["blockwire"], [], []]

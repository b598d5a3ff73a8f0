"""Is the page the site's own: its name, logo, colours, foot and languages?"""

import re

import pytest
from starlette.testclient import TestClient

from search.errors import SettingsError
from search.server import app
from search.settings import Settings, choose
from search.web.branding import brand_of
from search.web.colors import DARK_GROUNDS, LIGHT_GROUNDS, READABLE, contrast, readable, theme

SVG = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><path d="M0 0h9v9z"/></svg>'


@pytest.fixture(scope="module")
def branded(samples, tmp_path_factory):
    """A client of a service that is called The Daily Example and speaks Ukrainian only."""
    folder = tmp_path_factory.mktemp("brand")
    (folder / "mark.svg").write_bytes(SVG)
    (folder / "house.css").write_text(".top { letter-spacing: 1px; }\n", encoding="utf-8")
    settings = Settings(
        index=samples.index,
        site_name="The Daily Example & Sons",
        logo=folder / "mark.svg",
        accent="#0b57a4",
        stylesheet=folder / "house.css",
        footer=("© Example", "Imprint https://news.example/imprint"),
        page_languages=("uk",),
    )
    with TestClient(app.create_app(settings)) as opened:
        yield opened


@pytest.mark.parametrize("path", ["/", "/?q=bitcoin", "/help", "/status", "/articles/none"])
def test_no_page_names_lede(branded, path):
    """Name and logo are the site's own in head, title and links."""
    page = branded.get(path, headers={"accept": "text/html"}).text
    assert "Lede" not in page
    assert "The Daily Example &amp; Sons</title>" in page
    assert 'alt="The Daily Example &amp; Sons"' in page


def test_logo_and_colours_are_served_for_good(branded):
    """The logo is the file as it is; the stylesheet has the colour, then the site's own rules."""
    page = branded.get("/").text
    logo = branded.get(re.search(r'src="(/static/logo[^"]*)"', page)[1])
    assert (logo.content, logo.headers["content-type"]) == (SVG, "image/svg+xml")
    assert "immutable" in logo.headers["cache-control"]
    sheets = re.findall(r'rel="stylesheet" href="([^"]*)"', page)
    css = branded.get(sheets[-1]).text
    assert css.index("--button: #0b57a4") < css.index(".top {")


def test_the_foot_has_texts_and_links(branded):
    """An address at the end of a text makes it a link."""
    foot = re.search(r"<footer>.*?</footer>", branded.get("/").text, re.S)[0]
    assert "<span>© Example</span>" in foot
    assert '<a href="https://news.example/imprint">Imprint</a>' in foot


def test_only_the_languages_offered_are_spoken(branded):
    """Neither the address nor the browser can have another; with one language there is no switch."""
    page = branded.get("/?ui=en", headers={"accept-language": "en"})
    assert '<html lang="uk">' in page.text
    assert "set-cookie" not in page.headers
    assert 'class="switch"' not in page.text


def test_feeds_and_the_browsers_search_have_the_name(branded):
    """Readers of feeds see whose it is; a short name has at most 16 letters."""
    assert "<title>The Daily Example &amp; Sons · bitcoin</title>" in branded.get("/feed.atom?q=bitcoin").text
    assert branded.get("/feed.json?q=bitcoin").json()["title"] == "The Daily Example & Sons · bitcoin"
    short = re.search(r"<ShortName>(.*?)</ShortName>", branded.get("/opensearch.xml").text)[1]
    assert short == "The Daily Exampl"


@pytest.mark.parametrize("accent", ["#000000", "#ffffff", "#ffdd00", "#0b57a4", "#7f7f7f", "#00ff00", "#8c1d18"])
def test_every_colour_becomes_one_that_can_be_read(accent):
    """Its shades keep the contrast on all grounds, and the text of buttons on the button."""
    for grounds in (LIGHT_GROUNDS, DARK_GROUNDS):
        shade = readable(accent, grounds)
        assert min(contrast(shade, ground) for ground in grounds) >= READABLE
    css = theme(accent)
    for name in ("button", "button-over"):
        button, ink = re.search(rf"--{name}: (#\w+);", css)[1], re.search(r"--button-ink: (#\w+);", css)[1]
        assert contrast(button, ink) >= READABLE
    assert theme("") == ""


@pytest.mark.parametrize(
    "settings",
    [
        {"logo": "none.svg"},
        {"logo": "logo.exe"},
        {"stylesheet": "none.css"},
        {"page_languages": "uk,xx"},
        {"accent": "red; } body { display: none"},
        {"site_name": ""},
    ],
)
def test_what_cannot_be_shown_is_refused_with_its_setting(tmp_path, settings):
    """When the service starts, not when the first page is asked for."""
    (tmp_path / "logo.exe").write_bytes(b"MZ")
    (name,) = settings
    value = str(tmp_path / settings[name]) if name in ("logo", "stylesheet") else settings[name]
    with pytest.raises(SettingsError) as refused:
        brand_of(choose({name: value}, {}, tmp_path).settings)
    assert refused.value.field == name


def test_a_logo_that_is_too_large_is_refused(tmp_path):
    """Every page would carry it."""
    (tmp_path / "large.png").write_bytes(bytes(500_001))
    with pytest.raises(SettingsError, match="500,000"):
        brand_of(Settings(logo=tmp_path / "large.png"))

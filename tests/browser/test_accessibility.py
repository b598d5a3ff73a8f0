"""Does axe-core find nothing to complain of, in both themes, on a phone and on a desk?"""

from pathlib import Path

import pytest

sync_api = pytest.importorskip("playwright.sync_api", reason="Playwright is not installed")
axe = pytest.importorskip("axe_playwright_python", reason="axe-core is not installed")

AXE = (Path(axe.__file__).parent / "axe.min.js").read_text(encoding="utf-8")
PAGES = {
    "latest": "/",
    "results": "/?q=bitcoin&source=blockwire&from=2026-01-01",
    "nothing": "/?q=zorblax&tag=ETF",
    "refused": "/?q=x&from=soon",
    "article": "/articles/2025/10/what-the-bitcoin-halving-really-does-in-plain-words.uk?q=біткоїн&passage=40-300",
    "similar": "/similar/2025/10/what-the-bitcoin-halving-really-does-in-plain-words.en",
    "status": "/status",
    "help": "/help",
    "docs": "/docs",
}


def violations(page):
    """What axe-core holds against a page, briefly."""
    page.evaluate(AXE)
    # The size of what is pressed is a rule of WCAG 2.2, which axe-core leaves off by itself.
    run = "axe.run(document, {resultTypes: ['violations'], rules: {'target-size': {enabled: true}}})"
    found = page.evaluate(run)["violations"]
    return [f"{one['id']}: {[node['html'][:160] for node in one['nodes'][:3]]}" for one in found]


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1280])
def test_axe_finds_nothing(site, opened, theme, width):
    """Every page of the service, with all that unfolds unfolded, and with suggestions open."""
    choices = {"color_scheme": theme, "viewport": {"width": width, "height": 800}, "bypass_csp": True}
    page = opened(site, **choices)
    for name, path in PAGES.items():
        page.goto(site + path)
        page.evaluate("document.querySelectorAll('details').forEach((details) => (details.open = true))")
        assert violations(page) == [], name
    page.goto(site)
    page.locator("#q").press_sequentially("bitco")
    sync_api.expect(page.get_by_role("option").first).to_be_visible()
    assert violations(page) == []


def test_axe_would_complain(site, opened):
    """What is looked for above can be found."""
    page = opened(site, bypass_csp=True)
    page.evaluate("document.querySelector('#q').removeAttribute('aria-label')")
    page.evaluate("document.querySelector('#q').removeAttribute('placeholder')")
    assert any(one.startswith("label") for one in violations(page))

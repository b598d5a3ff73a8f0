"""Does a page stay where it is while the rest of it arrives and its scripts run?"""

import pytest

SHIFTS = """new Promise((done) => {
  let total = 0;
  new PerformanceObserver((list) => list.getEntries().forEach((shift) => (total += shift.value)))
    .observe({ type: "layout-shift", buffered: true });
  requestAnimationFrame(() => setTimeout(() => done(total), 300));
})"""


@pytest.mark.parametrize("language", ["en", "uk"])
@pytest.mark.parametrize("path", ["/", "/?q=bitcoin"])
def test_what_a_script_adds_moves_nothing(site, opened, path, language):
    """On a phone, in both languages; .1 is where Lighthouse calls a page unsteady."""
    page = opened(site, viewport={"width": 412, "height": 823}, locale=language)
    page.goto(site + path)
    assert page.evaluate(SHIFTS) < 0.1


@pytest.mark.parametrize("path", ["/", "/?q=bitcoin"])
def test_results_are_in_their_place_before_the_filters_arrive(site, opened, path):
    """A slow machine paints what it has read so far: the results stand before the filters."""
    page = opened(site, viewport={"width": 1280, "height": 800})
    page.goto(site + path)
    place = page.locator("#results").bounding_box()["x"]
    page.route(site + path, lambda route: route.fulfill(body=begun(route.fetch().text()), content_type="text/html"))
    page.goto(site + path)
    assert page.locator("#filters").count() == 0
    assert page.locator("#results").bounding_box()["x"] == place


def begun(html):
    """A page up to its filters."""
    shown, filters, _ = html.partition('id="filters"')
    assert filters
    return shown[: shown.rindex("<")]


@pytest.mark.parametrize("width", [340, 380, 420])
@pytest.mark.parametrize("language", ["en", "uk"])
def test_times_in_the_reader_s_zone_move_no_result(site, opened, language, width):
    """The server writes them in UTC, which is longer: it may not make a line more."""
    page = opened(site, viewport={"width": width, "height": 800}, locale=language)
    page.goto(site + "/?q=bitcoin")
    page.wait_for_selector("time[title]")
    rewritten = tops(page)
    page.route("**/*.js", lambda route: route.abort())
    page.reload()
    assert page.locator("time[title]").count() == 0
    assert tops(page) == rewritten


def tops(page):
    """Where each result begins, in pixels below the first."""
    tops = page.evaluate("[...document.querySelectorAll('.hit')].map((hit) => hit.getBoundingClientRect().top)")
    assert len(tops) > 1
    return [top - tops[0] for top in tops]

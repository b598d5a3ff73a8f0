"""How soon does a reader see the page, and how soon does it answer a key? Measured in Chromium, over a running service.

    .venv/bin/lede serve &
    .venv/bin/python scripts/page_speed.py http://127.0.0.1:8080 [--runs 10]

Largest Contentful Paint (LCP) is what the browser reports of a fresh visit without a cache. Input delay is the time
from a key to what handles it (Event Timing API); answered is the time from the last key to the new results.
Milliseconds, median and 95th of 100.
"""

import argparse
import json
import statistics
from collections.abc import Sequence
from typing import Any

from playwright.sync_api import Browser, Page, sync_playwright

QUESTIONS = ("bitcoin", "stablecoin regulation", "who hacked the exchange", "біткоїн", "interest rates")
SCREENS = {"desktop": {"width": 1280, "height": 900}, "phone": {"width": 390, "height": 844}}
ARGUMENTS = (
    "--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking"
    " --disable-component-update --disable-sync"
).split()
_OBSERVE = """
window.lede = {lcp: 0, delays: []};
const watch = (type, see) => new PerformanceObserver((list) => list.getEntries().forEach(see))
  .observe({type, buffered: true, durationThreshold: 16});
watch('largest-contentful-paint', (paint) => { lede.lcp = paint.startTime; });
watch('event', (event) => {
  if (event.name === 'keydown') lede.delays.push(event.processingStart - event.startTime);
});
"""


def main() -> None:
    """Measure, and print the table's lines and one JSON object."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("url")
    parser.add_argument("--runs", type=int, default=10)
    arguments = parser.parse_args()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=ARGUMENTS)
        found = {screen: measured(browser, arguments.url, screen, arguments.runs) for screen in SCREENS}
        browser.close()
    for screen, values in found.items():
        print(f"| {screen} | " + " | ".join(f"{middle:.0f} / {high:.0f}" for middle, high in values.values()) + " |")
    print(json.dumps(found))


def measured(browser: Browser, url: str, screen: str, runs: int) -> dict[str, tuple[float, float]]:
    """The measurements on one screen."""
    values: dict[str, list[float]] = {"lcp_latest": [], "lcp_results": [], "input_delay": [], "answered": []}
    for run in range(runs):
        text = QUESTIONS[run % len(QUESTIONS)]
        values["lcp_latest"].append(_visit(browser, screen, f"{url}/")["lcp"])
        values["lcp_results"].append(_visit(browser, screen, f"{url}/?q={text}")["lcp"])
        delays, answered = _typed(browser, screen, url, text)
        values["input_delay"] += delays
        values["answered"].append(answered)
    return {name: (statistics.median(every), _high(every)) for name, every in values.items()}


def _page(browser: Browser, screen: str) -> Page:
    page = browser.new_context(viewport=SCREENS[screen], locale="en-GB").new_page()  # type: ignore[arg-type]
    page.add_init_script(_OBSERVE)
    return page


def _visit(browser: Browser, screen: str, address: str) -> dict[str, Any]:
    page = _page(browser, screen)
    page.goto(address, wait_until="load")
    page.wait_for_timeout(300)
    found: dict[str, Any] = page.evaluate("window.lede")
    page.context.close()
    return found


def _typed(browser: Browser, screen: str, url: str, text: str) -> tuple[list[float], float]:
    """The delays of the keys of a text, and how long the results took from the last one."""
    page = _page(browser, screen)
    page.goto(url, wait_until="load")
    page.focus("#q")
    page.keyboard.type(text, delay=60)
    page.evaluate("window.lede.typed = performance.now()")
    page.wait_for_function("text => document.title.startsWith(text)", arg=text, polling=5, timeout=60_000)
    answered = page.evaluate("performance.now() - window.lede.typed")
    page.wait_for_timeout(200)
    delays = page.evaluate("window.lede.delays")
    page.context.close()
    return delays, answered


def _high(values: Sequence[float]) -> float:
    return sorted(values)[min(len(values) - 1, int(len(values) * 0.95))] if values else float("nan")


if __name__ == "__main__":
    main()

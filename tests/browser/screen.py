"""What can be seen of a page: pictures of it, and whether it fits."""

from conftest import REPOSITORY

_SCREENSHOTS = REPOSITORY / "build" / "screenshots"


def keep(page, name, **choices):
    """Keep a picture of the page where git does not look and continuous integration does."""
    _SCREENSHOTS.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=_SCREENSHOTS / f"{name}.png", **choices)


def overflows(page):
    """How many pixels the page is wider than its window."""
    return page.evaluate("document.documentElement.scrollWidth - innerWidth")

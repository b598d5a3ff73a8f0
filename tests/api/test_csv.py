"""Is no cell a formula, and does no address run anything?"""

import csv
from types import SimpleNamespace
from typing import Any

import pytest

from search.api.csv import _defused, line
from search.api.responses import safe_address


@pytest.mark.parametrize("sign", ["=", "+", "-", "@", "\t", "\r", "＝"])
def test_a_text_that_would_be_a_formula_is_shown_as_it_is(sign):
    """It stands behind an apostrophe."""
    assert _defused(f'{sign}HYPERLINK("http://evil")') == f'\'{sign}HYPERLINK("http://evil")'
    assert _defused("a=b") == "a=b"


def test_no_cell_of_a_line_is_a_formula():
    """Whatever column it stands in: an archive's ids and sentiments are texts of others too."""
    texts = dict.fromkeys(("id", "language", "sentiment", "title", "url", "category", "description", "image"), "=1+1")
    source: Any = SimpleNamespace(key="=1+1", name="")
    hit: Any = SimpleNamespace(**texts, score=-1.5, published=None, updated=None, source=source, tags=["=1+1"])
    (row,) = csv.reader([line(hit)])
    assert {cell for cell in row if cell} == {"'=1+1", "-1.5"}


RUNNING = ("javascript:alert(1)", " JavaScript:alert(1)", "java\nscript:alert(1)", "data:text/html,x", "vbscript:x")


@pytest.mark.parametrize("address", [*RUNNING, "\x01javascript:x", "\u202ejavascript:x"])
def test_an_address_that_runs_something_leaves_nowhere(address):
    """However it is spelt."""
    assert safe_address(address) == ""


@pytest.mark.parametrize(
    "address",
    ["https://a.example/b:c?d=e:f", "http://a", "/images/a:b.jpg", "a/b.jpg", "//cdn.example/a.png", "", "?a:b"],
)
def test_an_address_that_leads_somewhere_stays(address):
    """With a scheme of the web, or without one."""
    assert safe_address(address) == address

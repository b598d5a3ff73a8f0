"""Is no cell a formula, and does no address run anything?"""

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.api.csv import _line
from search.api.responses import safe_address


@pytest.mark.parametrize("sign", ["=", "+", "-", "@", "\t", "\r", "\n", "＝", " ="])
def test_a_cell_that_would_be_a_formula_is_text(sign):
    """It stands behind an apostrophe; a number below zero is a number."""
    (row,) = csv.reader(io.StringIO(_line([f'{sign}HYPERLINK("http://evil")', -0.5, "a=b"]), newline=""))
    assert row == [f'\'{sign}HYPERLINK("http://evil")', "-0.5", "a=b"]


@given(st.text())
def test_every_cell_can_be_read_back(text):
    """Whatever it holds, it is one cell, and no spreadsheet begins to reckon."""
    (row,) = csv.reader(io.StringIO(_line(["id", text]), newline=""))
    assert row[1] in (text, f"'{text}")
    assert not row[1].lstrip(" ").startswith(("=", "+", "-", "@", "\t", "\r"))


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

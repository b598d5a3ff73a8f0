"""Does SECURITY.md say of each promise how it is kept and by which test, and are these tests there?"""

import ast
import re

import pytest
from conftest import REPOSITORY

TABLE = [
    [cell.strip() for cell in line.strip("|").split("|")]
    for line in (REPOSITORY / "SECURITY.md").read_text(encoding="utf-8").splitlines()
    if line.startswith("|") and not line.startswith("|--")
]
PROMISES = TABLE[1:]
NAMED = re.compile(r"`((?:search|indexer|tests|scripts|examples)/[\w./-]+)(?:::(\w+))?`")


def test_the_table_has_a_row_for_each_kind_of_promise():
    """Promise, how, and test."""
    assert TABLE[0] == ["promise", "how", "test"]
    assert len(PROMISES) >= 14


@pytest.mark.parametrize("row", PROMISES, ids=lambda row: row[0][:50])
def test_each_promise_says_how_it_is_kept_and_names_tests_that_are_there(row):
    """A test that was renamed or taken away leaves no promise without one."""
    promise, how, tested = row
    assert promise and how
    named = NAMED.findall(tested)
    assert named, "it names a test"
    for path, test in named:
        assert path.startswith("tests/"), path
        written = ast.parse((REPOSITORY / path).read_text(encoding="utf-8"))
        tests = {node.name for node in ast.walk(written) if isinstance(node, ast.FunctionDef)}
        assert [name for name in tests if name.startswith("test_")], path
        assert not test or test in tests, test
    for path, _ in NAMED.findall(how):
        assert (REPOSITORY / path).exists(), path

"""Which words are read as which name?"""

import pytest

from search.analysis.analyzer import Analyzer
from search.analysis.synonyms import BUILT_IN, read_names
from search.errors import SettingsError

ANALYZER = Analyzer(read_names(BUILT_IN).words)


def test_forms_of_a_name_are_one_term():
    """A ticker, a name and its Ukrainian inflections are one term; a near ticker is another."""
    assert len(set(ANALYZER.terms("BTC $BTC btc Bitcoin біткоїн біткоїном"))) == 1
    assert ANALYZER.terms("BTG") != ANALYZER.terms("BTC")


def test_short_forms_are_spelled_out_for_the_model():
    """The model reads the name where a ticker stood, and the rest as it was written."""
    assert ANALYZER.spelled_out("Will $BTC beat ETH?") == "Will bitcoin beat ethereum?"


@pytest.mark.parametrize(
    "table",
    [
        "a = 1",
        "a = [1]",
        "a = ['x']\nb = ['x']",
        "a = [",
        "days = 1",
        "[days]\n'2026-13-01' = ['x']",
        "[days]\n'02-30' = ['x']",
    ],
)
def test_an_unfit_table_is_refused(table, tmp_path):
    """A table that is none, or in which a word stands for two names, is refused with its path."""
    path = tmp_path / "names.toml"
    path.write_text(table, encoding="utf-8")
    with pytest.raises(SettingsError, match=r"names\.toml"):
        read_names(path)

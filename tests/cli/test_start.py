"""What does a cold query not load? Each of these costs it 10 ms to 10 s."""

import pytest
from conftest import run

NEVER = {"torch", "sentence_transformers", "transformers", "onnx", "fastapi", "pydantic", "whoosh", "rapidfuzz"}
BY_WORDS = NEVER | {
    "faiss",
    "onnxruntime",
    "tokenizers",
    "numpy.ma",
    "tomllib",
    "logging",
    "asyncio",
    "search.analysis.time_expressions",
    "dateparser",
}
PROGRAM = (
    "import sys; from search.cli.main import main; status = main(sys.argv[1:]);"
    "print(*sorted(sys.modules), file=sys.stderr); sys.exit(status)"
)


@pytest.mark.parametrize(
    ("asked", "unwanted"),
    [
        (("bitcoin", "--mode", "keyword"), BY_WORDS),
        (("bitcoin", "--mode", "keyword", "--facets", "--fold", "story"), BY_WORDS),
        (("біткоїн", "--mode", "keyword", "--lang", "uk"), BY_WORDS),
        (("bitcoin", "--mode", "keyword", "--from", "2020-01-01"), BY_WORDS),
        (("who lost bitcoin",), NEVER),
    ],
)
def test_a_query_loads_only_what_it_needs(samples, asked, unwanted):
    """Found, and nothing unwanted among the modules."""
    ended = run("-c", PROGRAM, "query", *asked, "--index", samples.index)
    assert ended.returncode == 0, ended.stderr
    loaded = set(ended.stderr.split())
    assert "search.engine.execution" in loaded
    assert sorted(unwanted & loaded) == []

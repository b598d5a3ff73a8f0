"""Is every encoder measured over an index of its own, by the judged set's own questions?"""

from types import SimpleNamespace

import evaluate
from judged_sets import JudgedSet, Need


def test_an_encoder_has_an_index_and_rows_of_its_own(tmp_path, monkeypatch):
    """The model by its name or its folder; hybrid and by meaning alone, for by words alone no model is asked."""
    built = []
    hit = SimpleNamespace(article=SimpleNamespace(path="a.en.md"))
    searcher = SimpleNamespace(search=lambda query: SimpleNamespace(hits=[hit] if query.mode.value == "hybrid" else []))
    monkeypatch.setattr(evaluate, "build_shown", lambda settings, **_: built.append(settings))
    monkeypatch.setattr(evaluate, "served", lambda settings: settings)
    monkeypatch.setattr(evaluate, "engine", lambda *_: searcher)
    judged = JudgedSet("some", [Need("1", "what is asked", "")], {"1": {"a.en.md": 2}}, tmp_path / "articles", "en")
    rows = [row for model in ("strong", "/models/ours") for row in evaluate.encoder_rows(judged, tmp_path, model)]
    assert [row.system for row in rows] == [
        f"**Lede, {name}, {mode}**" for name in ("strong", "ours") for mode in ("hybrid", "semantic")
    ]
    assert [row.quality.mean("nDCG@10") for row in rows] == [1.0, 0.0, 1.0, 0.0]
    assert [(settings.model, settings.index.name) for settings in built] == [
        ("strong", "index-articles-strong"),
        ("/models/ours", "index-articles-ours"),
    ]

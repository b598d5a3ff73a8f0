"""Encoders that have names: what they are, what is known of them, and when another is needed."""

import hashlib
import json
from collections import Counter
from dataclasses import replace
from itertools import combinations

import numpy as np
import pytest
from conftest import called

import indexer.vectors.encoder as encoders
import indexer.vectors.encoder_cards as cards
from indexer.cli import main
from indexer.vectors.encoder_cards import CARDS, calibration_of, card_of, source_of
from indexer.vectors.language_coverage import unread, unread_line
from search.embedders.onnx import OnnxEmbedder
from search.embedders.sentence_transformers import model_folder
from search.errors import ModelError
from search.index.calibration import BUILT_IN_CALIBRATION
from search.query.model import Mode


def test_the_built_in_card_says_what_the_model_is(samples):
    """Width and length are those of the model in an index."""
    from search.index.directory import IndexFolder

    index = IndexFolder(samples.index)
    embedder = OnnxEmbedder(index.path(index.current_name()) / "model")
    card = CARDS[0]
    assert (card.dimension, card.tokens) == (embedder.dimension, embedder.max_tokens + 2)


def test_a_name_leads_to_its_weights_and_any_other_to_itself():
    """`strong` is a hub name; a folder stays a folder."""
    assert source_of("strong") == "sentence-transformers/all-mpnet-base-v2"
    assert source_of("models/ours") == "models/ours"


def test_no_model_has_the_numbers_of_another():
    """Each has curves of its own for every mode; whoever is not calibrated has none."""
    assert calibration_of("built-in") == BUILT_IN_CALIBRATION
    named = [card.calibration.curves for card in CARDS]
    assert all(set(curves) == set(Mode) for curves in named)
    assert all(one[mode] != other[mode] for one, other in combinations(named, 2) for mode in Mode)
    assert not calibration_of("some/other").curves
    assert calibration_of("strong") == calibration_of("sentence-transformers/all-mpnet-base-v2")


def test_a_folder_of_published_weights_is_known_by_them(tmp_path, monkeypatch):
    """It is calibrated as the model that it holds, and loaded from where it lies; other weights are unknown."""
    (tmp_path / "model.safetensors").write_bytes(b"weights")
    card = replace(card_of("strong"), weights=hashlib.sha256(b"weights").hexdigest())
    assert card_of(str(tmp_path)) is None
    monkeypatch.setattr(cards, "CARDS", (card,))
    assert card_of(str(tmp_path)) is card
    assert calibration_of(str(tmp_path)) == card.calibration
    assert source_of(str(tmp_path)) == str(tmp_path)
    (tmp_path / "model.safetensors").write_bytes(b"others!")
    assert card_of(str(tmp_path)) is None


def test_models_lists_every_card():
    """A line for each, with its languages, its size and its time."""
    done = called(main, "models")
    lines = done.stdout.splitlines()
    assert done.returncode == 0
    assert [line.split()[0] for line in lines] == ["model", *(card.name for card in CARDS)]
    assert "438 MB" in lines[2]


def unreachable(name, **_):
    """A hub that does not answer."""
    raise OSError(f"no answer for {name}")


def test_a_strong_model_that_cannot_be_fetched_is_refused(tmp_path, monkeypatch):
    """Where the hub does not answer, the name of the model and a remedy; nothing is embedded."""
    import huggingface_hub

    monkeypatch.setattr(huggingface_hub, "list_repo_files", unreachable)
    monkeypatch.setattr(huggingface_hub, "snapshot_download", unreachable)
    with pytest.raises(ModelError, match="all-mpnet-base-v2") as refused:
        encoders.encoder("strong", tmp_path)
    assert refused.value.remedy
    assert not list(tmp_path.iterdir())


def test_a_strong_model_with_other_weights_is_refused(tmp_path, monkeypatch):
    """Half a download, or another version: its calibration would not hold. The hub's copy is what has to go."""
    import huggingface_hub

    fetched = tmp_path / "models--strong" / "snapshots" / "1"
    fetched.mkdir(parents=True)
    (fetched / "model.safetensors").write_bytes(b"half")
    monkeypatch.setattr(huggingface_hub, "list_repo_files", unreachable)
    monkeypatch.setattr(huggingface_hub, "snapshot_download", lambda name, **_: str(fetched))
    with pytest.raises(ModelError, match="as published") as refused:
        encoders.encoder("strong", tmp_path / "kept")
    assert f"Remove {tmp_path / 'models--strong'}," in str(refused.value.remedy)


@pytest.mark.parametrize(
    ("listed", "twice"),
    [
        (["model.safetensors", "pytorch_model.bin"], ["pytorch_model.bin"]),
        (["pytorch_model.bin"], []),
        (["model.safetensors", "pytorch_model.bin", "2_Dense/pytorch_model.bin"], ["pytorch_model.bin"]),
        (None, []),
    ],
    ids=["both", "one", "a part with one", "out of reach"],
)
def test_a_hub_gives_the_weights_in_one_format(listed, twice, tmp_path, monkeypatch):
    """Not those for other programs, and PyTorch's own only where a part of the model has no others."""
    import huggingface_hub

    left_out = []

    def download(name, ignore_patterns):
        left_out.extend(ignore_patterns)
        return str(tmp_path)

    monkeypatch.setattr(huggingface_hub, "list_repo_files", (lambda _: listed) if listed else unreachable)
    monkeypatch.setattr(huggingface_hub, "snapshot_download", download)
    assert model_folder("somebody/model") == tmp_path
    assert [one for one in left_out if one.endswith(".bin")] == twice
    assert "onnx/*" in left_out


def test_what_the_model_cannot_read_is_counted():
    """By language, unless a translation is read; a region is no other language."""
    languages = ["en", "de", "en-US", "de", "fr", ""]
    group = np.array([0, 0, 2, 3, 4, 5])
    assert unread(languages, group, {"en"}) == {"de": 1, "fr": 1, "unknown": 1}
    assert unread(languages, group, {"en", "de"}) == {"fr": 1, "unknown": 1}


def test_a_line_says_so_above_a_twentieth():
    """Five of a hundred are not worth a line; six are, with the language named."""
    german = unread(["de"] * 5 + ["en"] * 95, np.arange(100), {"en"})
    assert unread_line(german, 100, "built-in") == ""
    german = unread(["de"] * 6 + ["en"] * 94, np.arange(100), {"en"})
    line = unread_line(german, 100, "built-in")
    assert "6 of 100 articles (de 6)" in line
    assert "\n" not in line


def test_the_line_names_the_setting_that_helps_and_its_cost():
    """The multilingual encoder, its download, its time and its memory; another way where that does not help."""
    card = card_of("multilingual")
    line = unread_line(Counter({"de": 30, "pt-BR": 10}), 100, "built-in")
    assert 'model = "multilingual"' in line
    assert "reads 40 of them" in line
    assert f"{card.download_mb} MB to download" in line
    assert f"{card.memory_mb} MB of memory" in line
    assert f"{card.question:g} times" in line
    for languages, model in ((Counter({"tlh": 40}), "built-in"), (Counter({"de": 40}), "multilingual")):
        assert "model_languages" in unread_line(languages, 100, model)


def test_inspect_says_so_before_anything_is_built(tmp_path, monkeypatch):
    """German articles without translations are counted; those with an English twin are not; the JSON has the number."""
    for number in range(8):
        (tmp_path / f"a{number}.de.md").write_text(f"---\ntitle: Zinsen {number}\nlanguage: de\n---\nText.\n")
        (tmp_path / f"b{number}.en.md").write_text(f"---\ntitle: Rates {number}\nlanguage: en\n---\nText.\n")
    (tmp_path / "a0.en.md").write_text("---\ntitle: Rates\nlanguage: en\n---\nText.\n")
    told = called(main, "inspect", tmp_path).stdout
    assert "The model does not read 7 of 17 articles (de 7)" in told
    found = json.loads(called(main, "inspect", tmp_path, "--json").stdout)
    assert found["not_read"] == {"de": 7}
    assert "identities" not in found
    monkeypatch.setenv("LEDE_MODEL", "multilingual")
    assert "does not read" not in called(main, "inspect", tmp_path).stdout

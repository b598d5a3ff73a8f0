"""The graph that is written from a model's weights gives the model's vectors."""

import json

import numpy as np
import pytest
from conftest import REPOSITORY, SAMPLES, run

from indexer.vectors.encoder import encoder
from indexer.vectors.encoder_graph import Precision, write_graph
from indexer.vectors.encoder_weights import DamagedModelError, read_weights
from indexer.vectors.onnx_export import export
from search.embedders.onnx import CARD, OnnxEmbedder
from search.embedders.sentence_transformers import SentenceTransformerEmbedder, model_folder
from search.errors import ModelError
from search.onnx_session import session
from search.settings import BUILT_IN_MODEL

pytest.importorskip("sentence_transformers", reason="the extra `models` is not installed: there is nothing to compare")

WORDS = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *"abcdefghij"]
TEXTS = ("a", "b c d", "j i h g f e d c b a " * 5, "a b c d e f g h i j " * 13)
SMALL = {"hidden_size": 32, "num_hidden_layers": 2, "num_attention_heads": 4, "intermediate_size": 64}


def small_model(folder, family, pooling="mean"):
    """A sentence-transformers folder of a family, with weights by chance; gives the model."""
    import torch
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer import modules
    from transformers import AutoConfig, AutoModel, BertTokenizerFast

    torch.manual_seed(7)
    (folder / "vocab.txt").write_text("\n".join(WORDS), encoding="utf-8")
    tokenizer = BertTokenizerFast(str(folder / "vocab.txt"))
    config = AutoConfig.for_model(family, vocab_size=len(WORDS), max_position_embeddings=202, **SMALL)
    config.pad_token_id = 0 if family == "bert" else 1
    inner = AutoModel.from_config(config)
    for part in inner.parameters():
        torch.nn.init.normal_(part, std=0.3)
    inner.save_pretrained(folder / "inner")
    tokenizer.save_pretrained(folder / "inner")
    words = modules.Transformer(str(folder / "inner"), max_seq_length=180)
    model = SentenceTransformer(modules=[words, modules.Pooling(32, pooling), modules.Normalize()], device="cpu")
    model.save(str(folder / "model"))
    old_style(folder / "model")
    return model


def old_style(folder):
    """Name the modules and the pooling as published models name them, whatever the library writes today."""
    modules = [
        {"idx": 0, "name": "0", "path": "", "type": "sentence_transformers.models.Transformer"},
        {"idx": 1, "name": "1", "path": "1_Pooling", "type": "sentence_transformers.models.Pooling"},
        {"idx": 2, "name": "2", "path": "2_Normalize", "type": "sentence_transformers.models.Normalize"},
    ]
    pooled = json.loads((folder / "1_Pooling" / "config.json").read_text(encoding="utf-8"))
    mode = pooled.get("pooling_mode") or ("cls" if pooled.get("pooling_mode_cls_token") else "mean")
    modes = {f"pooling_mode_{one}_token{'s' * (one == 'mean')}": one == mode for one in ("mean", "cls")}
    named = {**modes, "word_embedding_dimension": SMALL["hidden_size"]}
    (folder / "1_Pooling" / "config.json").write_text(json.dumps(named), encoding="utf-8")
    (folder / "modules.json").write_text(json.dumps(modules), encoding="utf-8")
    words = {"max_seq_length": 180, "do_lower_case": False}
    (folder / "sentence_bert_config.json").write_text(json.dumps(words), encoding="utf-8")


@pytest.mark.parametrize(
    ("family", "pooling"), [("bert", "mean"), ("bert", "cls"), ("mpnet", "mean"), ("xlm-roberta", "mean")]
)
def test_an_encoder_of_each_family_keeps_its_vectors(family, pooling, tmp_path):
    """To rounding in floats, near in whole numbers; also where keys lie farther away than MPNet tells apart."""
    model = small_model(tmp_path, family, pooling)
    wanted = model.encode(list(TEXTS), normalize_embeddings=True)
    weights = read_weights(tmp_path / "model")
    precisions: tuple[tuple[Precision, float], ...] = (("fp32", 0.99999), ("int8", 0.95))
    for precision, least in precisions:
        graph = session(write_graph(weights, precision))
        for text, vector in zip(TEXTS, wanted, strict=True):
            ids = np.array([model.tokenizer(text)["input_ids"]], dtype=np.int64)
            assert graph.run(None, {"input_ids": ids})[0][0] @ vector > least, (precision, text)


def test_the_built_in_model_keeps_its_vectors(tmp_path):
    """Beside sentence-transformers: floats are equal, whole numbers stay as near as was measured."""
    original = SentenceTransformerEmbedder(model_folder(BUILT_IN_MODEL))
    texts = [path.read_text(encoding="utf-8")[400:900] for path in sorted(SAMPLES.rglob("*.en.md"))[:40]]
    wanted = original.embed(texts)
    export(model_folder(BUILT_IN_MODEL), tmp_path / "exported")
    embedder = OnnxEmbedder(tmp_path / "exported")
    assert (embedder.dimension, embedder.max_tokens) == (original.dimension, original.max_tokens)
    assert embedder.count_tokens(texts) == original.count_tokens(texts)
    cosines = np.einsum("ij,ij->i", wanted, embedder.embed(texts))
    assert cosines.mean() > 0.995
    assert cosines.min() > 0.99
    card = json.loads((tmp_path / "exported" / CARD).read_bytes())
    assert card["precision"] == "int8"
    weights = read_weights(model_folder(BUILT_IN_MODEL))
    (tmp_path / "exported" / "model.onnx").write_bytes(write_graph(weights, "fp32"))
    np.testing.assert_allclose(OnnxEmbedder(tmp_path / "exported").embed(texts), wanted, atol=2e-6)


def test_the_graph_is_the_same_each_time():
    """One fingerprint for one model, or a night would embed everything again."""
    weights = read_weights(model_folder(BUILT_IN_MODEL))
    assert write_graph(weights, "int8") == write_graph(weights, "int8")


def test_a_build_needs_no_torch(tmp_path):
    """Where torch and sentence-transformers cannot be imported, the built-in model is written and used all the same."""
    for name in ("torch", "sentence_transformers", "transformers", "onnxscript"):
        (tmp_path / f"{name}.py").write_text("raise ImportError('not for a build')\n", encoding="utf-8")
    content = tmp_path / "content"
    content.mkdir()
    for path in sorted(SAMPLES.rglob("*.en.md"))[:2]:
        (content / path.name).write_bytes(path.read_bytes())
    built = run(
        "-m", "indexer.entry", "build", content, "--index", tmp_path / "index", "--json",
        PYTHONPATH=f"{tmp_path}:{REPOSITORY}",
    )  # fmt: skip
    assert built.returncode == 0, built.stderr
    assert json.loads(built.stdout.splitlines()[-1])["embedded"] > 2


def _cut_short(folder):
    weights = folder / "model.safetensors"
    weights.write_bytes(weights.read_bytes()[:-100])


def _without_a_layer(folder):
    config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
    (folder / "config.json").write_text(json.dumps(config | {"num_hidden_layers": 3}), encoding="utf-8")


def _lowering(folder):
    (folder / "sentence_bert_config.json").write_text('{"max_seq_length": 9, "do_lower_case": true}', encoding="utf-8")


def _of_another_kind(folder):
    config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
    (folder / "config.json").write_text(json.dumps(config | {"model_type": "t5"}), encoding="utf-8")


def _pooling_by_two(folder):
    both = {"pooling_mode_mean_tokens": True, "pooling_mode_cls_token": True}
    (folder / "1_Pooling" / "config.json").write_text(json.dumps(both), encoding="utf-8")


@pytest.mark.parametrize("harm", [_cut_short, _without_a_layer, _lowering, _of_another_kind, _pooling_by_two])
def test_what_cannot_be_written_is_refused(harm, tmp_path):
    """Damaged weights, and models that do more than the graph does, are no encoders to write."""
    small_model(tmp_path, "bert")
    harm(tmp_path / "model")
    with pytest.raises(ModelError):
        write_graph(read_weights(tmp_path / "model"), "fp32")


def _with_heads_that_do_not_share(folder):
    config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
    (folder / "config.json").write_text(json.dumps(config | {"num_attention_heads": 5}), encoding="utf-8")


def _with_half_a_tokenizer(folder):
    tokenizer = folder / "tokenizer.json"
    tokenizer.write_bytes(tokenizer.read_bytes()[:200])


@pytest.mark.parametrize(
    "harm",
    [_cut_short, _without_a_layer, _with_heads_that_do_not_share, _with_half_a_tokenizer],
    ids=lambda one: one.__name__,
)
def test_a_damaged_model_embeds_nothing(harm, tmp_path):
    """No other library is asked to make something of it; the error names the folder and says what to do."""
    small_model(tmp_path, "bert")
    harm(tmp_path / "model")
    with pytest.raises(DamagedModelError, match="is damaged or incomplete") as refused:
        encoder(str(tmp_path / "model"), tmp_path / "kept")
    assert str(refused.value.remedy) == "Fetch it again."
    assert not list((tmp_path / "kept").iterdir())


def test_weights_that_no_file_has_are_not_made_up(tmp_path, capfd):
    """PyTorch's libraries would fill them with random numbers, and only warn."""
    small_model(tmp_path, "bert")
    capfd.readouterr()
    _without_a_layer(tmp_path / "model")
    with pytest.raises(ModelError, match=r"lack weights, such as encoder\.layer"):
        SentenceTransformerEmbedder(tmp_path / "model")
    assert "MISSING" not in capfd.readouterr().err


def test_a_folder_that_lists_no_modules_is_no_model(tmp_path):
    """The library would pool any transformer's tokens, whatever that was made for."""
    small_model(tmp_path, "bert")
    (tmp_path / "model" / "modules.json").unlink()
    with pytest.raises(ModelError, match=r"modules\.json"):
        SentenceTransformerEmbedder(tmp_path / "model")

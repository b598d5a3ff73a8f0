"""Truth of the documents: commands run, examples give what is shown, names are complete, links lead somewhere."""

import importlib
import json
import re
import shlex
import tomllib
from itertools import chain
from pathlib import Path

import pytest
from conftest import SAMPLES, called, run

import indexer.cli
import reference
import search.cli.main
from search.api.params import PARAMETERS
from search.engine.result_set import THRESHOLDS, Threshold
from search.query.fields import FACETS, FILTER_FIELDS
from search.query.model import Strictness
from search.settings import Settings
from site_hooks import ROOT_PAGES

ROOT = Path(__file__).resolve().parent.parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
ARCHITECTURE = (ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8")
PAGES = sorted((ROOT / "docs").rglob("*.md"))
DOCUMENTS = [
    *(ROOT / name for name in ("README.md", "SECURITY.md", "ARCHITECTURE.md", "CONTRIBUTING.md", "CHANGELOG.md")),
    ROOT / "index" / "README.md",
    ROOT / "examples" / "embed" / "README.md",
    *PAGES,
]
MEASURED = {"relevance.md", "benchmarks.md", "experiments.md"}
"""Pages that programs write, or that record measurements."""
PROSE = [ROOT / "README.md", ROOT / "ARCHITECTURE.md", ROOT / "CONTRIBUTING.md"]
PROSE += [path for path in PAGES if path.name not in MEASURED]
LONGEST_SENTENCE = 35
LONGEST_README = 600


def name(path):
    """A page's path below the repository."""
    return str(path.relative_to(ROOT))


def commands(program):
    """Every indented line that calls a program, with the page it stands on."""
    return [
        pytest.param(line.strip().split("  #")[0].strip(), id=f"{name(page)}: {line.strip()[:60]}")
        for page in [ROOT / "README.md", *PAGES]
        for line in page.read_text(encoding="utf-8").splitlines()
        if re.match(rf"    (\.venv/bin/)?{program} ", line)
    ]


QUERIES = [one for one in commands("lede") if one.values[0].split()[1] in ("query", "show", "similar", "status")]
OTHERS = [one for one in commands("lede") if one not in QUERIES] + commands("lede-index")


def blocks(text, language):
    """The fenced blocks of a language."""
    return re.findall(rf"^```{language}\n(.*?)^```", text, re.M | re.S)


@pytest.mark.parametrize("document", DOCUMENTS, ids=name)
def test_links_lead_to_files(document):
    """Every relative link of a document leads to a file of the repository."""
    targets = re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", document.read_text(encoding="utf-8"))
    missing = [target for target in targets if not (document.parent / target).exists()]
    assert not missing


def test_every_page_is_in_the_navigation():
    """The site's navigation lists every page."""
    navigation = (ROOT / "mkdocs.yml").read_text(encoding="utf-8")
    listed = re.findall(r"- (?:[^:\n]+: )?(\S+\.md)$", navigation, re.M)
    assert sorted(listed) == sorted([*(str(path.relative_to(ROOT / "docs")) for path in PAGES), *ROOT_PAGES])


def test_the_site_builds_and_loads_nothing_from_elsewhere(tmp_path):
    """MkDocs finds no broken link, and no page has a script, style, font or image of another host."""
    built = run("-m", "mkdocs", "build", "--strict", "--site-dir", tmp_path, NO_MKDOCS_2_WARNING="1")
    assert built.returncode == 0, built.stdout + built.stderr
    pages = list(tmp_path.rglob("*.html"))
    assert len(pages) > len(PAGES)
    for page in pages:
        loaded = re.findall(r"<(?:script|img|link|iframe)\b[^>]*(?:src|href)=\"?([^\s\">]+)", page.read_text("utf-8"))
        assert [address for address in loaded if re.match(r"(?:https?:)?//", address)] == [], page


@pytest.mark.parametrize("page", sorted(reference.pages()))
def test_a_generated_page_is_current(page):
    """What scripts/reference.py writes from the code is what stands there. If not: `make reference`."""
    assert (reference.PAGES / page).read_text(encoding="utf-8") == reference.pages()[page]


def test_a_change_of_the_code_shows_in_the_generated_pages(monkeypatch):
    """A new parameter, and a setting without a meaning, would be noticed."""
    monkeypatch.setitem(PARAMETERS, "mood", PARAMETERS["mode"])
    assert "| `mood` |" in reference.parameters_page()
    monkeypatch.setattr(reference, "_attribute_docstrings", lambda *_: {})
    assert reference.settings_page() != (reference.PAGES / "settings.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("setting", Settings.__struct_fields__)
def test_every_setting_has_a_meaning(setting):
    """Each setting stands in the reference, with what it means."""
    row = re.search(rf"^\| `{setting}` \| .* \| ([^|]*) \|$", reference.settings_page(), re.M)
    assert row
    assert len(row[1].split()) > 2


def page(path):
    """The text of a page of docs/."""
    return (ROOT / "docs" / path).read_text(encoding="utf-8")


def test_every_route_is_named():
    """The HTTP reference has each route of the OpenAPI document, and those for people."""
    text = page("reference/http-api.md")
    paths = [path.partition("{")[0] for path in search.create_app(Settings()).openapi()["paths"]]
    assert len(paths) > 10
    assert [path for path in [*paths, "/status", "/mcp", "/embed.js"] if path not in text] == []


def test_every_public_name_is_named():
    """The Python reference has each name that the packages promise."""
    text = page("reference/python-api.md")
    names = [*search.__all__, *(f"indexer.{one}" for one in indexer.__all__)]
    assert [one for one in names if f"`{one}`" not in text] == []


def test_every_field_of_the_query_language_is_named():
    """The query language's reference has every word for a filter field, and HTTP every facet."""
    text = page("reference/query-language.md")
    spelled = [word for field in FILTER_FIELDS.values() for word in (field.parameter, *field.spellings)]
    assert [word for word in spelled if f"`{word}:`" not in text] == []
    assert [facet for facet in FACETS if f"`{facet}`" not in page("reference/http-api.md")] == []


def test_every_part_of_a_generation_is_described(samples):
    """The index format has each file and folder that a build writes."""
    folder = samples.index / "generations" / samples.report["generation"]
    text = page("reference/index-format.md")
    parts = [f"{path.name}/" if path.is_dir() else path.name for path in folder.iterdir()]
    assert len(parts) > 10
    assert [part for part in parts if f"`{part}`" not in text] == []


def test_every_make_target_of_the_documents_exists():
    """Whatever the documents tell a reader to make is a target of the Makefile."""
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.M))
    texts = [path.read_text(encoding="utf-8") for path in PROSE]
    asked = {one for text in texts for one in re.findall(r"(?:^    |`)make ([a-z-]+)", text, re.M)}
    assert {"run", "test", "docs"} <= asked
    assert asked <= targets


@pytest.mark.parametrize("command", QUERIES)
def test_a_query_of_the_documents_answers(command, samples, monkeypatch):
    """Each command that asks finds something in the sample articles, as it stands."""
    monkeypatch.setenv("LEDE_INDEX", str(samples.index))
    asked = command.replace("--from 7d", "--from 2026-03-01")  # the samples do not grow younger
    done = called(search.cli.main.main, *shlex.split(asked)[1:])
    assert done.returncode == 0, done.stderr
    assert done.stdout


@pytest.mark.parametrize("command", OTHERS)
def test_a_command_of_the_documents_is_known(command):
    """Every other command names commands and flags that exist."""
    program, *arguments = shlex.split(command)
    parser = (search.cli.main if program.endswith("lede") else indexer.cli)._parser()
    if arguments[0].startswith("--print-completion"):
        return
    parser.parse_args(arguments)


def test_the_documents_have_commands():
    """Both programs are shown at work."""
    assert len(QUERIES) >= 12
    assert len(commands("lede-index")) >= 8


def test_the_output_in_the_readme_is_the_output(samples, monkeypatch):
    """The query of the quick start prints what the README shows below it."""
    command, shown = re.search(r"^    (lede query .*)\n\n```text\n(.*?)```", README, re.M | re.S).groups()
    monkeypatch.setenv("LEDE_INDEX", str(samples.index))
    assert called(search.cli.main.main, *shlex.split(command)[1:]).stdout.strip() == shown.strip()


def test_the_table_of_encoders_is_the_output():
    """The how-to shows what `lede-index models` prints."""
    shown = blocks(page("how-to/choose-an-encoder.md"), "text")[0]
    assert called(indexer.cli.main, "models").stdout.strip() == shown.strip()


def test_the_answer_in_the_readme_is_the_answer(samples, monkeypatch):
    """The fields of the trimmed JSON are those of the answer to the request above it."""
    address = re.search(r"curl '[^?]*\?([^']*)'", README)[1]
    pairs = dict(one.split("=") for one in address.split("&"))
    monkeypatch.setenv("LEDE_INDEX", str(samples.index))
    text = pairs.pop("q").replace("+", " ")
    flags = [flag for name, value in pairs.items() for flag in ("-n" if name == "limit" else f"--{name}", value)]
    answer = json.loads(called(search.cli.main.main, "query", text, *flags, "--json").stdout)
    shown = json.loads(blocks(README, "json")[0])
    assert len(answer["hits"]) == len(shown["hits"]) == 1
    for field, value in shown["hits"][0].items():
        parts = [part.strip() for part in value.split("…") if part.strip()]
        assert parts and all(part in answer["hits"][0][field] for part in parts), field


PYTHON = [
    pytest.param(block, id=f"{name(page)} {number}")
    for page in (ROOT / "README.md", ROOT / "docs" / "reference" / "python-api.md")
    for number, block in enumerate(blocks(page.read_text(encoding="utf-8"), "python"))
]


@pytest.mark.parametrize("example", PYTHON)
def test_an_example_in_python_runs(example, samples_copy, tmp_path, monkeypatch, capsys):
    """Each example runs as it stands beside an index and its articles, and prints something."""
    (tmp_path / "examples").mkdir()
    (tmp_path / "examples" / "articles").symlink_to(SAMPLES)
    (tmp_path / "index" / "samples").symlink_to(tmp_path / "index")  # where `make run` builds
    monkeypatch.chdir(tmp_path)
    exec(compile(example, "example", "exec"), {})  # noqa: S102 - our own document
    assert re.search(r"\d", capsys.readouterr().out)


def test_the_readme_is_short():
    """A newcomer reads it in three minutes."""
    assert len(README.split()) <= LONGEST_README
    code = blocks(README, "python")[0].strip().splitlines()
    assert len([line for line in code if line]) <= 8


FIGURES = {
    "0.805": ("relevance.md", r"## B-English.*?\*\*Lede, hybrid\*\* \| ([\d.]+)"),
    "0.705": ("relevance.md", r"## B-English.*?\| LanceDB, hybrid \| ([\d.]+)"),
    "0.638": ("relevance.md", r"## B-English.*?\| txtai, hybrid \| ([\d.]+)"),
    "0.616": ("relevance.md", r"## B-English.*?\| bm25s \| ([\d.]+)"),
    "0.890": ("relevance.md", r"## B-Ukrainian.*?\*\*Lede, hybrid\*\* \| ([\d.]+)"),
    "0.652": ("relevance.md", r"## B-Ukrainian.*?\| bm25s \| ([\d.]+)"),
    "6.3": ("benchmarks.md", r"### An answer, warm.*?\| Lede, hybrid \| ([\d.]+)"),
    "11,280": ("benchmarks.md", r"\n\| (11,280) \|"),
    "2,000": ("reliability.md", r"\| rot \|.*?before: (\d+)\), whoosh: \(.*?before: (\d+)"),
    "300": ("reliability.md", r"\| kills \|.*?at random moments: (\d+) runs"),
}
"""Numbers of the README: where each is measured, and the pattern that finds it there."""


@pytest.mark.parametrize("figure", FIGURES)
def test_a_number_of_the_readme_is_measured(figure):
    """Each number of the README stands in the page that it links to, rounded to as many places."""
    page, pattern = FIGURES[figure]
    found = re.search(pattern, (ROOT / "docs" / page).read_text(encoding="utf-8"), re.S)
    measured = sum(float(group.replace(",", "")) for group in found.groups())
    places = len(figure.partition(".")[2])
    assert f"{measured:,.{places}f}" == figure
    assert re.search(rf"(?<![\d.]){re.escape(figure)}(?![\d])", README)


def sentences(markdown):
    """The sentences of a page's prose: no code, no headings, no addresses; each cell of a table by itself."""
    text = re.sub(r"^```.*?^```", "\n", markdown, flags=re.M | re.S)
    text = re.sub(r"<!--.*?-->", "\n", text, flags=re.S)
    text = re.sub(r"\]\([^)]*\)", "]", text)
    text = re.sub(r"^(?: {4}|#|!\[).*$", "\n", text, flags=re.M)
    text = re.sub(r"^\|.*$", lambda row: "\n\n".join(row[0].split("|")) + "\n\n", text, flags=re.M)
    text = re.sub(r"^\s*(?:[*-]|\d+\.) ", "\n\n", text, flags=re.M)
    paragraphs = (" ".join(one.split()) for one in re.split(r"\n\s*\n", text))
    return [
        one for paragraph in paragraphs for one in re.split(r"(?<=[.!?])[*)”\"]*\s+(?=[A-Z*“`\[])", paragraph) if one
    ]


def length(sentence):
    """Words of a sentence; signs alone are none."""
    return len([word for word in sentence.split() if re.search(r"\w", word)])


def test_sentences_are_told_apart():
    """The measure itself: it joins lines, and leaves code and headings out."""
    assert sentences("# No\n\nOne two\nthree. Four `a.b` five!\n\n```x\nno. No\n```\n\n| six | seven |\n") == [
        "One two three.",
        "Four `a.b` five!",
        "six",
        "seven",
    ]
    assert length("One – two (three) ·") == 3


@pytest.mark.parametrize("page", PROSE, ids=name)
def test_sentences_are_short(page):
    """No sentence has more than 35 words."""
    found = sentences(page.read_text(encoding="utf-8"))
    assert [one for one in found if length(one) > LONGEST_SENTENCE] == []


def test_every_package_has_its_paragraph():
    """ARCHITECTURE.md has a section for each package, titled by the question of its __init__."""
    missing = [
        folder
        for package in ("search", "indexer")
        for folder in sorted({path.parent for path in (ROOT / package).rglob("*.py")} - {ROOT / package})
        if f"### {'.'.join(folder.relative_to(ROOT).parts)}: {reference.summary(folder / '__init__.py')}"
        not in ARCHITECTURE
    ]
    assert not missing


def test_every_module_is_described():
    """Every module has a row with a description in the reference that ARCHITECTURE.md points to."""
    assert "(docs/reference/modules.md)" in ARCHITECTURE
    rows = dict(re.findall(r"^\| `(\w+)` \| (.*) \|$", page("reference/modules.md"), re.M))
    modules = [path.stem for folder in ("search", "indexer") for path in (ROOT / folder).rglob("*.py")]
    assert [one for one in modules if one != "__init__" and not rows.get(one)] == []


CALLS = re.findall(r"^\d+\. .*$", ARCHITECTURE[ARCHITECTURE.index("## The life of one query") :], re.M)


@pytest.mark.parametrize(
    "call", sorted({one for line in CALLS for one in re.findall(r"`((?:search|indexer)\.[\w.]+)`", line)})
)
def test_a_call_in_the_life_of_a_query_exists(call):
    """Each `module.function` of the two lives can be imported."""
    parts = call.split(".")
    for count in range(len(parts), 0, -1):
        try:
            found = importlib.import_module(".".join(parts[:count]))
            break
        except ModuleNotFoundError:
            continue
    for part in parts[count:]:
        found = getattr(found, part)
    assert found is not None


def test_both_lives_are_told():
    """Both lists are there, in steps."""
    assert len(CALLS) >= 30


def test_every_locked_name_of_the_project_is_explained():
    """Every direct dependency has a line in ARCHITECTURE.md that says why it and not its rival."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    extras = project["optional-dependencies"].values()
    names = [re.match(r"[a-z0-9-]+", one)[0] for one in [*project["dependencies"], *chain.from_iterable(extras)]]
    assert [one for one in names if one not in ARCHITECTURE and one != project["name"]] == []


def test_the_thresholds_are_told_as_they_are():
    """The table of what is a match, against what decides it."""
    rows = re.findall(
        r"\| `(\w+)` \| ([\d.]+) \| ([\d.]+) of the best \| ([\d.]+) \|",
        (ROOT / "docs/explanation/what-is-a-match.md").read_text(encoding="utf-8"),
    )
    told = {Strictness(name): Threshold(float(best), float(other), float(first)) for name, best, first, other in rows}
    assert told == THRESHOLDS

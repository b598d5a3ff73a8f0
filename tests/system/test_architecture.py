"""Does the tree keep its own rules: layers, adapters behind ports, documented names, small files?"""

import ast

import pytest
from conftest import REPOSITORY

PACKAGES = ("search", "indexer")
MODULES = sorted(path for package in PACKAGES for path in (REPOSITORY / package).rglob("*.py"))
PARTS_OF_ADAPTERS = {
    "search.backends.int8_scan",
    "search.backends.shared_scan",
    "search.backends.tantivy_files",
    "search.backends.tantivy_writer",
    "search.embedders.token_counts",
    "search.embedders.unigram",
}
ADAPTERS = ("search.backends", "search.embedders", "search.rerankers")
LAYERS = (
    "search.version search.messages search.errors search.extras search.arrays search.deadline"
    " search.tracing search.cache search.similarity search.quantization"
    " search.onnx_session search.spill",
    "search.times search.process search.ownership search.field_settings search.settings search.article"
    " search.query.fields search.query.syntax",
    "search.query search.analysis search.embedders search.rerankers",
    "search.ports search.results search.knowledge",
    "search.index search.backends",
    "search.hits",
    "search.engine",
    "search.cluster",
    "search.wiring search.api",
    "search.library",
    "search.http",
    "search.web search.mcp",
    "search.server",
    "search.cli",
    "indexer.timing indexer.worker_pool indexer.content indexer.readers indexer.text indexer.vectors",
    "indexer.derive indexer.release indexer.reuse indexer.catalogue indexer.kept_counts indexer.kept_words",
    "indexer.workspace",
    "indexer.chunk_planner",
    "indexer.builder indexer.config",
    "indexer.reindex indexer.watch indexer.part_embedding indexer.cluster",
    "indexer.destination",
    "indexer.library indexer.content_commands indexer.embed_command",
    "indexer.cli",
    "indexer.entry",
)
"""Packages and modules from below; a module imports nothing from a line above its own. Every module is covered."""


def name_of(path):
    """The dotted name of a module."""
    parts = path.relative_to(REPOSITORY).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def imports(path):
    """Every module of this repository that a module imports, inside functions too."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative imports hide where a name is from"
            found.add(node.module)
            found.update(f"{node.module}.{alias.name}" for alias in node.names)
    known = {name_of(module) for module in MODULES}
    return {name for name in found if name in known}


IMPORTS = {name_of(path): imports(path) for path in MODULES}


def is_adapter(name):
    """Whether a module stands behind a port."""
    return any(name.startswith(f"{package}.") for package in ADAPTERS)


def test_the_rules_look_at_the_whole_tree():
    """There are modules to look at, and they import each other."""
    assert len(MODULES) > 40
    assert "search.ports" in IMPORTS["search.backends.tantivy"]


def test_search_never_imports_indexer():
    """Answering needs nothing of building."""
    search = {name: found for name, found in IMPORTS.items() if name.startswith("search")}
    assert [name for name, found in search.items() if any(other.startswith("indexer") for other in found)] == []


def test_only_wiring_names_adapters():
    """Within search no other module imports a backend, an embedder, a reranker; the indexer imports embedders alone."""
    naming = {
        name
        for name, found in IMPORTS.items()
        if name.startswith("search.") and not is_adapter(name) and any(map(is_adapter, found))
    }
    assert naming == {"search.wiring"}
    of_indexer = {f for name, found in IMPORTS.items() if name.startswith("indexer") for f in found if is_adapter(f)}
    assert all(name.startswith("search.embedders.") for name in of_indexer)


DECIDING = (
    "interpretation",
    "query_vectors",
    "question_language",
    "term_query",
    "scoring",
    "confidence",
    "result_set",
    "ranker",
)


@pytest.mark.parametrize("module", DECIDING)
def test_what_decides_knows_no_index(module):
    """Neither directly nor by way of others: so another engine reuses it as it is."""
    seen, left = set(), {f"search.engine.{module}"}
    while left:
        name = left.pop()
        seen.add(name)
        left |= IMPORTS[name] - seen
    assert not seen & {"search.index.snapshot", "search.index.store", "search.engine.retrieval"}


def test_adapters_import_no_other_adapter():
    """An engine knows nothing of another engine."""
    for name, found in IMPORTS.items():
        if is_adapter(name):
            assert [other for other in found if is_adapter(other) and other not in PARTS_OF_ADAPTERS] == [], name


def test_adapters_import_only_what_ports_speak_of():
    """An adapter imports no engine, service or settings machinery: at most what stands below the snapshot."""
    above = {
        "search.index.snapshot",
        "search.engine.engine",
        "search.wiring",
        "search.server.app",
        "search.cli.main",
        "search.api.responses",
    }
    for name, found in IMPORTS.items():
        if is_adapter(name):
            assert not found & above, name


@pytest.mark.parametrize("engine", ["tantivy", "whoosh", "faiss", "onnxruntime", "sentence_transformers"])
def test_a_library_is_imported_by_its_own_adapter_alone(engine):
    """Within search only the adapter of a library imports it, so that it can be exchanged."""
    users = set()
    for path in MODULES:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            names = [a.name for a in node.names] if isinstance(node, ast.Import) else []
            names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            if any(name.split(".")[0] == engine for name in names):
                users.add(name_of(path))
    assert {name for name in users if name.startswith("search")} <= {
        f"search.backends.{engine}",
        f"search.embedders.{engine}",
        f"search.rerankers.{engine}",
        *(["search.backends.tantivy_files", "search.backends.tantivy_writer"] if engine == "tantivy" else []),
        *(["search.onnx_session"] if engine == "onnxruntime" else []),  # opens graphs, for embedders and scans
        *(["search.query.grammar"] if engine == "whoosh" else []),  # its query parser, not its index
        *(["search.analysis.stop_words"] if engine == "whoosh" else []),  # its lists of words
    }


def level_of(name):
    """The number of the line that names a module or, of its packages, the innermost."""
    levels = {prefix: number for number, line in enumerate(LAYERS) for prefix in line.split()}
    parts = name.split(".")
    prefixes = (".".join(parts[:length]) for length in range(len(parts), 0, -1))
    return next((levels[prefix] for prefix in prefixes if prefix in levels), None)


def test_every_module_belongs_to_a_layer():
    """The public faces of the two packages, and the packages' own docstrings, are the only exceptions."""
    assert [name for name in IMPORTS if level_of(name) is None] == ["indexer", "search"]


def test_no_module_imports_from_a_layer_above():
    """Imports go down."""
    upward = [
        (name, other)
        for name, found in IMPORTS.items()
        for other in found
        if name not in PACKAGES and other not in PACKAGES and level_of(other) > level_of(name)
    ]
    assert upward == []


def test_no_modules_import_each_other_in_a_circle():
    """The modules can be put in an order in which each imports only earlier ones."""
    done, left = set(), {name: {f for f in found if f not in PACKAGES} for name, found in IMPORTS.items()}
    while left:
        free = {name for name, found in left.items() if found <= done | {name}}
        assert free, f"a circle among {sorted(left)}"
        done |= free
        left = {name: found for name, found in left.items() if name not in free}


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_public_names_are_documented(path):
    """Every module, and every public class and function of it, says what it is for."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    assert ast.get_docstring(tree), "the module"
    missing = []
    for node in tree.body:
        if isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef) and not node.name.startswith("_"):
            missing += [] if ast.get_docstring(node) else [node.name]
            if isinstance(node, ast.ClassDef):
                methods = [part for part in node.body if isinstance(part, ast.FunctionDef)]
                missing += [f"{node.name}.{m.name}" for m in methods if m.name[0] != "_" and not ast.get_docstring(m)]
    assert missing == []


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_no_file_is_longer_than_500_lines(path):
    """A file that has grown beyond 500 lines answers more than one question."""
    assert len(path.read_text(encoding="utf-8").splitlines()) <= 500


def test_no_module_is_named_for_nothing():
    """No utils, helpers or common: a file is titled by the question it answers."""
    names = {
        path.stem for path in [*MODULES, *(REPOSITORY / "tests").rglob("*.py"), *(REPOSITORY / "scripts").rglob("*.py")]
    }
    assert not names & {"utils", "util", "helpers", "helper", "common", "misc"}


def test_nothing_is_pickled():
    """No pickle in an index or anywhere else, but Whoosh's own, which its adapter reads by a list of classes."""
    for path in MODULES:
        text = path.read_text(encoding="utf-8")
        assert "pickle.load" not in text
        assert "import pickle" not in text or name_of(path) == "search.backends.whoosh"
        assert "allow_pickle=True" not in text

"""Names of files that programs keep for themselves, or that are kept from readers, and no articles."""

OF_PROGRAM = "data of a program"
"""Why a file of test data or of a change of a database is left out."""
_TESTS = frozenset("fixtures __fixtures__ testdata test_data migrations".split())
_WORDS = frozenset("locales locale i18n translations".split())
_DATA = (".json", ".jsonl", ".ndjson", ".yaml", ".yml", ".toml", ".sql", ".csv", ".tsv", ".xml", ".sqlite", ".db")
_KEPT_FOLDERS = frozenset(
    "draft drafts _drafts private trash unpublished deleted rejected withdrawn confidential internal secret secrets"
    " passwords credentials backup backups tmp temp requirements expected fixtures testdata".split()
)
_KEPT_NAMES = frozenset(
    "robots humans ads app-ads llms security requirements constraints cmakelists todo passwords password credentials"
    " secrets secret error_log errors".split()
)


def is_of_program(path: str) -> bool:
    """Whether a file of data lies where programs keep data for tests, or changes of their databases."""
    return path.lower().endswith(_DATA) and not _TESTS.isdisjoint(path.split("/")[:-1])


def is_of_words(path: str) -> bool:
    """Whether a file lies where programs keep the words of their pages in several languages."""
    return not _WORDS.isdisjoint(path.split("/")[:-1])


def is_kept_from_readers(path: str) -> bool:
    """Whether a plain text is a draft or private by its folder, or kept for programs by its name."""
    *folders, name = path.casefold().split("/")
    stem = name.rpartition(".")[0]
    kept = stem in _KEPT_NAMES or stem.startswith(("requirements-", "requirements_"))
    return kept or not _KEPT_FOLDERS.isdisjoint(folders)

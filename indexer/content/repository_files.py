"""Names of files that programs keep for themselves, or that are kept from readers, and no articles."""

from pathlib import Path

OF_PROGRAM = "data of a program"
"""Why a file of test data or of a change of a database is left out."""
OF_WORDS = "words of a program"
"""Why a file is left out that holds the words of pages in some language."""
KEPT = "draft or private by its folder or name"
"""Why a text is left out that has no state of its own."""
_TEST_DATA = frozenset("__fixtures__ testdata test_data".split())
_SECTIONS_TOO = frozenset("fixtures migrations".split())
"""Folders of programs that newsrooms have as well: matches to come, and people who move."""
_PROGRAMS = frozenset("test tests __tests__ spec specs cypress e2e db database prisma supabase alembic".split())
_PROGRAM_FILES = (
    "__init__.py", "manage.py", "models.py", "conftest.py", "setup.py", "pyproject.toml", "package.json",
    "composer.json", "Gemfile", "go.mod", "Cargo.toml", "alembic.ini",
)  # fmt: skip
_WORDS = frozenset("locales locale i18n translations".split())
_DATA = (".json", ".jsonl", ".ndjson", ".yaml", ".yml", ".toml", ".sql", ".csv", ".tsv", ".xml", ".sqlite", ".db")
_KEPT_FOLDERS = frozenset(
    "drafts _drafts private trash unpublished deleted rejected withdrawn confidential passwords credentials"
    " backup backups tmp temp".split()
)
_KEPT_NAMES = frozenset("todo passwords password credentials".split())
_OUTPUT = frozenset("expected fixtures".split())
_OF_SITE = frozenset("robots humans ads app-ads llms security".split())
_SITES = frozenset("public static www htdocs html assets".split())
_OF_PROGRAM = frozenset("requirements constraints cmakelists error_log".split())
_REQUIREMENTS = frozenset(
    "base common dev develop development prod production local test tests testing docs ci".split()
)


def is_of_program(path: str, content: Path) -> bool:
    """Whether a file of data below the folder `content` lies where programs keep test data or changes of databases.

    The folder `content` itself may be a site with a program: its `fixtures` may be matches to come.
    """
    folders = path.split("/")[:-1]
    if not path.lower().endswith(_DATA):
        return False
    if not _TEST_DATA.isdisjoint(folders):
        return True
    for at, folder in enumerate(folders):
        if folder in _SECTIONS_TOO and (
            not _PROGRAMS.isdisjoint(folders[:at])
            or any(_has_program(content.joinpath(*folders[:to])) for to in (at, at + 1) if to)
        ):
            return True
    return False


def why_none_without_days(path: str) -> str:
    """Why a file in which nothing has a day is no file of articles, by its folder; nothing where it may be one."""
    folders = path.split("/")[:-1]
    if not _WORDS.isdisjoint(folders):
        return OF_WORDS
    return "" if _SECTIONS_TOO.isdisjoint(folders) else OF_PROGRAM


def lies_among_kept(path: str) -> bool:
    """Whether a folder on the way says that its texts are drafts or private."""
    return not _KEPT_FOLDERS.isdisjoint(path.casefold().split("/")[:-1])


def why_kept_from_readers(path: str) -> str:
    """Why a plain text is left out by its folder or name: as a draft, as private, or as a program's; else nothing."""
    *folders, name = path.casefold().split("/")
    stem = name.rpartition(".")[0]
    if stem in _KEPT_NAMES or lies_among_kept(path):
        return KEPT
    of_program = (
        stem in _OF_PROGRAM
        or (stem in _OF_SITE and (not folders or folders[-1] in _SITES))
        or _lists_requirements(folders, stem)
        or not _TEST_DATA.isdisjoint(folders)
        or not (_OUTPUT.isdisjoint(folders) or _PROGRAMS.isdisjoint(folders))
    )
    return OF_PROGRAM if of_program else ""


def _has_program(folder: Path) -> bool:
    return any((folder / name).is_file() for name in _PROGRAM_FILES)


def _lists_requirements(folders: list[str], stem: str) -> bool:
    if folders[-1:] == ["requirements"]:
        return stem in _REQUIREMENTS
    return stem.startswith(("requirements-", "requirements_")) and stem[len("requirements-") :] in _REQUIREMENTS

"""Names of files that are about a repository, and no articles."""

_ABOUT = frozenset(
    "readme license licence contributing changelog code-of-conduct security summary authors contributors".split()
)


def is_about_repository(stem: str) -> bool:
    """Whether a file of that name, without its ending, tells of the repository: `README`, `CODE_OF_CONDUCT`."""
    return stem.casefold().replace("_", "-") in _ABOUT

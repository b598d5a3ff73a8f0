"""Counts in what terminals show: `1 article`, `2 articles`."""


def counted(number: int, noun: str) -> str:
    """A number with its thousands apart, and a noun with a regular plural."""
    return f"{number:,} {noun}{'s' * (number != 1)}"

"""Which row stands for an article that has twins, and which of its copies is shown?

A *key* stands for an article: the row of its first twin, or each row for itself where languages were chosen.
"""

from functools import cached_property

import numpy as np

from search.columns import Columns
from search.ports import Mask, Rows


class Copies:
    """The keys of one question, and their copies."""

    def __init__(self, columns: Columns, folds: bool, language: str, admitted: Mask | None) -> None:
        """`folds`: twins are one article; `language` is the question's; `admitted` are the rows to choose from."""
        self._columns = columns
        self._folds = folds
        self._language = language
        self._admitted = admitted

    def keys(self, rows: Rows) -> Rows:
        """The key of each row."""
        return self._columns.group[rows] if self._folds else rows

    @cached_property
    def all(self) -> Rows:
        """For each key its copy in the question's language, or else its first."""
        return self._columns.copies(self._language, None) if self._folds else np.arange(self._columns.size)

    @cached_property
    def shown(self) -> Rows:
        """For each key the copy that is shown: of those that are admitted."""
        if self._admitted is None or not self._folds:
            return self.all
        return self._columns.copies(self._language, self._admitted)

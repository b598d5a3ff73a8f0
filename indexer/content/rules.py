"""What the owner of an archive says about how it is to be read."""

import fnmatch
from collections.abc import Mapping
from datetime import tzinfo
from functools import cached_property, lru_cache

import msgspec

from search.field_settings import CustomField
from search.query.fields import Declared
from search.times import zone


class ReadingRules(msgspec.Struct, frozen=True, dict=True):
    """The settings that decide what an article is read as. Equal rules read equal articles."""

    timezone: str = "UTC"
    """Where times without a zone are read, and where days begin."""
    language: str = ""
    """The language of what states none; empty where it is to be detected."""
    site: str = ""
    """The address of the site that relative addresses of articles are joined to."""
    fields: dict[str, tuple[str, ...]] = {}
    """By field, the dotted keys that state it before all conventions."""
    folders: tuple[tuple[str, dict[str, tuple[str, ...]]], ...] = ()
    """The same for the paths that a glob matches; the first that matches counts."""
    custom: dict[str, CustomField] = {}

    @cached_property
    def declared(self) -> Declared:
        """The kind of each field that the archive declares."""
        return {name: field.kind for name, field in self.custom.items()}

    @cached_property
    def zone(self) -> tzinfo:
        """The time zone."""
        return zone(self.timezone)

    def mapping(self, path: str) -> Mapping[str, tuple[str, ...]]:
        """The keys that the owner names for a file's fields."""
        for glob, fields in self.folders:
            if fnmatch.fnmatchcase(path, glob) or fnmatch.fnmatchcase(path, f"{glob.rstrip('/')}/*"):
                return {**self.fields, **fields}
        return self.fields

    def encoded(self) -> str:
        """The rules as a text that `decoded_rules` reads: a worker is told them so, and digests cover it."""
        return msgspec.json.encode(self, order="sorted").decode()


@lru_cache(8)
def decoded_rules(written: str) -> ReadingRules:
    """The rules that a text stands for; an empty text for the defaults."""
    return msgspec.json.decode(written, type=ReadingRules) if written else ReadingRules()

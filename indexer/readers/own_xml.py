"""XML of a system's or a newsroom's own: elements that have a title and a text are articles.

What they are called is looked up in the table of conventions: `<node><Title>` of Drupal's views, `<doc><field
name="title">` of Solr, `<table><column name="post_title">` of phpMyAdmin, `<entry><subject>` of LiveJournal.
"""

import xml.etree.ElementTree as ET  # nosec B405 - expat bounds what entities may grow to
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import replace
from typing import BinaryIO

from indexer.content.conventions import NESTED, states, with_defaults
from indexer.content.document import Document, Found, Omitted, Refused, SourceFile, UnfitError
from indexer.content.publication_states import Withheld, hides, is_known_state, may_be_a_place
from indexer.content.values import truth
from indexer.readers.database_tables import doubtful_states, row_document
from indexer.readers.items import ItemNames, TableNames
from indexer.readers.xml_forms import WITHOUT_ARTICLES, Forms, forms_of, key_of, label_of, said_by_attributes, table_of
from indexer.readers.xml_stream import elements, local_name
from search.index.manifest import Rejected

MAX_ITEM = 20_000_000
"""One element may have so many bytes."""
_LEAST_TEXT = 40
_MOST_NAMED = 8
_DAYS = ("date", "datetime", "published", "issued")
_OF_STATE = ("draft", "publication", "status", "embargo")
_SAYING = "value val code status state active enabled until end ends lift date datetime time type".split()
"""The attributes by which an element without a text says a state or a time."""
_HTML = frozenset("p div br h1 h2 h3 h4 h5 h6 ul ol li table b i em strong a span blockquote para".split())


def own_documents(file: SourceFile, opened: BinaryIO) -> Iterator[Found]:
    """A document for each element that is an article; an omission where none is. Raises UnfitError for broken XML."""
    forms = forms_of(opened)
    opened.seek(0)
    if not forms.paths:
        yield Omitted(file.path, WITHOUT_ARTICLES, note=_told_of(forms.passed_over))
        return
    names = TableNames(sorted(forms.tables))
    alone = {depth for depth, *_ in forms.paths} == {1}
    placed = _placed(opened, forms) if forms.tables - {""} else set()
    opened.seek(0)
    read = False
    wanted = _Wanted(forms)
    for element in elements(opened, wanted, MAX_ITEM, label=label_of):
        if wanted.table not in forms.tables:
            continue  # a row of another table
        read = True
        table = wanted.table
        found = _found(file, element, names.of(table), names.number(table), alone, of=table, placed=table in placed)
        if isinstance(found, Document) and not table:  # of no database: an export for readers, as JSON is
            found = replace(found, guarded=False, withheld=(*found.withheld, *_hidden_states(found)))
        yield found
    if not read:
        yield Omitted(file.path, WITHOUT_ARTICLES)


def _placed(opened: BinaryIO, forms: Forms) -> set[str]:
    """The tables with a `state` or the like in which no row says a state of publication that is known."""
    wanted, asked, known = _Wanted(forms), set[str](), set[str]()
    with suppress(UnfitError, RecursionError):  # what is broken is told when its rows are read
        for element in elements(opened, wanted, MAX_ITEM, label=label_of):
            fields = _fields(element) if wanted.table in forms.tables - known else {}
            if columns := doubtful_states(list(fields)):
                asked.add(wanted.table)
                known |= {wanted.table} if any(is_known_state(fields[one]) for one in columns) else set()
    return asked - known


def _found(
    file: SourceFile, element: ET.Element, names: ItemNames, number: int, alone: bool, *, of: str, placed: bool
) -> Found:
    """What an element is. One that nests more than can be written as HTML is rejected alone."""
    try:
        fields = _fields(element)
        found = row_document(file, fields if of else _dated(fields), names, number, placed=placed)
    except RecursionError:
        return Refused(Rejected(file.path, 1, f"the article {number} of the XML has elements nested too deep"))
    if not isinstance(found, Document):
        return found
    if len(found.body.strip()) < _LEAST_TEXT:
        return Omitted(f"{file.path}#{found.item}", "without a text")
    return replace(found, item="") if alone else found


def _dated(fields: dict[str, object]) -> dict[str, object]:
    """The fields of an element of no database: a day of another name speaks for one that is empty."""
    if not any(key.casefold() in _DAYS and value for key, value in fields.items()):
        return fields
    return {key: value for key, value in fields.items() if value or not states(key, ("published",))}


def _told_of(passed_over: Sequence[str]) -> str:
    """Which elements with a title and a text were passed over."""
    named = ", ".join(passed_over[:_MOST_NAMED])
    return f"by their names these elements hold something else: {named}" if named else ""


def _hidden_states(found: Document) -> Iterator[Withheld]:
    """Of several states those that are known to be hidden: only the first would count, as in JSON."""
    told = [key for key in found.fields if states(key, ("status",)) and not may_be_a_place(key)]
    for key in told if len(told) > 1 else ():
        if hides(found.fields[key]):
            yield Withheld("", key, found.fields[key])


class _Wanted:
    """Tells which elements are articles, and of which table of a database the last one was."""

    def __init__(self, forms: Forms) -> None:
        self._forms = forms
        self.table = ""

    def __call__(self, path: Sequence[str]) -> bool:
        if not self._forms.fits(path):
            return False
        self.table = table_of(path)
        return True


def _fields(element: ET.Element) -> dict[str, object]:
    """What stands directly in an element, by the names of what holds it; its attributes where nothing else says it."""
    found: dict[str, list[object]] = {}
    for child in element:
        key = key_of(child)
        value = _value(child, text=states(key, ("text",)))
        if not value and states(key, _OF_STATE):
            said = {name.casefold(): one for name, one in said_by_attributes(child).items()}
            value = next((said[name] for name in (key.casefold(), *_SAYING) if name in said), "")
        found.setdefault(key, []).extend([value] if value else [])
    inside: dict[str, object] = {
        key: values[0] if len(values) == 1 else values or "" for key, values in found.items()
    }  # an element that says nothing may tell that no day of publication is known
    attributes = said_by_attributes(element)
    fields = dict(with_defaults(inside, attributes))
    for key, value in attributes.items():  # of two that say whether it is to be shown, the one that hides counts
        if states(key, ("draft", "publication", "status")) and (key not in fields or _hides(key, value)):
            fields[key] = value
    if "eventtime" in fields and "event" in fields:  # LiveJournal
        fields |= {"title": fields.get("subject"), "subject": None}
        fields |= {"content_html": fields["event"], "event": None}
        fields["draft"] = fields.get("security", "public") != "public"
    return fields


def _hides(key: str, value: object) -> bool:
    """Whether an attribute keeps an article from readers."""
    if states(key, ("draft",)):
        return truth(value) is True
    return bool(hides(value)) or (states(key, ("publication",)) and truth(value) is False)


def _value(element: ET.Element, *, text: bool) -> object:
    """The text of an element, as HTML where it has tags of it; of tags and people the list of them."""
    inner = list(element)
    if not inner:
        return (element.text or "").strip()
    kinds = {local_name(one) for one in inner}
    if text or kinds & _HTML:
        return _html(element)
    if len(kinds) == 1 and not (len(inner) == 1 and local_name(element).casefold() in NESTED):
        return [_value(one, text=False) for one in inner]
    return {local_name(one): _value(one, text=False) for one in inner}


def _html(element: ET.Element) -> str:
    for one in element.iter():
        one.tag = local_name(one)
        if one.tag == "para":
            one.tag = "p"
    inside = "".join(ET.tostring(child, encoding="unicode", method="html") for child in element)
    return f"{element.text or ''}{inside}".strip()

"""Is an addition to an OpenAPI document told from what breaks a client?"""

import copy
import json

import pytest

from openapi_diff import breaks, differences, main

DOCUMENT = {
    "info": {"version": "1"},
    "paths": {"/search": {"get": {"parameters": [{"name": "q", "schema": {"type": "string", "enum": ["a", "b"]}}]}}},
    "components": {"schemas": {"Hit": {"description": "A hit.", "required": ["id"]}}},
}


def changed(change):
    """The document with a change."""
    document = copy.deepcopy(DOCUMENT)
    change(document)
    return document


PARAMETERS = ("paths", "/search", "get", "parameters")


def parameters(document):
    """The parameters of the only route."""
    for name in PARAMETERS:
        document = document[name]
    return document


@pytest.mark.parametrize(
    "change",
    [
        lambda d: parameters(d).insert(0, {"name": "limit"}),
        lambda d: parameters(d)[0]["schema"]["enum"].insert(0, "c"),
        lambda d: d["components"]["schemas"].update(Page={}),
        lambda d: d["components"]["schemas"]["Hit"].update(description="One hit."),
        lambda d: d["info"].update(version="2"),
    ],
)
def test_what_no_client_notices(change):
    """Another parameter, value or schema, other words, another version."""
    found = list(differences(DOCUMENT, changed(change)))
    assert found
    assert not any(map(breaks, found))


@pytest.mark.parametrize(
    "change",
    [
        lambda d: parameters(d).pop(),
        lambda d: parameters(d)[0]["schema"]["enum"].remove("a"),
        lambda d: parameters(d)[0]["schema"].update(type="boolean"),
        lambda d: d["components"]["schemas"].pop("Hit"),
        lambda d: d["components"]["schemas"]["Hit"]["required"].clear(),
    ],
)
def test_what_breaks_a_client(change, tmp_path, capsys):
    """A parameter, value or schema that is gone, another type: named, and the exit status is 1."""
    documents = {"old": DOCUMENT, "new": changed(change)}
    for name, document in documents.items():
        (tmp_path / name).write_text(json.dumps(document), encoding="utf-8")
    assert main([str(tmp_path / "old"), str(tmp_path / "new")]) == 1
    assert "0 added, 1 removed or changed." in capsys.readouterr().out
    assert main([str(tmp_path / "old")] * 2) == 0

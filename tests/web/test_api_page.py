"""Does the page of the API show all of it, and is every example an address that answers?"""

import html
import re

import pytest
from starlette.testclient import TestClient

from search.server import app
from search.settings import Settings


@pytest.fixture(scope="module")
def client(samples):
    """A client of the service over the samples."""
    with TestClient(app.create_app(Settings(index=samples.index))) as opened:
        yield opened


def test_every_operation_is_on_the_page(client):
    """With its parameters; nothing is loaded from elsewhere."""
    page = client.get("/docs").text
    document = client.get("/openapi.json").json()
    shown = set(re.findall(r'<details id="(\w+)"', page))
    operations = [one for methods in document["paths"].values() for one in methods.values()]
    assert shown == {one["operationId"] for one in operations}
    assert len(shown) == len(operations)
    assert not re.findall(r'(?:src|href)="(?:https?:)?//', page)
    assert "<code>min_confidence</code>" in page


def test_examples_of_the_page_answer(client):
    """Those of articles name one that this archive does not have."""
    examples = re.findall(r'<a href="([^"]*)" rel="nofollow"><code>', client.get("/docs").text)
    assert len(examples) >= 9
    for there in map(html.unescape, examples):
        wanted = 404 if "unicef" in there else 200
        assert client.get(there).status_code == wanted, there


def test_the_document_is_what_linters_ask_for(client):
    """Names are unique, tags are declared, what is true or false is boolean, keys may be sent."""
    document = client.get("/openapi.json").json()
    operations = [one for methods in document["paths"].values() for one in methods.values()]
    tags = {tag["name"] for tag in document["tags"]}
    assert len({one["operationId"] for one in operations}) == len(operations)
    assert all(one["description"] and set(one["tags"]) <= tags for one in operations)
    explain = next(p for p in document["paths"]["/search"]["get"]["parameters"] if p["name"] == "explain")
    assert (explain["schema"], explain["example"]) == ({"type": "boolean"}, True)
    assert set(document["components"]["securitySchemes"]) == {"bearer", "basic"}
    assert client.post("/search", json={"q": "bitcoin", "explain": True}).json()["hits"][0]["explain"]

"""Does an assistant find and fetch articles, over standard input and output and over HTTP?"""

import json
import socket
import sys
import threading
import time

import anyio
import jsonschema
import pytest
import uvicorn
from conftest import REPOSITORY, run
from mcp import Client, StdioServerParameters

from search.api.params import PARAMETERS
from search.server.app import create_app
from search.settings import Settings

HALVING = "2025/10/what-the-bitcoin-halving-really-does-in-plain-words.en"


@pytest.fixture(scope="module")
def address(samples):
    """The address of a running service over the samples."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    server = uvicorn.Server(
        uvicorn.Config(create_app(Settings(index=samples.index)), port=port, log_level="error", ws="none")
    )
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.02)
    yield f"http://127.0.0.1:{port}"
    server.should_exit = True
    thread.join(10)


@pytest.fixture(scope="module")
def stdio(samples):
    """How `lede mcp` is started over the samples."""
    arguments = ["-m", "search.cli.entry", "mcp", "--index", str(samples.index)]
    return StdioServerParameters(command=sys.executable, args=arguments, env={"PYTHONPATH": str(REPOSITORY)})


def asked(server, *calls, mode="auto"):
    """What a server's tools give, call by call, as the official client sees it."""

    async def talk():
        async with Client(server, mode=mode, read_timeout_seconds=300) as client:
            return [await client.call_tool(name, arguments) for name, arguments in calls]

    return anyio.run(talk)


CALLS = (
    ("search", {"query": "bitcoin halving", "limit": 3}),
    ("fetch", {"id": HALVING}),
    ("search", {"query": "", "tag": ["REGULATION"], "lang": "en", "sort": "newest"}),
    ("search", {"query": "zorblaxian frobnicator"}),
)


def checked(results, home):
    """The results of CALLS, once their shape and what they say is seen to."""
    for result in results:
        assert not result.is_error
        (item,) = result.content
        assert item.type == "text"
        assert json.loads(item.text) == result.structured_content
    found, fetched, listed, nothing = (result.structured_content for result in results)
    assert len(found["results"]) == 3 < found["total"]
    assert found["next"]
    for hit in found["results"]:
        assert {"id", "title", "url"} <= hit.keys()
        assert hit["url"] == f"{home}/articles/{hit['id']}"
        assert hit["excerpt"]
        assert "<mark>" not in hit["excerpt"]
    assert HALVING in [hit["id"] for hit in found["results"]]
    assert fetched.keys() == {"id", "title", "text", "url", "metadata"}
    assert (fetched["id"], len(fetched["text"]) > 300) == (HALVING, True)
    assert {"published", "language", "source", "tags", "sentiment"} <= fetched["metadata"].keys()
    dates = [hit["published"] for hit in listed["results"]]
    assert dates
    assert dates == sorted(dates, reverse=True)
    assert (nothing["results"], nothing["total"]) == ([], 0)
    assert nothing["unknown_words"]
    return found


def test_over_standard_input_and_output(stdio):
    """`lede mcp` answers both tools, with addresses of the service that the settings name."""
    checked(asked(stdio, *CALLS), "http://127.0.0.1:8080")


@pytest.mark.parametrize("mode", ["auto", "legacy"])
def test_over_http(address, mode):
    """The service answers both tools at /mcp, with its own address, in the protocol's old form and in its new one."""
    checked(asked(f"{address}/mcp", *CALLS, mode=mode), address)


def test_an_assistant_is_told_what_was_corrected_and_what_is_nearest(address):
    """And may ask for the text as it stands, as everybody may."""
    right, meant, typed, nothing = (
        one.structured_content
        for one in asked(
            f"{address}/mcp",
            ("search", {"query": "bitcoin halving"}),
            ("search", {"query": "bitcoin halvnig"}),
            ("search", {"query": "bitcoin halvnig", "correct": False}),
            ("search", {"query": "weather in the mountains tomorrow"}),
        )
    )
    assert right["corrected"] is None
    assert meant["corrected"] == {"from": "bitcoin halvnig", "to": "bitcoin halving"}
    assert [hit["id"] for hit in meant["results"]] == [hit["id"] for hit in right["results"]]
    assert typed["corrected"] is None
    assert (nothing["results"], nothing["total"]) == ([], 0)
    assert [hit.keys() for hit in nothing["near"]] == [right["results"][0].keys()] * len(nothing["near"]) != []
    assert right["near"] == []


def test_pages_go_on_by_cursor(address):
    """next, given back, gives the hits behind."""
    ask = {"query": "bitcoin", "limit": 4}
    (first,) = asked(f"{address}/mcp", ("search", ask))
    (second,) = asked(f"{address}/mcp", ("search", ask | {"cursor": first.structured_content["next"]}))
    ids = [[hit["id"] for hit in page.structured_content["results"]] for page in (first, second)]
    assert len(ids[0]) == len(ids[1]) == 4
    assert not set(ids[0]) & set(ids[1])


@pytest.mark.parametrize(
    ("call", "told"),
    [
        (("search", {"query": "x", "surce": "y"}), "takes query, source"),
        (("search", {"query": "x", "limit": 101}), "0 to 100"),
        (("search", {"query": "x", "from": "soon"}), "Write a date"),
        (("search", {"query": {"a": 1}}), "Give a text"),
        (("search", {"query": "x", "cursor": "abc"}), "cursor is none of Lede's"),
        (("fetch", {"id": "no/such"}), "No article has the id"),
        (("fetch", {"id": 7}), "id of a result"),
        (("fetch", {}), "id of a result"),
        (("delete", {}), "Call search or fetch"),
    ],
)
def test_what_cannot_be_answered_is_a_tool_error_with_its_remedy(address, call, told):
    """The assistant reads what to do; the connection stays."""
    wrong, right = asked(f"{address}/mcp", call, ("search", {"query": "bitcoin"}))
    assert wrong.is_error
    assert told in wrong.content[0].text
    assert "Traceback" not in wrong.content[0].text
    assert not right.is_error


def test_tools_describe_themselves(address):
    """Each has a schema of what it takes, parameter by parameter, and of what it gives, which answers keep."""

    async def talk():
        async with Client(f"{address}/mcp") as client:
            tools = {tool.name: tool for tool in (await client.list_tools()).tools}
            given = {name: await client.call_tool(name, arguments) for name, arguments in CALLS[:2]}
            return tools, given

    tools, given = anyio.run(talk)
    assert set(tools) == {"search", "fetch"}
    taken = tools["search"].input_schema["properties"]
    assert {"source", "tag", "sentiment", "lang", "from", "to"} <= set(taken) <= {"query", *PARAMETERS}
    assert all(schema["description"] for schema in taken.values())
    for name, tool in tools.items():
        assert tool.description
        assert tool.annotations.read_only_hint
        jsonschema.validate(given[name].structured_content, tool.output_schema)


def test_nobody_else_pays_for_the_protocol(samples):
    """Neither a query nor the start of a service imports it."""
    program = f"""
import sys
from pathlib import Path
from search.cli.main import main
from search.server.app import create_app
from search.settings import Settings
assert main(["query", "bitcoin", "-n", "1", "--index", {str(samples.index)!r}]) == 0
create_app(Settings(index=Path({str(samples.index)!r})))
assert "mcp" not in sys.modules and "mcp_types" not in sys.modules
"""
    done = run("-c", program)
    assert done.returncode == 0, done.stderr


def test_only_a_call_starts_the_protocol():
    """Any other method is refused before it is imported: a preflight without a key, too."""
    program = """
import sys
from starlette.testclient import TestClient
from search.server.app import create_app
from search.settings import Settings
with TestClient(create_app(Settings()), "http://localhost") as service:
    for method in ("GET", "HEAD", "PUT", "PATCH", "DELETE", "OPTIONS", "PROPFIND"):
        told = service.request(method, "/mcp", headers={"Access-Control-Request-Method": "GET", "Origin": "http://a"})
        assert told.status_code == 405 and "POST" in told.headers["allow"], (method, told.headers)
assert "mcp" not in sys.modules and "mcp_types" not in sys.modules
"""
    done = run("-c", program)
    assert done.returncode == 0, done.stderr


def test_without_an_index_the_tool_says_so(tmp_path):
    """An assistant that asks before the first build is told what to do, and the address of nothing on this machine."""
    arguments = ["-m", "search.cli.entry", "mcp", "--index", str(tmp_path)]
    server = StdioServerParameters(command=sys.executable, args=arguments, env={"PYTHONPATH": str(REPOSITORY)})
    (wrong,) = asked(server, ("search", {"query": "x"}))
    assert wrong.is_error
    assert "lede-index build" in wrong.content[0].text

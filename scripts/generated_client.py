#!/usr/bin/env python3
"""Does a client that is generated from the OpenAPI document get the answers that the service gives?

In an environment of its own, which goes again, openapi-python-client makes a package out of the document of a running
service. The package asks a question, reads an article and what is like it, and meets two errors.
Exit status: 0 it does, 1 it does not.
"""

import argparse
import subprocess
import sys
import tempfile
import venv
from collections.abc import Sequence
from pathlib import Path

from fuzz_http import built, running

GENERATOR = "openapi-python-client==0.29.1"
_USE = """
import sys
from lede_client import Client
from lede_client.api.articles import article, similar_articles
from lede_client.api.search import search, suggest
from lede_client.models import Problem, SearchAnswer

client = Client(base_url=sys.argv[1], raise_on_unexpected_status=True)
found = search.sync(client=client, q="bitcoin", limit=3, facets="true", explain=True)
assert isinstance(found, SearchAnswer) and found.total.value >= len(found.hits) > 0, found
assert all(hit.id and hit.title and hit.url and hit.score > 0 and hit.explain.why for hit in found.hits), found.hits
whole = article.sync(client=client, article_id=found.hits[0].id)
assert whole.text and whole.title == found.hits[0].title, whole
assert similar_articles.sync(client=client, article_id=whole.id).hits
assert suggest.sync(client=client, q="bit")
refused = search.sync_detailed(client=client, q="bitcoin", limit=101)
assert refused.status_code == 422 and isinstance(refused.parsed, Problem) and refused.parsed.field == "limit", refused
missing = article.sync_detailed(client=client, article_id="no/such")
assert missing.status_code == 404 and isinstance(missing.parsed, Problem), missing
print(f"The generated client works: {found.total.value} articles, the first {found.hits[0].title!r}.")
"""


def main(arguments: Sequence[str] | None = None) -> int:
    """Generate a client, use it, and give the exit status."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--index", type=Path, metavar="DIR", help="an index (default: one of the sample articles)")
    given = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as written:
        folder = Path(written)
        python = _environment(folder / "venv")
        index = given.index or built(folder / "index")
        with running(index, folder / "log") as port:
            return _used(python, f"http://127.0.0.1:{port}", folder)


def _environment(folder: Path) -> Path:
    """The interpreter of a new environment that has the generator."""
    venv.create(folder, with_pip=True)
    python = folder / "bin" / "python"
    subprocess.run([python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", GENERATOR], check=True)
    return python


def _used(python: Path, address: str, folder: Path) -> int:
    generator = [str(python.with_name("openapi-python-client")), "generate", "--url", f"{address}/openapi.json"]
    subprocess.run([*generator, "--output-path", str(folder / "client")], check=True, stdout=subprocess.DEVNULL)
    asked = subprocess.run([python, "-c", _USE, address], cwd=folder / "client", check=False)
    return 0 if asked.returncode == 0 else 1


if __name__ == "__main__":
    sys.exit(main())

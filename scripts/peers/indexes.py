"""Where does a peer's index of a corpus stand? Written anew when articles, peer or its version change."""

import hashlib
import shutil
from pathlib import Path

import msgspec

from peers.protocol import Corpus, Peer, Searcher, peer

_SCRIPTS = Path(__file__).parent
_LOCK = _SCRIPTS.parent.parent / "requirements-peers.lock"


def opened(module: str, corpus: Corpus, work: Path) -> tuple[Peer, Searcher]:
    """A peer and its index of the corpus, kept below a folder. Raises ImportError where the peer is not installed."""
    system = peer(module)
    folder = work / f"{module}-{_recipe(module, corpus)}"
    if not folder.is_dir():
        staged = work / f"{folder.name}.staged"
        shutil.rmtree(staged, ignore_errors=True)
        staged.mkdir(parents=True)
        system.write(corpus, staged)
        staged.rename(folder)
    return system, system.open_searcher(folder)


def _recipe(module: str, corpus: Corpus) -> str:
    digest = hashlib.sha256(msgspec.json.encode(list(corpus.articles)))
    for file in (*sorted(_SCRIPTS.glob("*.py")), _LOCK):
        if file.stem in (module, "facts", "vectors", "minilm", "whoosh", _LOCK.stem):  # what a peer is made of
            digest.update(file.read_bytes())
    return digest.hexdigest()[:16]

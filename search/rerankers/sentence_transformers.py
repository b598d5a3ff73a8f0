"""Any sentence-transformers cross-encoder: it reads a question and a text at once, and says how well they fit."""

import json
import os
from collections.abc import Sequence
from pathlib import Path
from threading import Lock

import numpy as np

from search.arrays import Scores
from search.errors import ModelError
from search.extras import missing

_REMEDY = "Set `reranker` to a cross-encoder with one label, or leave it out."


class CrossEncoderReranker:
    """Texts judged beside a question by a cross-encoder, on the CPU."""

    def __init__(self, folder: Path, name: str) -> None:
        """Load the model of a local folder. Raises ModelError when it cannot be loaded, or judges no pairs."""
        # Local means local: without this, loading a folder may wait for a hub that is out of reach.
        os.environ["HF_HUB_OFFLINE"] = "1"
        os.environ["HF_HUB_DISABLE_PROGRESS_BARS"] = "1"
        self.name = name
        self._lock = Lock()
        if not _judges_pairs(folder):
            # The library would load it all the same, with weights by chance where a judgement should come from.
            raise ModelError(f"{name} is no cross-encoder.", _REMEDY)
        try:
            from sentence_transformers import CrossEncoder  # takes seconds, so only when it is needed
            from torch.nn import Sigmoid
            from transformers.utils.logging import disable_progress_bar

            disable_progress_bar()  # type: ignore[no-untyped-call]
            self._model = CrossEncoder(str(folder), device="cpu", local_files_only=True)
        except ImportError as absent:
            extra = missing("sentence_transformers", "models")
            raise ModelError(extra.problem, extra.remedy) from absent
        except Exception as unfit:  # whatever the library makes of a folder that is no model
            raise ModelError(f"{name} cannot be loaded as a cross-encoder: {unfit}.", _REMEDY) from unfit
        if self._model.num_labels != 1:
            raise ModelError(f"{name} gives {self._model.num_labels} labels, not one score.", _REMEDY)
        self._squash = Sigmoid()

    def scores(self, query: str, texts: Sequence[str]) -> Scores:
        """How well each text answers the query, 0 to 1, (texts,). Text beyond what the model takes is not read."""
        if not texts:
            return np.zeros(0, dtype=np.float32)
        pairs = [(query, text) for text in texts]
        try:
            with self._lock:  # each call sets up the one tokenizer, and uses every core already
                scores = self._model.predict(
                    pairs, activation_fn=self._squash, batch_size=len(pairs), show_progress_bar=False
                )
        except Exception as failed:  # torch raises what it likes
            raise ModelError(f"{self.name} failed: {failed}.", _REMEDY) from failed
        found: Scores = np.asarray(scores, dtype=np.float32).reshape(len(texts))
        if not np.isfinite(found).all():
            raise ModelError(f"{self.name} gave scores that are no numbers.", _REMEDY)
        return found


def _judges_pairs(folder: Path) -> bool:
    """Whether the files of a model say that it classifies sequences, or that it was saved as a cross-encoder."""
    architectures = _read(folder / "config.json").get("architectures")
    saved_as = _read(folder / "config_sentence_transformers.json").get("model_type")
    first = str(architectures[0]) if isinstance(architectures, list) and architectures else ""
    return first.endswith("ForSequenceClassification") or saved_as == "CrossEncoder"


def _read(path: Path) -> dict[str, object]:
    try:
        found = json.loads(path.read_bytes())
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}

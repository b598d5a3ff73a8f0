"""ONNX sessions, with a set number of threads and without telemetry."""

import os
import shutil
import time
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

# onnxruntime reports to its makers unless it is told not to before it is imported (its pull requests 27379 and 29843).
# What is asked of an archive is nobody else's business.
os.environ["ORT_DISABLE_TELEMETRY"] = os.environ["ORT_TELEMETRY_DISABLED"] = "1"

import onnxruntime

_MADE = "lede-codes-"
_GRAPH, _CONSTANTS = "graph.onnx", "constants"
_LEFT_LONG_AGO = 600
"""Seconds after which a folder was left behind: it is needed for moments."""


def session(graph: bytes, constants: Mapping[str, Any] | None = None, threads: int = 1) -> onnxruntime.InferenceSession:
    """The graph, ready to run; other threads run Python meanwhile. Raises what onnxruntime makes of a damaged one.

    `constants` are arrays that the graph names and leaves to whoever opens it.
    """
    return _opened(graph, constants, _options(threads))


def mapped_session(graph: bytes, constants: Mapping[str, Any], threads: int = 1) -> onnxruntime.InferenceSession:
    """The same, but what onnxruntime makes of the constants is in a file that is mapped into memory.

    Processes share it, and the system may let go of it. The file has no name any more. Raises what onnxruntime and a
    full disk make of it.
    """
    from tempfile import TemporaryDirectory  # 5 ms of a cold start that only large archives need

    _clear_away()
    with TemporaryDirectory(prefix=_MADE, ignore_cleanup_errors=True) as folder:
        written = Path(folder, _GRAPH)
        options = _options(threads)
        options.optimized_model_filepath = str(written)
        for name, value in (
            ("optimized_model_external_initializers_file_name", _CONSTANTS),
            ("optimized_model_external_initializers_min_size_in_bytes", "1024"),
            ("save_external_prepacked_constant_initializers", "1"),
        ):
            options.add_session_config_entry(f"session.{name}", value)
        _opened(graph, constants, options)  # only to write it
        return onnxruntime.InferenceSession(str(written), _options(threads), providers=["CPUExecutionProvider"])


def _options(threads: int) -> onnxruntime.SessionOptions:
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads, options.inter_op_num_threads = threads, 1
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")  # other questions need the cores
    options.log_severity_level = 4  # what fails is raised; it would be printed besides
    return options


def _opened(
    graph: bytes, constants: Mapping[str, Any] | None, options: onnxruntime.SessionOptions
) -> onnxruntime.InferenceSession:
    if constants:
        values = [onnxruntime.OrtValue.ortvalue_from_numpy(array) for array in constants.values()]
        options.add_external_initializers(list(constants), values)
    return onnxruntime.InferenceSession(graph, options, providers=["CPUExecutionProvider"])


def _clear_away() -> None:
    """Remove the folders of processes that were killed while they made a file."""
    from tempfile import gettempdir

    for left in Path(gettempdir()).glob(f"{_MADE}*"):
        with suppress(OSError):
            if time.time() - left.stat().st_mtime > _LEFT_LONG_AGO:
                shutil.rmtree(left)

"""ONNX sessions, with a set number of threads and without telemetry."""

import os
from collections.abc import Mapping
from typing import Any

# onnxruntime reports to its makers unless it is told not to before it is imported (its pull requests 27379 and 29843).
# What is asked of an archive is nobody else's business.
os.environ["ORT_DISABLE_TELEMETRY"] = os.environ["ORT_TELEMETRY_DISABLED"] = "1"

import onnxruntime


def session(graph: bytes, constants: Mapping[str, Any] | None = None, threads: int = 1) -> onnxruntime.InferenceSession:
    """The graph, ready to run; other threads run Python meanwhile. Raises what onnxruntime makes of a damaged one.

    `constants` are arrays that the graph names and leaves to whoever opens it.
    """
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads, options.inter_op_num_threads = threads, 1
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")  # other questions need the cores
    options.log_severity_level = 3
    if constants:
        values = [onnxruntime.OrtValue.ortvalue_from_numpy(array) for array in constants.values()]
        options.add_external_initializers(list(constants), values)
    return onnxruntime.InferenceSession(graph, options, providers=["CPUExecutionProvider"])

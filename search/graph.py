"""How is an ONNX graph opened? With one thread, and nothing told to anybody."""

import os

# onnxruntime reports to its makers unless it is told not to before it is imported (its pull requests 27379 and 29843).
# What is asked of an archive is nobody else's business.
os.environ["ORT_DISABLE_TELEMETRY"] = os.environ["ORT_TELEMETRY_DISABLED"] = "1"

import onnxruntime


def session(graph: bytes) -> onnxruntime.InferenceSession:
    """The graph, ready to run; other threads run Python meanwhile. Raises what onnxruntime makes of a damaged one."""
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.log_severity_level = 3
    return onnxruntime.InferenceSession(graph, options, providers=["CPUExecutionProvider"])

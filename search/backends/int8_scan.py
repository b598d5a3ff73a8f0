"""How near is every view to a question, to a hundredth? One pass over bytes.

    similarity = step of the question * (whole product * step of the view - shift of the view)

A view's numbers are whole ones of a byte with a sign, a question's of seven bits without one: processors multiply
such pairs fastest, and two products still fit sixteen bits. So that a question's need no sign, ZERO is added to them,
and what that adds to a product, the view's `shift`, is taken off again. All of it is one graph for onnxruntime, which
lets other threads run Python meanwhile, as other libraries for this do not (docs/experiments.md).

The first question reads the views from their file, a number of all views after the other. From the second on they are
kept in the order in which the processor multiplies them: that takes the time of some twenty questions to make, and
makes each a quarter or a half as long.
"""

from pathlib import Path
from threading import Lock
from typing import Any

import numpy as np
from numpy.typing import NDArray

from search.arrays import Matrix, Scores, mapped
from search.process import cores

_CODES, _STEPS, _SHIFTS = "codes.npy", "steps.npy", "shifts.npy"
_GRAPH, _PACKED = "scan.onnx", "packed.onnx"
_MOST = 127
"""The largest code of a view: a byte with a sign."""
_AT_ONCE = 8_192
_SPREAD = 1 << 26
"""Bytes of views from which on a question is compared by all cores; fewer take one core a millisecond."""
_ZERO = 64
"""What stands for 0 in a question's codes, 1 to 127."""


class Int8Scan:
    """Compares by files mapped into memory. Safe to ask from several threads."""

    def __init__(self, folder: Path) -> None:
        """Open what `write_scan` wrote. Raises ValueError where its files do not fit together."""
        self._folder = folder
        self._codes: NDArray[np.int8] | None = mapped(folder / _CODES)
        self._steps = mapped(folder / _STEPS)
        self._shifts = mapped(folder / _SHIFTS)
        self.dimension, self.size = self._codes.shape
        self._lock = Lock()
        self._packing = Lock()
        self._opened: Any = None
        self._packed: Any = None
        if not self._steps.shape == self._shifts.shape == (self.size,):
            raise ValueError(f"{_CODES}, {_STEPS} and {_SHIFTS} differ in length")

    def similarities(self, vector: Scores) -> Scores:
        """The similarity of every view to the vector, (size,)."""
        given = {"vector": vector[None, :], "steps": self._steps, "shifts": self._shifts}
        graph, codes = self._ready()
        near: Scores = graph.run(None, given if codes is None else given | {"codes": codes})[0][0]
        return near

    def _ready(self) -> tuple[Any, NDArray[np.int8] | None]:
        """The graph to run, and the codes if it does not hold them itself."""
        with self._lock:
            if self._opened is None:  # not before: a question of words alone need not load onnxruntime
                from search.onnx_session import session

                self._opened = session((self._folder / _GRAPH).read_bytes())
                return self._opened, self._codes
        if self._packed is None and self._packing.acquire(blocking=False):  # the others go on by the file meanwhile
            self._pack()
        codes, packed = self._codes, self._packed  # in this order: codes go only once there is a packed graph
        return (self._opened, codes) if packed is None else (packed, None)

    def _pack(self) -> None:
        """Keep the codes in the processor's order, and let go of the file."""
        from search.onnx_session import session

        assert self._codes is not None  # noqa: S101 (they go only below)
        threads = cores() if self._codes.nbytes >= _SPREAD else 1
        self._packed = session((self._folder / _PACKED).read_bytes(), {"codes": self._codes}, threads)
        self._codes = None


def write_scan(folder: Path, vectors: Matrix) -> None:
    """Write what a question is compared with, for unit vectors; some at a time, for all take much memory."""
    size, dimension = vectors.shape
    steps, offsets = np.empty((2, size), dtype=np.float32)
    with (folder / _CODES).open("wb") as file:
        np.lib.format.write_array_header_1_0(file, {"descr": "|i1", "fortran_order": False, "shape": (dimension, size)})
        begin = file.tell()
        for at in range(0, size, _AT_ONCE):
            some = vectors[at : at + _AT_ONCE]
            step = np.abs(some).max(axis=1, initial=1e-9) / np.float32(_MOST)
            code: NDArray[np.int8] = np.rint(some / step[:, None]).astype(np.int8)
            steps[at : at + _AT_ONCE] = step
            offsets[at : at + _AT_ONCE] = _ZERO * code.sum(axis=1, dtype=np.int64) * step
            for number, codes in enumerate(np.ascontiguousarray(code.T)):  # so the graph reads them in order
                file.seek(begin + number * size + at)
                file.write(codes)
        file.truncate(begin + dimension * size)
    np.save(folder / _STEPS, steps)
    np.save(folder / _SHIFTS, offsets)
    (folder / _GRAPH).write_bytes(_graph())
    (folder / _PACKED).write_bytes(_graph((dimension, size)))


def _graph(packed: tuple[int, ...] = ()) -> bytes:
    """The graph of one comparison, (1, dimension) to (1, views); `packed` is the shape of the codes that it holds."""
    from onnx import TensorProto, helper, numpy_helper

    def constant(name: str, value: float, kind: type) -> Any:
        return numpy_helper.from_array(np.array(value, dtype=kind), name)

    steps = [
        ("Abs", ["vector"], "sizes"),
        ("ReduceMax", ["sizes"], "largest"),
        ("Max", ["largest", "least"], "range"),
        ("Div", ["range", "most"], "step"),
        ("QuantizeLinear", ["vector", "step", "zero"], "code"),
        ("MatMulInteger", ["code", "codes"], "whole"),
        ("Cast", ["whole"], "product"),
        ("Mul", ["product", "steps"], "scaled"),
        ("Sub", ["scaled", "shifts"], "shifted"),
        ("Mul", ["shifted", "step"], "similarity"),
    ]
    more: dict[str, dict[str, Any]] = {"ReduceMax": {"keepdims": 0}, "Cast": {"to": TensorProto.FLOAT}}
    inputs: dict[str, tuple[int, list[int | str]]] = {
        "vector": (TensorProto.FLOAT, [1, "dimension"]),
        "codes": (TensorProto.INT8, ["dimension", "views"]),
        "steps": (TensorProto.FLOAT, ["views"]),
        "shifts": (TensorProto.FLOAT, ["views"]),
    }
    held = [_elsewhere("codes", packed)] if packed else []
    for tensor in held:
        del inputs[tensor.name]
    graph = helper.make_graph(
        [helper.make_node(kind, given, [made], **more.get(kind, {})) for kind, given, made in steps],
        "scan",
        [helper.make_tensor_value_info(name, kind, shape) for name, (kind, shape) in inputs.items()],
        [helper.make_tensor_value_info("similarity", TensorProto.FLOAT, [1, "views"])],
        [
            constant("least", 1e-9, np.float32),
            constant("most", _ZERO - 1, np.float32),
            constant("zero", _ZERO, np.uint8),
            *held,
        ],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)])
    model.ir_version = 9
    written: bytes = model.SerializeToString()
    return written


def _elsewhere(name: str, shape: tuple[int, ...]) -> Any:
    """An array of bytes with a sign that whoever opens the graph must bring."""
    from onnx import StringStringEntryProto, TensorProto

    location = StringStringEntryProto(key="location", value=name)
    return TensorProto(
        name=name,
        data_type=TensorProto.INT8,
        dims=shape,
        data_location=TensorProto.EXTERNAL,
        external_data=[location],
    )

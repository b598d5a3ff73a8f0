"""The similarity of every vector to a query in one pass over 8-bit codes, exact to a hundredth.

`search.quantization` makes the codes. A vector's are signed bytes, a query's are unsigned and use seven bits:
processors multiply such pairs fastest, and the sum of two products still fits into sixteen bits. The whole computation
is one onnxruntime graph. It releases the interpreter lock, which other libraries for this do not (docs/experiments.md).

The first query reads the codes from their file, one dimension of all vectors after another. The second query packs
them into the order in which the processor multiplies. Packing takes as long as some twenty queries, and makes each
later one a quarter to a half as long. Of many codes the packed ones are in files that are mapped, some at a time: so
processes share them, and packing takes little memory.
"""

from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from search.arrays import Matrix, Scores, mapped
from search.backends.shared_scan import SharedScan
from search.process import cores
from search.quantization import LEAST, ZERO, offsets, quantized

if TYPE_CHECKING:  # what only a build needs
    from search.spill import Lines

_CODES, _STEPS, _SHIFTS = "codes.npy", "steps.npy", "shifts.npy"
_GRAPH, _PACKED, _PIECE, _REST = "scan.onnx", "packed.onnx", "piece.onnx", "rest.onnx"
_VECTORS_AT_ONCE = 8_192
_PARALLEL_BYTES = 1 << 26
"""Bytes of codes from which on all cores compare; one core takes a millisecond for fewer."""
_MAPPED_BYTES = 1 << 26
"""Bytes of codes from which on the packed ones are mapped."""
_TOGETHER = 1 << 18
"""Vectors whose packed codes are in one file."""


class Int8Scan:
    """Compares by files mapped into memory. Safe to ask from several threads."""

    def __init__(self, folder: Path) -> None:
        """Open what `write_scan` wrote. Raises ValueError where its files do not fit together."""
        self._folder = folder
        codes: NDArray[np.int8] = mapped(folder / _CODES)
        self._scales = mapped(folder / _STEPS)
        self._offsets = mapped(folder / _SHIFTS)
        self.dimension, self.size = codes.shape
        self._state = _State((), {"codes": codes})
        self._changing = Lock()
        self._shared = SharedScan(max(1, cores() // self._threads(codes)))
        if not self._scales.shape == self._offsets.shape == (self.size,):
            raise ValueError(f"{_CODES}, {_STEPS} and {_SHIFTS} differ in length")

    def similarities(self, vector: Scores) -> Scores:
        """The similarity of every view to the vector, (size,); one pass answers all questions that wait together."""
        return self._shared.similarities(vector, self._compare)

    def _compare(self, vectors: Matrix) -> Matrix:
        """The similarity of every view to each of these vectors, (vectors, size)."""
        state = self._opened()
        parts: list[Matrix] = [
            graph.run(
                None, {"vector": vectors, "steps": self._scales[of], "shifts": self._offsets[of], **state.inputs}
            )[0]
            for graph, of in state.graphs
        ]
        return parts[0] if len(parts) == 1 else np.concatenate(parts, axis=1)

    def _opened(self) -> "_State":
        """The state to answer from. The first query opens the graph, the second packs the codes into another."""
        state = self._state
        if state.packed:
            return state
        if not self._changing.acquire(blocking=not state.graphs):
            return state  # another query packs; this one reads the mapped file meanwhile
        try:
            if not self._state.packed:
                self._state = self._next(self._state)
            return self._state
        finally:
            self._changing.release()

    def _next(self, state: "_State") -> "_State":
        """What follows a state: opened, then packed. The codes of a packed state are in its graphs."""
        from search.onnx_session import session  # not before the first query: one by words alone needs no onnxruntime

        if not state.graphs:
            return _State(((session((self._folder / _GRAPH).read_bytes()), slice(None)),), state.inputs)
        codes = state.inputs["codes"]
        if codes.nbytes >= _MAPPED_BYTES:
            with suppress(Exception):  # a full disk, or a generation of before without graphs for pieces
                return _State(tuple(self._mapped(codes)), {})
        packed = session((self._folder / _PACKED).read_bytes(), {"codes": codes}, self._threads(codes))
        return _State(((packed, slice(None)),), {})

    def _mapped(self, codes: NDArray[np.int8]) -> Iterator[tuple[Any, slice]]:
        """Graphs that hold the codes of some of the vectors each, and which these are."""
        from search.onnx_session import mapped_session

        for at in range(0, self.size, _TOGETHER):
            of = slice(at, min(at + _TOGETHER, self.size))
            name = _PACKED if self.size <= _TOGETHER else _PIECE if of.stop - at == _TOGETHER else _REST
            some = np.ascontiguousarray(codes[:, of])
            yield mapped_session((self._folder / name).read_bytes(), {"codes": some}, self._threads(codes)), of

    @staticmethod
    def _threads(codes: NDArray[np.int8]) -> int:
        """How many threads compare in one pass."""
        return cores() if codes.nbytes >= _PARALLEL_BYTES else 1


class _State(NamedTuple):
    """Graphs, none before the first query, and the inputs that they do not hold themselves.

    Exchanged as one value, so no query sees half of it.
    """

    graphs: tuple[tuple[Any, slice], ...]
    """Each with the vectors that it compares."""
    inputs: dict[str, NDArray[np.int8]]

    @property
    def packed(self) -> bool:
        """Whether the graphs hold the codes themselves."""
        return not self.inputs


def write_scan(folder: Path, vectors: "Lines") -> None:
    """Write what a question is compared with, for unit vectors; some at a time, for all take much memory."""
    size, dimension = vectors.shape
    steps, shifts = np.empty((2, size), dtype=np.float32)
    with (folder / _CODES).open("wb") as file:
        np.lib.format.write_array_header_1_0(file, {"descr": "|i1", "fortran_order": False, "shape": (dimension, size)})
        begin = file.tell()
        for at in range(0, size, _VECTORS_AT_ONCE):
            code, step = quantized(vectors[at : at + _VECTORS_AT_ONCE])
            steps[at : at + _VECTORS_AT_ONCE] = step
            shifts[at : at + _VECTORS_AT_ONCE] = offsets(code, step)
            for number, codes in enumerate(np.ascontiguousarray(code.T)):  # so the graph reads them in order
                file.seek(begin + number * size + at)
                file.write(codes)
        file.truncate(begin + dimension * size)
    np.save(folder / _STEPS, steps)
    np.save(folder / _SHIFTS, shifts)
    (folder / _GRAPH).write_bytes(_graph())
    (folder / _PACKED).write_bytes(_graph((dimension, size)))
    if size > _TOGETHER:
        (folder / _PIECE).write_bytes(_graph((dimension, _TOGETHER)))
        (folder / _REST).write_bytes(_graph((dimension, size % _TOGETHER or _TOGETHER)))


def _graph(packed: tuple[int, ...] = ()) -> bytes:
    """The graph of one pass, (questions, dimension) to (questions, views); `packed` is the shape of codes it holds.

    Each question has a scale of its own, so it gets the same numbers in whatever company.
    """
    from onnx import TensorProto, helper, numpy_helper

    def constant(name: str, value: float, kind: type) -> Any:
        return numpy_helper.from_array(np.array(value, dtype=kind), name)

    steps = [
        ("Abs", ["vector"], "sizes"),
        ("ReduceMax", ["sizes"], "largest"),
        ("Max", ["largest", "least"], "range"),
        ("Div", ["range", "most"], "step"),
        ("Div", ["vector", "step"], "exact code"),
        ("Round", ["exact code"], "signed code"),
        ("Add", ["signed code", "zero"], "unsigned code"),
        ("Cast", ["unsigned code"], "code"),
        ("MatMulInteger", ["code", "codes"], "whole"),
        ("Cast", ["whole"], "product"),
        ("Mul", ["product", "steps"], "scaled"),
        ("Sub", ["scaled", "shifts"], "shifted"),
        ("Mul", ["shifted", "step"], "similarity"),
    ]
    more: dict[str, dict[str, Any]] = {
        "largest": {"axes": [1], "keepdims": 1},
        "code": {"to": TensorProto.UINT8},
        "product": {"to": TensorProto.FLOAT},
    }
    inputs: dict[str, tuple[int, list[int | str]]] = {
        "vector": (TensorProto.FLOAT, ["questions", "dimension"]),
        "codes": (TensorProto.INT8, ["dimension", "views"]),
        "steps": (TensorProto.FLOAT, ["views"]),
        "shifts": (TensorProto.FLOAT, ["views"]),
    }
    held = [_elsewhere("codes", packed)] if packed else []
    for tensor in held:
        del inputs[tensor.name]
    graph = helper.make_graph(
        [helper.make_node(kind, given, [made], **more.get(made, {})) for kind, given, made in steps],
        "scan",
        [helper.make_tensor_value_info(name, kind, shape) for name, (kind, shape) in inputs.items()],
        [helper.make_tensor_value_info("similarity", TensorProto.FLOAT, ["questions", "views"])],
        [
            constant("least", LEAST, np.float32),
            constant("most", ZERO - 1, np.float32),
            constant("zero", ZERO, np.float32),
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

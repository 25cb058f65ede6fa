"""A few lines over onnx.helper: write an ONNX graph from the first operator to the last."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

OPSET = 17
IR_VERSION = 9


class Graph:
    """An ONNX graph in the making; equal calls give equal bytes."""

    def __init__(self, name: str) -> None:
        self.name = name
        self._nodes: list[onnx.NodeProto] = []
        self._initializers: list[onnx.TensorProto] = []

    def constant(self, value: NDArray[np.generic] | Sequence[int] | float) -> str:
        """Add an initializer; Python floats become float32 and lists of integers int64."""
        if isinstance(value, float):
            array: NDArray[np.generic] = np.array(value, dtype=np.float32)
        elif isinstance(value, np.ndarray):
            array = value.astype(np.float32) if value.dtype.kind == "f" else value
        else:
            array = np.array(value, dtype=np.int64)
        name = f"constant_{len(self._initializers)}"
        self._initializers.append(numpy_helper.from_array(np.ascontiguousarray(array), name))
        return name

    def add(
        self, operator: str, *inputs: str, output: str | None = None, **attributes: object
    ) -> str:
        """Add an operator with one output and return the output's name."""
        name = output or f"{operator.lower()}_{len(self._nodes)}"
        self._nodes.append(helper.make_node(operator, list(inputs), [name], **attributes))
        return name

    def split(self, tensor: str, lengths: str, outputs: Sequence[str], *, axis: int = 2) -> None:
        """Cut a tensor into parts of these lengths along an axis."""
        self._nodes.append(helper.make_node("Split", [tensor, lengths], list(outputs), axis=axis))

    def convolve(self, tensor: str, kernels: NDArray[np.floating], *, stride: int = 1) -> str:
        """Convolve with fixed kernels of shape (out, in, height, width)."""
        return self.add("Conv", tensor, self.constant(kernels), strides=[stride, stride])

    def flatten(self, tensor: str, *, output: str) -> str:
        return self.add("Flatten", tensor, output=output, axis=1)

    def to_bytes(
        self, *, input_shape: Sequence[int | str], outputs: Mapping[str, Sequence[int | str]]
    ) -> bytes:
        """Check the graph and return the file's bytes.

        Parameters
        ----------
        input_shape : sequence of int or str
            A length may be a word (any size) or a number (fixed); the batch comes first.
        outputs : mapping of str to sequence of int or str
            Names of the tensors that the model gives, and their lengths after the batch.
        """
        batch = input_shape[0]
        graph = helper.make_graph(
            self._nodes,
            self.name,
            [_tensor("image", input_shape)],
            [_tensor(name, [batch, *lengths]) for name, lengths in outputs.items()],
            self._initializers,
        )
        model = helper.make_model(
            graph,
            opset_imports=[helper.make_opsetid("", OPSET)],
            ir_version=IR_VERSION,
            producer_name="assay",
        )
        onnx.checker.check_model(model, full_check=True)
        return bytes(model.SerializeToString())


def _tensor(name: str, shape: Sequence[int | str]) -> onnx.ValueInfoProto:
    return helper.make_tensor_value_info(name, TensorProto.FLOAT, list(shape))

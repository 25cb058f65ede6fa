"""Bytes that are no model."""

import io
import zipfile

import numpy as np
import onnx

from evaluation.sandbox import Limits
from tests.hostile.graphs import (
    linear,
    nested,
)
from tests.hostile.item import shelved


@shelved("FILE-EMPTY")
def empty():
    return b""


@shelved("FILE-TOO-LARGE", limits=Limits(max_model_bytes=1000))
def too_large():
    return linear()


@shelved("FILE-ARCHIVE")
def zip_instead_of_a_model():
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("../../model.onnx", linear().SerializeToString())
    return file.getvalue()


@shelved("NOT-ONNX")
def garbage():
    return np.random.default_rng(3).bytes(5000)


@shelved("NOT-ONNX")
def text():
    return b"<html><body>404 Not Found</body></html>"


@shelved("NOT-ONNX")
def truncated():
    whole = linear().SerializeToString()
    return whole[: len(whole) // 2]


@shelved("NOT-ONNX")
def bit_flipped():
    """One bit turns the field of the graph into the begin of a group that never ends."""
    whole = bytearray(linear().SerializeToString())
    whole[whole.index(b"\x3a")] ^= 1
    return bytes(whole)


@shelved("NOT-ONNX")
def no_graph():
    return onnx.ModelProto(ir_version=8)


@shelved("NOT-ONNX")
def nested_deeper_than_the_parser_goes():
    return nested(60)

"""A tiny model and test set that really run, and messages that are worked through in place."""

from __future__ import annotations

import io
from collections import deque
from typing import TYPE_CHECKING, Any

import cv2
import numpy as np
from django.conf import settings
from onnx import TensorProto, helper

from evaluation.testsets import (
    ImageKind,
    NewAllPairs,
    NewPairs,
    NewSample,
    write_test_set,
)
from portal.celery import app
from portal.testsets.services import register_test_set

if TYPE_CHECKING:
    from portal.testsets.models import TestSet

CARD: dict[str, Any] = {
    "schema_version": 1,
    "name": "tiny",
    "version": "1.0",
    "task": "embedding",
    "input": {
        "height": 112,
        "width": 112,
        "channels": 3,
        "layout": "NCHW",
        "color": "RGB",
        "mean": [127.5, 127.5, 127.5],
        "scale": [0.0078125, 0.0078125, 0.0078125],
    },
    "output": {"dim": 147},
    "similarity": "cosine",
}


def tiny_model(*, constant: bool = False) -> bytes:
    """Averages over tiles of 16 x 16: 147 numbers; ``constant`` forgets the image."""
    tiles = helper.make_node(
        "AveragePool", ["face"], ["tiles"], kernel_shape=[16, 16], strides=[16, 16]
    )
    nodes = [tiles, helper.make_node("Flatten", ["tiles"], ["flat"], axis=1)]
    last = "flat"
    if constant:
        nodes.append(helper.make_node("Sub", ["flat", "flat"], ["same"]))
        last = "same"
    nodes.append(helper.make_node("Identity", [last], ["embedding"]))
    graph = helper.make_graph(
        nodes,
        "tiny",
        [helper.make_tensor_value_info("face", TensorProto.FLOAT, ["n", 3, 112, 112])],
        [helper.make_tensor_value_info("embedding", TensorProto.FLOAT, ["n", 147])],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=9)
    return model.SerializeToString()


def model_file(content: bytes | None = None, name: str = "tiny.onnx") -> io.BytesIO:
    """An open file as a form or a script would hand it over."""
    file = io.BytesIO(tiny_model() if content is None else content)
    file.name = name
    return file


def registered_test_set(name: str = "made-up", *, n: int = 48, per_subject: int = 4) -> TestSet:
    """A package of noisy made-up crops below the data folder, registered."""
    rng = np.random.default_rng(7)
    faces = rng.integers(0, 256, size=(-(-n // per_subject), 7, 7, 3)).repeat(16, 1).repeat(16, 2)
    samples = []
    for i in range(n):
        noise = rng.integers(-60, 61, size=(112, 112, 3))
        crop = np.clip(faces[i // per_subject] + noise, 0, 255).astype(np.uint8)
        png = cv2.imencode(".png", crop)[1].tobytes()
        samples.append(NewSample(f"s{i}", png, ".png", f"p{i // per_subject}"))
    names = [sample.sample for sample in samples]
    rows = [
        (names[i], names[j], i // per_subject == j // per_subject, (i + j) % 10)
        for i in range(n)
        for j in range(i + 1, n)
        if (j - i) % 3 == 1
    ]
    write_test_set(
        settings.ASSAY_TEST_SETS / name,
        name=name,
        title=name.capitalize(),
        image_kind=ImageKind.ALIGNED,
        samples=samples,
        protocols=[NewPairs("pairs", "Pairs", rows), NewAllPairs("all", "All pairs")],
        synthetic=True,
        personal_data=False,
    )
    return register_test_set(package=name, by=None)


class Messages(deque[tuple[str, dict[str, str]]]):
    """Messages sent and not yet delivered."""

    def deliver(self, *, times: int = 1) -> tuple[str, dict[str, str]]:
        """Deliver the oldest message to its task, in this process."""
        app.loader.import_default_modules()
        task, arguments = self.popleft()
        for _ in range(times):
            app.tasks[task](**arguments)
        return task, arguments

    def deliver_all(self, *, times: int = 1) -> int:
        delivered = 0
        while self:
            self.deliver(times=times)
            delivered += 1
        return delivered

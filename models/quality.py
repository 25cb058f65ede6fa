"""How well a picture of a face will serve: sharpness, noise, light and colour, weighed.

The weights are learned by ``models.learn_quality`` from how well training people's pictures
match the others of the same person under the convolutional network of ``models.cnn``.
"""

from __future__ import annotations

from pathlib import Path

from models.texture import build_score, input_of

SIZE_PX = 112
WEIGHTS = Path(__file__).parent / "weights" / "quality.npz"

CARD = {
    "task": "quality",
    "name": "quality",
    "description": "119 numbers of texture and colour, weighed by what they cost in likeness.",
    "input": input_of(SIZE_PX),
    "output": {"name": "quality", "index": 0, "higher_is": "better"},
    "recommended_threshold": 0.6,
    "training_data": ["Assay synthetic training people"],
}


def build() -> bytes:
    return build_score("texture_quality", WEIGHTS, size_px=SIZE_PX, output="quality")

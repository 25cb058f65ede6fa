"""Live or shown: a logistic rule on the texture and colour of a face and its rim.

After Boulkenafet, Komulainen and Hadid (2016), who look at colour texture. The rule is
learned by ``models.learn_liveness`` from training people, live and in each kind of attack.
"""

from __future__ import annotations

from pathlib import Path

from models.texture import build_score, input_of

SIZE_PX = 96
WEIGHTS = Path(__file__).parent / "weights" / "liveness.npz"

CARD = {
    "task": "pad",
    "name": "liveness",
    "description": "Logistic rule on 119 numbers of texture and colour; higher is more live.",
    "input": input_of(SIZE_PX),
    "crop": {"kind": "shift", "scale": 1.2},
    "output": {"name": "live", "live_index": 0, "activation": "sigmoid"},
    "recommended_threshold": 0.5,
    "training_data": ["Assay synthetic training people"],
}


def build() -> bytes:
    return build_score("texture_liveness", WEIGHTS, size_px=SIZE_PX, output="live")

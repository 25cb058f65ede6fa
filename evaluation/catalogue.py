"""Every reason for which a model is refused: a code, a sentence, and what to do.

Suppliers read these and nothing else of what happened inside the sandbox, so a
sentence never holds a path, a label or a score. Codes are stable: they are
stored with submissions and counted in the operations page.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Refusal:
    """One reason to refuse a model.

    Attributes
    ----------
    code : str
        Stable identifier, upper case with hyphens.
    sentence : str
        What was found, in plain English.
    action : str
        What the supplier can do about it.
    """

    code: str
    sentence: str
    action: str


_REFUSALS = (
    Refusal(
        "NOT-ONNX",
        "The file is not a readable ONNX model.",
        "Export the model again and check that onnx.checker accepts the file.",
    ),
    Refusal(
        "MODEL-CRASHED",
        "The model crashed the runtime.",
        "Run the offline checker on your machine and send a model that completes it.",
    ),
    Refusal(
        "MODEL-TIMEOUT",
        "The model did not answer within the time limit.",
        "Send a model that handles one batch within the limit shown in the check report.",
    ),
)

CATALOGUE: dict[str, Refusal] = {refusal.code: refusal for refusal in _REFUSALS}

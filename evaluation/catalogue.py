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


_FILE = (
    Refusal("FILE-EMPTY", "The file is empty.", "Send the file again and check its size."),
    Refusal(
        "FILE-TOO-LARGE",
        "The file is larger than this service accepts.",
        "Send a smaller model, or ask us to raise the limit.",
    ),
    Refusal(
        "FILE-ARCHIVE",
        "The file is an archive, not a model.",
        "Unpack it and send the .onnx file itself.",
    ),
    Refusal(
        "NOT-ONNX",
        "The file is not a readable ONNX model.",
        "Export the model again and check that onnx.checker accepts the file.",
    ),
)

_CONTENT = (
    Refusal(
        "EXTERNAL-DATA",
        "The model keeps weights in other files.",
        "Save the model as one file, with all weights inside it.",
    ),
    Refusal(
        "OPERATOR-NOT-STANDARD",
        "The model uses operators that are not part of the ONNX standard.",
        "Export the model with standard ONNX operators only.",
    ),
    Refusal(
        "OPSET-NOT-SUPPORTED",
        "The model was written for a version of ONNX that this service does not run.",
        "Export the model with one of the operator set versions that the check report names.",
    ),
    Refusal(
        "MODEL-TOO-COMPLEX",
        "The model has more operations or deeper nesting than this service accepts.",
        "Simplify the model before you export it.",
    ),
    Refusal(
        "WEIGHTS-INCONSISTENT",
        "The weights in the file do not have the sizes that the file states.",
        "The file is damaged or incomplete. Export the model again and send it again.",
    ),
    Refusal(
        "WEIGHTS-TOO-LARGE",
        "The model states more weights than this service has memory for.",
        "Send a smaller model, or ask us to raise the limit.",
    ),
)

_SHAPE = (
    Refusal(
        "INPUT-COUNT",
        "The model does not have exactly one input.",
        "Export the model with one input, the face image; keep all weights inside the model.",
    ),
    Refusal(
        "INPUT-NAME",
        "The model's input does not have the name that the card states.",
        "Correct the input name on the card, or leave it out.",
    ),
    Refusal(
        "INPUT-TYPE",
        "The model's input does not take 32-bit floating-point numbers.",
        "Export the model with a float32 input.",
    ),
    Refusal(
        "INPUT-SHAPE",
        "The model's input does not have the size, channels or layout that the card states.",
        "Correct height, width, channels and layout on the card, or export the model again.",
    ),
    Refusal(
        "OUTPUT-NAME",
        "The output that the card names is not among the model's outputs.",
        "Name the output on the card exactly as in the model. It is needed where there are "
        "several outputs.",
    ),
    Refusal(
        "OUTPUT-TYPE",
        "The model's output is not an array of floating-point numbers.",
        "Export the model so that its output is a float32 array.",
    ),
    Refusal(
        "OUTPUT-SHAPE",
        "The model's output does not have the shape that the card states.",
        "Check that the output has one row for each image, with as many numbers as the card says.",
    ),
    Refusal(
        "OUTPUT-TOO-LARGE",
        "The model's outputs are larger than this service accepts.",
        "Remove outputs that are not needed.",
    ),
)

_BEHAVIOUR = (
    Refusal(
        "OUTPUT-NOT-FINITE",
        "The model gave an output that is not a number, or infinite.",
        "Check the mean and scale on the card, and run the offline checker on your machine.",
    ),
    Refusal(
        "OUTPUT-CONSTANT",
        "The model gives the same output for different images.",
        "Check the mean and scale on the card, and that the exported weights are the trained ones.",
    ),
    Refusal(
        "OUTPUT-NOT-REPEATABLE",
        "The model gives different outputs for the same image.",
        "Remove random operations, such as dropout, and export the model for inference.",
    ),
    Refusal(
        "OUTPUT-DEPENDS-ON-BATCH",
        "The model's output for an image depends on the other images it is run with.",
        "Export the model for inference, not training. If its quantisation looks at the whole "
        "batch, export it with a fixed batch of 1.",
    ),
    Refusal(
        "OUTPUT-DIFFERS-WHEN-TIMED",
        "The model answered differently while its speed was measured.",
        "Send a model that gives the same answer for an image however often it is asked.",
    ),
)

_RUNNING = (
    Refusal(
        "MODEL-NOT-LOADED",
        "The runtime refused to load the model.",
        "Load the model with ONNX Runtime on your machine and correct what it reports.",
    ),
    Refusal(
        "MODEL-FAILED",
        "The runtime reported an error while it ran the model.",
        "Run the offline checker on your machine and correct what it reports.",
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
    Refusal(
        "MODEL-CPU",
        "The model used more processor time than allowed.",
        "Send a faster model, or ask us to raise the limit.",
    ),
    Refusal(
        "MODEL-MEMORY",
        "The model needs more memory than allowed.",
        "Send a model that runs within the memory limit shown in the check report.",
    ),
    Refusal(
        "MODEL-FORBIDDEN",
        "The model tried to do something that is not allowed.",
        "Send a model that only computes its output from its input.",
    ),
    Refusal(
        "MODEL-ENDS-WORKER",
        "Three times, the process that ran the model was gone while the model was at work.",
        "Look for steps that need far more memory than the others, and send a model without them.",
    ),
)

CATALOGUE: dict[str, Refusal] = {
    refusal.code: refusal
    for group in (_FILE, _CONTENT, _SHAPE, _BEHAVIOUR, _RUNNING)
    for refusal in group
}

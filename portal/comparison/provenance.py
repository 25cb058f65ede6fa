"""Where a figure comes from: the model, the card, the test set and the machine, to the bit."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.conf import settings

from evaluation.errors import ResultError
from evaluation.results import EvaluationResult, load_result
from evaluation.sandbox import layers_in_words
from portal.core import store, wording
from portal.core.task_words import words_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from portal.runs.models import EvaluationRun
    from portal.submissions.models import Submission

Rows = list[tuple[str, str]]
CardRows = list[tuple[str, Any]]
SIMILARITY_WORDS = {"cosine": "Cosine", "negative_euclidean": "Euclidean distance, negated"}


def result_of(run: EvaluationRun) -> EvaluationResult | None:
    """Return the run's result document; None where its file cannot be had or is damaged."""
    try:
        path = store.fetch(settings.ASSAY_DATA / run.result_file, sha256=run.result_sha256)
        return load_result(path)
    except (OSError, ResultError):
        return None


def model_rows(model: Submission) -> Rows:
    """Return what is known of the bytes that were received."""
    return [
        ("SHA-256 of the model", model.model_sha256),
        ("Size of the file", wording.filesize_uk(model.model_size_bytes)),
        ("Received", wording.uk_datetime(model.created_at)),
        ("Checked", wording.uk_datetime(model.checked_at) if model.checked_at else "Not yet"),
    ]


def card_rows(card: dict[str, Any]) -> Rows:
    """Return what the supplier's card says about the model and how to feed it."""
    fed: dict[str, Any] = card.get("input") or {}
    rows = [
        ("Task", words_of(card.get("task", "")).name),
        ("Description", card.get("description")),
        ("Licence", card.get("licence")),
        ("Input", _size(fed)),
        ("Colours and layout", f"{fed.get('color', 'RGB')}, {fed.get('layout', 'NCHW')}"),
        ("Normalisation", _normalisation(fed)),
        *ROWS_OF_TASK.get(card.get("task", ""), _no_rows)(card),
        ("Declared training data", _or_none_given(", ".join(card.get("training_data") or ()))),
    ]
    return [(name, str(value)) for name, value in rows if value]


def _recognition_rows(card: dict[str, Any]) -> CardRows:
    fed, given = card.get("input") or {}, card.get("output") or {}
    return [
        ("Alignment", "Its own five points" if fed.get("template") else "ArcFace's five points"),
        ("Mirrored images added", "Yes" if card.get("mirror") else "No"),
        ("Embedding size", given.get("dim")),
        ("Templates compared by", SIMILARITY_WORDS[card.get("similarity", "cosine")]),
        ("Its own face detector", (card.get("detector") or {}).get("name")),
        ("Recommended threshold", _or_none_given(card.get("recommended_threshold"))),
    ]


def _attack_rows(card: dict[str, Any]) -> CardRows:
    crop, given = card.get("crop") or {}, card.get("output") or {}
    cut = f"{crop['scale']:g} times the face's box" if crop else "As the test set has it"
    return [
        ("Face cut out", cut),
        ("Score read from", _score_words(given)),
        ("Recommended threshold", _or_none_given(card.get("recommended_threshold"))),
    ]


def _score_words(given: dict[str, Any]) -> str:
    index = given.get("live_index")
    if index is None:
        return "Its only output"
    return ", ".join(filter(None, [f"Class {index}, a live face", given.get("activation")]))


def _quality_rows(card: dict[str, Any]) -> CardRows:
    is_worse = (card.get("output") or {}).get("higher_is") == "worse"
    return [("A higher score means", "A worse image" if is_worse else "A better image")]


def _detection_rows(card: dict[str, Any]) -> CardRows:
    return [
        ("Layout of its outputs", card.get("decoder")),
        ("Score from which a box counts as a face", card.get("score")),
        ("Overlap at which the weaker of two boxes is dropped", card.get("nms")),
    ]


def _no_rows(_: dict[str, Any]) -> CardRows:
    return []


ROWS_OF_TASK: dict[str, Callable[[dict[str, Any]], CardRows]] = {
    "embedding": _recognition_rows,
    "pad": _attack_rows,
    "quality": _quality_rows,
    "detection": _detection_rows,
}
"""What is on a card for the models of one task alone."""


def _size(fed: dict[str, Any]) -> str:
    if not fed.get("width") or not fed.get("height"):
        return ""
    return f"{fed['width']} by {fed['height']} pixels"


def _normalisation(fed: dict[str, Any]) -> str:
    """Return how a pixel from 0 to 255 is scaled; one number where all channels share it."""
    if not fed.get("mean") or not fed.get("scale"):
        return ""
    if not any(fed["mean"]) and all(one == 1 for one in fed["scale"]):
        return "None: values from 0 to 255"
    mean, scale = _shared(fed["mean"]), _shared(fed["scale"])
    return f"(value \N{MINUS SIGN} {mean}) \N{MULTIPLICATION SIGN} {scale}"


def _shared(values: list[float]) -> str:
    words = [f"{value:.6g}" for value in values]
    return words[0] if len(set(words)) == 1 else f"({', '.join(words)})"


def _or_none_given(value: float | str | None) -> str:
    return "None given" if value is None or value == "" else str(value)


def run_rows(run: EvaluationRun, result: EvaluationResult | None) -> Rows:
    """Return what is needed to repeat a run."""
    rows = [
        ("Test set", f"{run.test_set.title}, revision {run.test_set.revision}"),
        ("SHA-256 of the test set", run.test_set.sha256),
        ("SHA-256 of the result", run.result_sha256),
        ("Started", wording.uk_datetime(run.started_at)),
        ("Finished", wording.uk_datetime(run.finished_at)),
    ]
    if result is None:
        return [*rows, ("Software and machine", "The result's file cannot be read.")]
    return rows + _machine_rows(result)


def _machine_rows(result: EvaluationResult) -> Rows:
    made = result.provenance
    versions = (
        f"Assay {made.assay_version}, ONNX Runtime {made.onnxruntime_version},"
        f" OpenCV {made.opencv_version}, NumPy {made.numpy_version}, Python {made.python_version}"
    )
    return [
        ("Software", versions),
        ("Machine", f"{made.cpu_model}, {made.cpu_count} processors, {made.platform}"),
        ("Threads", str(made.threads)),
        ("Random seed", f"{made.seed}, {made.bootstrap_replicates:,} bootstrap replicates"),
        ("SHA-256 of the face detector", made.detector_sha256 or "Not used"),
        ("Sandbox layers in force", layers_in_words(made.sandbox_layers)),
        ("Sandbox layers missing", layers_in_words(made.sandbox_layers_missing)),
        ("Memory at most", wording.filesize_uk(result.model.peak_memory_bytes)),
    ]

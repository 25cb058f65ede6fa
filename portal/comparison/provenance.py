"""Where a figure comes from: the model, the card, the test set and the machine, to the bit."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.conf import settings

from evaluation.errors import ResultError
from evaluation.results import EvaluationResult, load_result
from portal.core import wording

if TYPE_CHECKING:
    from portal.runs.models import EvaluationRun
    from portal.submissions.models import Submission

Rows = list[tuple[str, str]]


def result_of(run: EvaluationRun) -> EvaluationResult | None:
    """Return the run's result document; None where its file is not there or is damaged."""
    try:
        return load_result(Path(settings.ASSAY_DATA) / run.result_file)
    except ResultError:
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
    """Return what the supplier's card says about how to feed the model."""
    fed: dict[str, Any] = card.get("input") or {}
    given: dict[str, Any] = card.get("output") or {}
    rows = [
        ("Input", _size(fed)),
        ("Colours", str(fed.get("colour") or fed.get("color") or "")),
        ("Layout", str(fed.get("layout") or "")),
        ("Normalisation", _normalisation(fed)),
        ("Embedding size", str(given.get("dim") or "")),
        ("Compared by", str(given.get("similarity") or card.get("similarity") or "")),
        ("Recommended threshold", _threshold(card)),
    ]
    return [(name, value) for name, value in rows if value]


def _size(fed: dict[str, Any]) -> str:
    return f"{fed['width']} by {fed['height']} pixels" if "width" in fed and "height" in fed else ""


def _normalisation(fed: dict[str, Any]) -> str:
    mean, scale = fed.get("mean"), fed.get("scale")
    return "" if mean is None and scale is None else f"(value - {mean}) x {scale}"


def _threshold(card: dict[str, Any]) -> str:
    threshold = card.get("recommended_threshold")
    return "None given" if threshold is None else str(threshold)


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
        ("Sandbox layers in force", ", ".join(made.sandbox_layers) or "None"),
        ("Sandbox layers missing", ", ".join(made.sandbox_layers_missing) or "None"),
        ("Memory at most", wording.filesize_uk(result.model.peak_memory_bytes)),
    ]

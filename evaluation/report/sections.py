"""The parts of the HTML report, each made of one part of the result."""

from __future__ import annotations

from typing import TYPE_CHECKING

from evaluation.metrics.evidence import format_interval, format_percent, format_rate
from evaluation.report import tables
from evaluation.report.charts import det_chart, score_chart
from evaluation.report.line_chart import line_chart
from evaluation.report.markup import (
    Content,
    Html,
    details,
    element,
    join,
    scrolling,
    section,
    summary_list,
)
from evaluation.report.wording import (
    REASON_WORDS,
    bytes_text,
    count_text,
    eer_text,
    failures_text,
    figure_text,
    image_kind_text,
    moment_text,
)
from evaluation.sandbox import layers_in_words

if TYPE_CHECKING:
    from evaluation.report.part import Part
    from evaluation.results import EvaluationResult, VerificationResult


def identity(result: EvaluationResult) -> Html:
    """Which model was measured on which test set."""
    model, test_set = result.model, result.test_set
    return summary_list(
        [
            ("Model", f"{model.name}, version {model.version}"),
            ("Model SHA-256", element("code", model.sha256)),
            ("Card SHA-256", element("code", model.card_sha256)),
            ("Model size", bytes_text(model.size_bytes)),
            *_output(model.embedding_dim),
            ("Test set", f"{test_set.title} ({test_set.name}), revision {test_set.revision}"),
            ("Test set SHA-256", element("code", test_set.sha256)),
            (
                "Samples",
                (
                    f"{count_text(test_set.samples)} {image_kind_text(test_set)} of "
                    f"{count_text(test_set.subjects)} subjects"
                ),
            ),
            ("Failure to enrol", format_rate(result.failure_to_enrol.rate)),
        ]
    )


def _output(n_numbers: int) -> list[tuple[str, Content]]:
    """Say what the model gives for an image; a detector gives no fixed number."""
    return [("Output", f"{count_text(n_numbers)} numbers an image")] if n_numbers else []


def verification(result: VerificationResult, anchor: str) -> Html:
    """All figures of one protocol; ``anchor`` is unique in the page."""
    parts: list[Content] = [
        _counts(result),
        tables.operating_points(result),
        *([] if (own := tables.recommended_threshold(result)) is None else [own]),
        _figure(
            det_chart(result, anchor=f"{anchor}-det"),
            "False non-match rate against false match rate. The band is the 95% interval of the "
            "FNMR; dots are the operating points of the table; in the grey part figures are "
            "indicative. An FNMR of zero is drawn at the lower edge.",
            label=f"DET curve of {result.title}",
        ),
        details("Points of the DET curve as a table", tables.curve_table(result)),
        _figure(
            score_chart(result, anchor=f"{anchor}-scores"),
            "How the scores of mated and non-mated comparisons are distributed.",
            label=f"Scores of {result.title}",
        ),
        details("Counts by score as a table", tables.score_table(result)),
    ]
    if result.folds is not None:
        parts.append(tables.folds_table(result.title, result.folds))
    return section(result.title, *parts, anchor=anchor)


def _counts(result: VerificationResult) -> Html:
    rows: list[tuple[str, Content]] = [
        ("Protocol", result.protocol),
        ("Subjects", count_text(result.n_subjects)),
        ("Mated comparisons", _with_failed(result.n_mated, result.n_mated_failed, "non-matches")),
        (
            "Non-mated comparisons",
            _with_failed(result.n_non_mated, result.n_non_mated_failed, "no trials, left out"),
        ),
        ("Smallest FMR that can be shown", format_percent(result.smallest_printable_fmr)),
        ("Equal error rate (secondary)", eer_text(result)),
        ("Area under the curve (secondary)", f"{result.auc:.4f}"),
    ]
    if result.folds is not None:
        folds = result.folds
        rows.append(
            (
                f"Accuracy over {len(folds.per_fold)} folds",
                (
                    f"{format_percent(folds.accuracy)} ± {format_percent(folds.standard_error)} "
                    "(standard error); standard deviation "
                    f"{format_percent(folds.standard_deviation)}"
                ),
            )
        )
    return summary_list(rows)


def _with_failed(n: int, n_failed: int, counted_as: str) -> str:
    if not n_failed:
        return count_text(n)
    return f"{count_text(n)}; {count_text(n_failed)} without a template ({counted_as})"


def _figure(chart: Html, caption: str, *, label: str) -> Html:
    return element("figure", join([scrolling(chart, label=label), element("figcaption", caption)]))


def part(content: Part, anchor: str) -> Html:
    """Facts, charts and tables of a part; ``anchor`` is unique in the page."""
    made: list[Content] = [summary_list(content.facts)] if content.facts else []
    made += [element("p", note) for note in content.notes]
    made += [
        _figure(
            line_chart(chart, anchor=f"{anchor}-c{k}"),
            chart.sentence,
            label=f"Chart: {chart.title}",
        )
        for k, chart in enumerate(content.charts)
    ]
    made += [tables.plain(one) for one in content.tables]
    return section(content.title, *made, anchor=anchor)


def enrolment(result: EvaluationResult) -> Html:
    """Tell how many samples yielded no template, by reason."""
    failed = result.failure_to_enrol
    rows: list[tuple[str, Content]] = [
        ("Samples without a template", format_rate(failed.rate)),
        ("95% interval", format_interval(failed.rate)),
    ]
    rows += [
        (REASON_WORDS.get(reason, reason).capitalize(), count_text(count))
        for reason, count in sorted(failed.by_reason.items())
        if count
    ]
    note = failures_text(failed.rate)
    parts: list[Content] = [summary_list(rows), *([element("p", note)] if note else [])]
    return section("Failure to enrol", *parts, anchor="enrolment")


def provenance(result: EvaluationResult) -> Html:
    """List what is needed to repeat the measurement."""
    origin = result.provenance
    stages = ", ".join(
        f"{name} {figure_text(seconds)} s" for name, seconds in origin.stage_seconds.items()
    )
    rows: list[tuple[str, Content]] = [
        ("Started", moment_text(origin.started_at)),
        ("Finished", moment_text(origin.finished_at)),
        ("Assay", origin.assay_version),
        (
            "Software",
            (
                f"ONNX Runtime {origin.onnxruntime_version}, OpenCV {origin.opencv_version}, "
                f"NumPy {origin.numpy_version}, Python {origin.python_version}"
            ),
        ),
        ("System", f"{origin.platform}; {origin.cpu_model}, {origin.cpu_count} cores"),
        ("Threads", str(origin.threads)),
        ("Batch size", str(origin.batch_size or "not recorded")),
        ("JPEG quality of crops", str(origin.crop_quality or "crops were not compressed")),
        (
            "Seed and bootstrap replicates",
            f"{origin.seed}; {count_text(origin.bootstrap_replicates)}",
        ),
        ("Detector SHA-256", element("code", origin.detector_sha256 or "no detector was used")),
        ("Sandbox layers in force", layers_in_words(origin.sandbox_layers)),
        ("Sandbox layers missing", layers_in_words(origin.sandbox_layers_missing)),
        ("Time by stage", stages or "not recorded"),
    ]
    return section("Provenance", summary_list(rows), anchor="provenance")

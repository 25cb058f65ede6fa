"""Speed and size: what the model does on stated hardware."""

from __future__ import annotations

from typing import TYPE_CHECKING

from evaluation.report.part import Axis, LineChart, Part, Series, Table
from evaluation.report.wording import (
    SCENARIO_WORDS,
    bytes_text,
    count_text,
    figure_text,
    milliseconds_text,
    plural,
)

if TYPE_CHECKING:
    from evaluation.results import (
        EvaluationResult,
        SearchSpeed,
        ServerSpeed,
        SpeedConditions,
        ThroughputResult,
    )

STAGE_WORDS = {
    "decode": "read the image",
    "detect": "find the face",
    "align": "bring it into place",
    "infer": "run the model",
}
NOTES = (
    (
        "Measured inside the sandbox in a pass of its own, on inputs that lie ready. Times are "
        "of one machine and carry no interval."
    ),
)


def speed_part(result: EvaluationResult) -> Part:
    """Say how fast the model is, and on what."""
    if not result.throughput:
        return Part(title="Speed", notes=("Speed was not measured.",))
    search = result.search_speed
    tables = [_scenarios(result.throughput)]
    if result.server_speed is not None:
        tables.append(_server(result.server_speed))
    if search is not None and search.times:
        tables.append(_search(search))
    return Part(
        title="Speed",
        facts=(
            ("Time to load", f"{figure_text(result.model.load_seconds)} seconds"),
            ("Peak memory", bytes_text(result.model.peak_memory_bytes)),
            ("Model size", bytes_text(result.model.size_bytes)),
            *_conditions(result),
        ),
        notes=NOTES,
        charts=() if search is None or len(search.times) < 2 else (_chart(search),),
        tables=tuple(tables),
    )


def _conditions(result: EvaluationResult) -> tuple[tuple[str, str], ...]:
    found: SpeedConditions | None = result.speed_conditions
    if found is None:
        origin = result.provenance
        return (("Processor", f"{origin.cpu_model}, {plural(origin.cpu_count, 'core')}"),)
    stages = ", ".join(
        f"{STAGE_WORDS.get(name, name)} {figure_text(ms)} ms" for name, ms in found.stage_ms.items()
    )
    size = found.template_bytes
    return (
        *([] if size is None else [("Template size", bytes_text(size))]),
        ("Time for one image by stage, one core", stages or "not recorded"),
        ("Processor", f"{found.cpu_model}, {plural(found.cpu_count, 'core')}"),
        (
            "Runtime",
            f"ONNX Runtime {found.onnxruntime_version}, {', '.join(found.execution_providers)}",
        ),
    )


def _scenarios(results: tuple[ThroughputResult, ...]) -> Table:
    return Table(
        caption="Speed of the model inside the sandbox",
        columns=(
            "Scenario",
            "Cores",
            "Images/s",
            "Per core",
            "Median",
            "90%",
            "99%",
            "Batch",
            "Images",
        ),
        rows=tuple(
            (
                SCENARIO_WORDS[speed.scenario],
                str(speed.cores),
                figure_text(speed.samples_per_second),
                figure_text(speed.samples_per_second_per_core),
                milliseconds_text(speed.latency_p50_ms),
                milliseconds_text(speed.latency_p90_ms),
                milliseconds_text(speed.latency_p99_ms),
                str(speed.batch_size),
                count_text(speed.samples),
            )
            for speed in results
        ),
        is_main=True,
    )


def _server(found: ServerSpeed) -> Table:
    rate = found.rate_per_second
    return Table(
        caption=(
            "As a server: highest rate of images arriving by chance at which 99% are answered "
            f"within {figure_text(found.bound_ms)} ms"
        ),
        columns=("Images a second", "Median", "90%", "99%", "Images at that rate", "Processes"),
        rows=(
            (
                "none that could be tried" if rate is None else figure_text(rate),
                milliseconds_text(found.latency_p50_ms),
                milliseconds_text(found.latency_p90_ms),
                milliseconds_text(found.latency_p99_ms),
                count_text(found.queries),
                str(found.workers),
            ),
        ),
        note="Latency counts from the time at which an image was to arrive.",
        is_main=True,
    )


def _search(found: SearchSpeed) -> Table:
    note = "Every template is compared; one probe at a time, on one core, with made-up templates."
    if found.exponent is not None and found.scale_ms is not None:
        note += f" Fitted: {found.scale_ms:.3g} ms times N to the power of {found.exponent:.2f}."
    return Table(
        caption=f"Time of one search against the size of the gallery, best {found.top} returned",
        columns=("Templates enrolled (N)", "Median", "90%", "Comparisons a second", "Searches"),
        rows=tuple(
            (
                count_text(time.gallery_size),
                milliseconds_text(time.median_ms),
                milliseconds_text(time.p90_ms),
                figure_text(time.comparisons_per_second),
                count_text(time.searches),
            )
            for time in found.times
        ),
        note=note,
        is_main=True,
    )


def _chart(found: SearchSpeed) -> LineChart:
    last = found.times[-1]
    return LineChart(
        title="Time of one search",
        sentence=(
            f"Median time of one exhaustive search; with {count_text(last.gallery_size)} templates "
            f"{figure_text(last.median_ms)} ms."
        ),
        x=Axis("Templates enrolled (N)", is_log=True),
        y=Axis("Median time, ms", is_log=True),
        series=(
            Series(
                "Median",
                tuple(float(time.gallery_size) for time in found.times),
                tuple(time.median_ms for time in found.times),
            ),
        ),
    )

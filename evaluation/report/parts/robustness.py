"""Image conditions: how misses grow as images get worse."""

from __future__ import annotations

from typing import TYPE_CHECKING

from evaluation.metrics.evidence import format_interval, format_rate, format_target
from evaluation.report.part import Axis, LineChart, Part, Series, Table
from evaluation.report.wording import count_text, figure_text, threshold_text
from evaluation.results import Evidence

if TYPE_CHECKING:
    from evaluation.results import ConditionResult, RobustnessPoint, RobustnessResult

CONDITION_WORDS = {
    "inter_eye_distance": ("Fewer pixels", "Pixels between the eyes"),
    "blur": ("Blur", "Blur, % of eye distance"),
    "jpeg_quality": ("Compression", "JPEG quality"),
    "noise": ("Noise", "Noise, grey levels of 255"),
    "darkness": ("Darkness", "Part of the light taken away"),
    "glare": ("Glare", "Part of white added from one side"),
    "mask": ("Face mask", "Part of the lower face covered"),
    "sunglasses": ("Dark glasses", "Part of the light kept back"),
    "hat": ("Hat", "Part of the forehead covered"),
    "rotation": ("Rotation", "Degrees in the picture's plane"),
}
"""Name of each condition, and what its steps are."""

NOTES = (
    (
        "The probe's image is made worse in steps; the reference stays as it is. The threshold "
        "is fixed on the clean images."
    ),
    (
        "FNMR has doubled at the first step at which it is at least twice the clean one. The "
        "doubling is beyond chance where the 95% interval of the difference, drawn over the same "
        "people, lies above it."
    ),
)


def robustness_part(found: RobustnessResult) -> Part:
    """Say at which step of each condition FNMR doubles, and show every step."""
    shown = [one for one in found.points if one.evidence is not Evidence.NOT_ENOUGH]
    main = main_point(found)
    return Part(
        title=f"Image conditions: {found.title}",
        facts=(
            ("Mated comparisons", count_text(found.n_mated)),
            ("Non-mated comparisons", count_text(found.n_non_mated)),
            ("Subjects", count_text(found.n_subjects)),
            ("Comparisons of the protocol", found.base),
        ),
        notes=NOTES,
        charts=tuple(_chart(one, main) for one in main.conditions) if main else (),
        tables=tuple(
            table
            for point in shown
            for table in (
                [_doubling(point, is_main=True), _steps(point)]
                if point is main
                else [_doubling(point, is_main=False)]
            )
        ),
    )


def main_point(found: RobustnessResult) -> RobustnessPoint | None:
    """Return the strictest operating point that the clean set supports well, else any."""
    order = (Evidence.SUFFICIENT, Evidence.INDICATIVE)
    for wanted in order:
        fitting = [one for one in found.points if one.evidence is wanted]
        if fitting:
            return min(fitting, key=lambda one: one.target_fmr)
    return None


def _doubling(point: RobustnessPoint, *, is_main: bool) -> Table:
    return Table(
        caption=(
            f"Where misses double, at the threshold for FMR {format_target(point.target_fmr)} "
            f"({threshold_text(point.threshold)}); clean FNMR {format_rate(point.clean_fnmr)}"
        ),
        columns=("Condition", "Steps", "Doubles at", "Beyond chance at"),
        rows=tuple(
            (
                words(one.condition)[0],
                " · ".join(figure_text(step.step) for step in one.steps),
                _step(one.doubles_at),
                _step(one.surely_doubles_at),
            )
            for one in point.conditions
        ),
        is_main=is_main,
    )


def _steps(point: RobustnessPoint) -> Table:
    rows = [(words(one.condition)[0], step) for one in point.conditions for step in one.steps]
    return Table(
        caption=f"Every step at the threshold for FMR {format_target(point.target_fmr)}",
        columns=("Condition", "Step", "FNMR", "FNMR, 95% interval", "FMR"),
        rows=tuple(
            (
                name,
                figure_text(step.step),
                format_rate(step.fnmr),
                format_interval(step.fnmr),
                format_rate(step.fmr),
            )
            for name, step in rows
        ),
        muted=tuple(step.fnmr.evidence is not Evidence.SUFFICIENT for _, step in rows),
    )


def _chart(one: ConditionResult, point: RobustnessPoint) -> LineChart:
    name, axis = words(one.condition)
    doubled = _step(one.doubles_at)
    return LineChart(
        title=f"{name}: FNMR by step",
        sentence=(
            f"FNMR at the threshold for FMR {format_target(point.target_fmr)}; on clean images "
            f"{format_rate(point.clean_fnmr)}. It doubles at: {doubled}."
        ),
        x=Axis(axis),
        y=Axis("False non-match rate (FNMR)", is_rate=True),
        series=(
            Series(
                name,
                tuple(step.step for step in one.steps),
                tuple(step.fnmr.value for step in one.steps),
                tuple(step.fnmr.low for step in one.steps),
                tuple(step.fnmr.high for step in one.steps),
            ),
        ),
    )


def words(condition: str) -> tuple[str, str]:
    """Name of a condition, and of its steps; its own name where it is not known here."""
    return CONDITION_WORDS.get(condition, (condition, condition))


def _step(step: float | None) -> str:
    return "not within these steps" if step is None else figure_text(step)

"""Protocols that need no list of their own, added to whatever a source brings."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pydantic import ValidationError

from evaluation.errors import TestSetError
from evaluation.testsets.importers.details import ALL_PAIRS_NAME, ALL_PAIRS_TITLE
from evaluation.testsets.manifest import ConditionSteps, Degradation
from evaluation.testsets.new import NewAllPairs, NewLeaveOneOut, NewQuality, NewRobustness

if TYPE_CHECKING:
    from collections.abc import Sequence

    from evaluation.testsets.new import NewProtocol

LEAVE_ONE_OUT_NAME = "leave_one_out"
LEAVE_ONE_OUT_TITLE = "Each sample searched among all others"

DEFAULT_CONDITIONS = tuple(
    ConditionSteps(condition=condition, steps=steps)
    for condition, steps in (
        (Degradation.INTER_EYE_DISTANCE, (32.0, 24.0, 16.0, 12.0, 8.0)),
        (Degradation.BLUR, (2.0, 4.0, 8.0, 16.0)),
        (Degradation.JPEG_QUALITY, (50.0, 30.0, 15.0, 5.0)),
        (Degradation.NOISE, (5.0, 10.0, 20.0, 40.0)),
        (Degradation.DARKNESS, (0.5, 0.75, 0.9)),
        (Degradation.GLARE, (0.25, 0.5, 0.75)),
        (Degradation.MASK, (0.5, 0.75, 1.0)),
        (Degradation.SUNGLASSES, (0.5, 0.75, 1.0)),
        (Degradation.HAT, (0.5, 1.0)),
        (Degradation.ROTATION, (5.0, 15.0, 30.0, 45.0)),
    )
)
"""Every condition, from a step that a good photograph may have to one that hides the face."""


def condition_steps(
    conditions: Sequence[tuple[str, Sequence[float]]],
) -> tuple[ConditionSteps, ...]:
    """Conditions by name with their steps, checked.

    Raises
    ------
    TestSetError
        There is no such condition, it has no step or too many, or a step lies out of its
        range or before a milder one.
    """
    known = [condition.value for condition in Degradation]
    for name, _ in conditions:
        if name not in known:
            raise TestSetError(f"there is no condition '{name}'; there are {', '.join(known)}")
    return tuple(_steps(Degradation(name), tuple(steps)) for name, steps in conditions)


def _steps(condition: Degradation, steps: tuple[float, ...]) -> ConditionSteps:
    try:
        return ConditionSteps(condition=condition, steps=steps)
    except ValidationError as error:
        problem = error.errors()[0]["msg"].removeprefix("Value error, ")
        raise TestSetError(f"condition {condition}: {problem}") from error


@dataclass(frozen=True, slots=True)
class Further:
    """Protocols to add on the same samples.

    Attributes
    ----------
    all_pairs, leave_one_out : bool
        Added under these names, unless the source brings a protocol of that name.
    robustness, quality : tuple of str
        Names of the protocols to build on; the new one is called ``BASE_robustness`` or
        ``BASE_quality``.
    conditions : tuple of ConditionSteps
        Of every robustness protocol.
    """

    all_pairs: bool = False
    leave_one_out: bool = False
    robustness: tuple[str, ...] = ()
    quality: tuple[str, ...] = ()
    conditions: tuple[ConditionSteps, ...] = DEFAULT_CONDITIONS

    def added_to(self, protocols: Sequence[NewProtocol]) -> list[NewProtocol]:
        """Protocols of a source, then those asked for that it does not bring itself."""
        added: list[NewProtocol] = []
        if self.all_pairs:
            added.append(NewAllPairs(ALL_PAIRS_NAME, ALL_PAIRS_TITLE))
        if self.leave_one_out:
            added.append(NewLeaveOneOut(LEAVE_ONE_OUT_NAME, LEAVE_ONE_OUT_TITLE))
        for base in self.robustness:
            title = f"Probes of '{base}' made worse in steps"
            added.append(NewRobustness(f"{base}_robustness", title, base, self.conditions))
        for base in self.quality:
            title = f"Quality judged by the errors of '{base}'"
            added.append(NewQuality(f"{base}_quality", title, base))
        known = {protocol.name for protocol in protocols}
        return [*protocols, *(one for one in added if one.name not in known)]

"""Groups as people type them: one a line, "sex; female; 3; 120,000"."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from portal.core.errors import InvalidInputError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from portal.deployments.models import FieldGroup

MOST_GROUPS = 60
LONGEST = 60
FORM = "attribute; group; false alerts; faces seen"


@dataclass(frozen=True, slots=True)
class GroupCount:
    """False alerts of one group, and how many of its faces were seen, where that is known."""

    attribute: str
    value: str
    false_alerts: int
    faces: int | None = None


def counts_of(text: str) -> list[GroupCount]:
    """Read the lines.

    Raises
    ------
    InvalidInputError
        A line is not of the form, with its number and what is wrong with it.
    """
    lines = [(number, line) for number, line in enumerate(text.splitlines(), 1) if line.strip()]
    return [_count(number, line) for number, line in lines]


def _count(number: int, line: str) -> GroupCount:
    parts = [part.strip() for part in line.split(";")]
    if len(parts) not in (3, 4) or not parts[0] or not parts[1]:
        raise _wrong(number, f"is not of the form “{FORM}”")
    if max(len(parts[0]), len(parts[1])) > LONGEST:
        raise _wrong(number, f"has a name of more than {LONGEST} letters")
    try:
        numbers = [int(part.replace(",", "")) for part in parts[2:] if part]
    except ValueError:
        raise _wrong(number, "has something that is not a whole number") from None
    if not numbers or min(numbers) < 0:
        raise _wrong(number, "needs a number of false alerts, 0 or more")
    return GroupCount(parts[0], parts[1], *numbers)


def _wrong(number: int, what: str) -> InvalidInputError:
    return InvalidInputError(f"Line {number} of the groups {what}.", field="groups")


def lines_of(groups: Iterable[FieldGroup]) -> str:
    """Write recorded groups as they are typed."""
    return "\n".join(
        "; ".join(
            [one.attribute, one.value, str(one.false_alerts)]
            + ([str(one.faces)] if one.faces is not None else [])
        )
        for one in groups
    )


def check_groups(groups: Iterable[GroupCount], *, false_alerts: int, faces: int) -> None:
    """Refuse groups that do not fit the deployment.

    Raises
    ------
    InvalidInputError
        A group stands twice, has more false alerts than faces, or an attribute's groups have more
        than there were in all.
    """
    groups = list(groups)
    if len(groups) > MOST_GROUPS:
        raise InvalidInputError(f"Enter at most {MOST_GROUPS} groups.", field="groups")
    sums: dict[str, list[int]] = {}
    seen: set[tuple[str, str]] = set()
    for one in groups:
        name = f"{one.attribute}: {one.value}"
        if (one.attribute, one.value) in seen:
            raise InvalidInputError(f"The group {name} stands there twice.", field="groups")
        if one.faces is not None and one.false_alerts > one.faces:
            raise InvalidInputError(
                f"The group {name} has more false alerts than faces.", field="groups"
            )
        seen.add((one.attribute, one.value))
        total = sums.setdefault(one.attribute, [0, 0])
        total[0] += one.false_alerts
        total[1] += one.faces or 0
    _check_sums(sums, false_alerts=false_alerts, faces=faces)


def _check_sums(sums: Mapping[str, list[int]], *, false_alerts: int, faces: int) -> None:
    for attribute, (alerts, seen) in sums.items():
        if alerts > false_alerts:
            raise InvalidInputError(
                f"The groups of {attribute} have {alerts:,} false alerts together, and there were"
                f" {false_alerts:,} in all.",
                field="groups",
            )
        if seen > faces:
            raise InvalidInputError(
                f"The groups of {attribute} have {seen:,} faces together, and {faces:,} were seen"
                " in all.",
                field="groups",
            )

"""A samples CSV that says of each sample whether it is enrolled or searched for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from evaluation.errors import TestSetError
from evaluation.testsets.importers.details import IDENTIFICATION_NAME, IDENTIFICATION_TITLE
from evaluation.testsets.importers.samples_table import SampleColumns, read_samples
from evaluation.testsets.importers.source import Source
from evaluation.testsets.new import NewIdentification

if TYPE_CHECKING:
    from pathlib import Path

    from evaluation.testsets.importers.samples_table import SamplesTable


@dataclass(frozen=True, slots=True)
class RoleColumns:
    """The column of roles, and its words; an empty cell takes no part in searches.

    Attributes
    ----------
    gallery, probe, unknown : str
        Enrolled; searched for; searched for, of somebody who is not enrolled and who may
        have no name.
    """

    role: str = "role"
    gallery: str = "gallery"
    probe: str = "probe"
    unknown: str = "unknown"


def read_identification_csv(
    samples_csv: Path,
    images: Path,
    *,
    columns: SampleColumns | None = None,
    roles: RoleColumns | None = None,
    landmarks_csv: Path | None = None,
    gallery_sizes: tuple[int, ...] = (),
) -> Source:
    """Read a samples table with roles.

    Raises
    ------
    TestSetError
        A role is no such word, somebody unknown is enrolled, or a role has no sample;
        names the file and line.
    """
    columns, roles = columns or SampleColumns(), roles or RoleColumns()
    samples = read_samples(
        samples_csv, columns, landmarks_csv=landmarks_csv, further=[roles.role], anonymous=True
    )
    names = _by_role(samples, roles)
    _refuse_enrolled_unknown(samples, names[roles.gallery], names[roles.unknown])
    probes = [*names[roles.probe], *names[roles.unknown]]
    if not names[roles.gallery] or not probes:
        missing = roles.probe if names[roles.gallery] else roles.gallery
        raise TestSetError(f"no sample has the role '{missing}'", path=samples_csv)
    protocol = NewIdentification(
        IDENTIFICATION_NAME, IDENTIFICATION_TITLE, names[roles.gallery], probes, gallery_sizes
    )
    unknown = set(names[roles.unknown])
    subjects = {
        name: samples.subject(name)
        or (f"{roles.unknown}/{name}" if name in unknown else row.name(columns.subject))
        for name, row in samples.rows.items()
    }
    return Source(samples.new_samples(images, subjects), [protocol], columns.attributes)


def _by_role(samples: SamplesTable, roles: RoleColumns) -> dict[str, list[str]]:
    names: dict[str, list[str]] = {roles.gallery: [], roles.probe: [], roles.unknown: []}
    for name, row in samples.rows.items():
        role = row.text(roles.role)
        if role and role not in names:
            row.fail(f"{roles.role} is '{role}', not one of {', '.join(names)}")
        if role:
            names[role].append(name)
    return names


def _refuse_enrolled_unknown(samples: SamplesTable, gallery: list[str], unknown: list[str]) -> None:
    enrolled = {samples.subject(name): name for name in reversed(gallery)}
    for name in unknown:
        other = enrolled.get(samples.subject(name))
        if other is not None and samples.subject(name):
            row = samples.rows[name]
            row.fail(
                f"'{name}' cannot be unknown: '{samples.subject(name)}' is enrolled with '{other}'"
                f" on line {samples.rows[other].line}"
            )

"""A CSV of bona fide presentations and attacks, one image a line."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from evaluation.errors import TestSetError
from evaluation.testsets.importers.details import (
    PRESENTATION_ATTACK_NAME,
    PRESENTATION_ATTACK_TITLE,
)
from evaluation.testsets.importers.files import locate_listed
from evaluation.testsets.importers.source import Source
from evaluation.testsets.new import NewPresentationAttack, NewSample, Origin
from evaluation.testsets.tables import read_table

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from evaluation.testsets.importers.boxes import BoxColumns
    from evaluation.testsets.tables import Row

ONLY_SPECIES = "attack"


@dataclass(frozen=True, slots=True)
class PresentationAttackColumns:
    """What the columns and the labels are called.

    Attributes
    ----------
    image : str
        Path inside the folder of images.
    label, bona_fide, attack : str
        Column of the label, and its two values.
    species : str or None
        Column of the attack species; None puts all attacks into one species.
    subject : str or None
        Column of the subject; None where nobody says who is shown.
    attributes : tuple of str
        Columns to keep as sample attributes.
    box : BoxColumns or None
        Face box, which many models need to cut their input.
    """

    image: str = "image"
    label: str = "label"
    bona_fide: str = "bona_fide"
    attack: str = "attack"
    species: str | None = "species"
    subject: str | None = None
    attributes: tuple[str, ...] = ()
    box: BoxColumns | None = None


def read_presentation_attack_csv(
    table: Path, images: Path, *, columns: PresentationAttackColumns | None = None
) -> Source:
    """Read a CSV of bona fide presentations and attacks.

    Parameters
    ----------
    table : Path
        UTF-8 with a header line.
    images : Path
        Folder of the image files.

    Raises
    ------
    TestSetError
        A label is neither of the two, an attack has no species or a bona fide
        presentation has one, or an image stands twice; names the file and line.
    """
    columns = columns or PresentationAttackColumns()
    optional = [name for name in (columns.species, columns.subject) if name]
    box = columns.box.names if columns.box else ()
    needed = (columns.image, columns.label, *columns.attributes, *optional, *box)
    rows: dict[str, Row] = {}
    for row in read_table(table, needed)[1]:
        name = row.name(columns.image)
        if name in rows:
            row.fail(f"'{name}' stands already on line {rows[name].line}")
        rows[name] = row
    if not rows:
        raise TestSetError("the table names no image", path=table)
    species = [(name, _species(row, columns)) for name, row in rows.items()]
    protocol = NewPresentationAttack(PRESENTATION_ATTACK_NAME, PRESENTATION_ATTACK_TITLE, species)
    return Source(
        _samples(images, rows, columns),
        [protocol],
        columns.attributes,
        subjects_known=columns.subject is not None,
    )


def _species(row: Row, columns: PresentationAttackColumns) -> str:
    label = row.name(columns.label)
    if label not in (columns.bona_fide, columns.attack):
        row.fail(f"{columns.label} is '{label}', not '{columns.bona_fide}' or '{columns.attack}'")
    attack = label == columns.attack
    if columns.species is None:
        return ONLY_SPECIES if attack else ""
    species = row.text(columns.species).strip()
    if attack and not species:
        row.fail(f"{columns.species} is empty, but this is an attack")
    if species and not attack:
        row.fail(f"{columns.species} is '{species}', but this is no attack")
    return species


def _samples(
    images: Path, rows: Mapping[str, Row], columns: PresentationAttackColumns
) -> Iterator[NewSample]:
    for name, row in rows.items():
        origin = Origin(row.path, row.line)
        yield NewSample(
            sample=name,
            image=locate_listed(images, name, origin),
            suffix=PurePosixPath(name).suffix,
            subject=row.name(columns.subject) if columns.subject else name,
            attributes={attribute: row.text(attribute) for attribute in columns.attributes},
            origin=origin,
            box=columns.box.read(row) if columns.box else None,
        )

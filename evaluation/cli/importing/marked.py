"""Layouts for models of detection and of presentation attacks."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from evaluation.cli.importing.options import (
    BOX_COLUMNS,
    add_attributes,
    add_box,
    add_columns,
    add_landmark_columns,
    beside,
    box_columns,
)

if TYPE_CHECKING:
    import argparse

    from evaluation.cli.importing.options import Layouts
    from evaluation.testsets.importers import Source


def add(layouts: Layouts) -> None:
    """Declare the layouts."""
    _wider_face(layouts)
    _detection_csv(layouts)
    _presentation_attack_csv(layouts)


def _wider_face(layouts: Layouts) -> None:
    text = "WIDER FACE: pictures with a list of marked faces."
    parser = layouts.add("wider-face", text, _read_wider_face)
    parser.add_argument("annotations", type=Path, help="such as wider_face_val_bbx_gt.txt")
    parser.add_argument("images", type=Path, help="such as WIDER_val/images")


def _read_wider_face(args: argparse.Namespace) -> Source:
    from evaluation.testsets.importers import read_wider_face  # heavy: only when importing

    return read_wider_face(args.annotations, args.images)


def _table_and_images(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("table", type=Path, help="CSV with a header line")
    parser.add_argument(
        "images", type=Path, help="folder of the images, perhaps relative to the table's folder"
    )
    add_columns(parser, "image")


def _detection_csv(layouts: Layouts) -> None:
    text = "A CSV of faces marked in images, one face a line, with its own column names."
    parser = layouts.add("detection-csv", text, _read_detection_csv)
    _table_and_images(parser)
    add_box(parser)
    parser.set_defaults(box_columns=list(BOX_COLUMNS))
    add_landmark_columns(parser, None)
    parser.add_argument(
        "--ignored-column", metavar="NAME",
        help="1 for a face that counts neither as found nor as missed",
    )  # fmt: skip
    parser.add_argument(
        "--all-images", action="store_true", help="take the folder's other images as without a face"
    )


def _read_detection_csv(args: argparse.Namespace) -> Source:
    from evaluation.testsets.importers import (  # heavy: only when importing
        BoxColumns,
        DetectionColumns,
        read_detection_csv,
    )

    columns = DetectionColumns(
        image=args.image_column,
        box=box_columns(args) or BoxColumns(),
        landmarks=tuple(args.landmark_columns or ()),
        ignored=args.ignored_column,
    )
    images = beside(args.table, args.images)
    return read_detection_csv(args.table, images, columns=columns, all_images=args.all_images)


def _presentation_attack_csv(layouts: Layouts) -> None:
    text = "A CSV of bona fide presentations and attacks, with its own column names."
    parser = layouts.add("presentation-attack-csv", text, _read_presentation_attack_csv)
    _table_and_images(parser)
    add_columns(parser, "label", "species")
    parser.add_argument("--no-species", action="store_true", help="all attacks are of one species")
    parser.add_argument("--bona-fide-label", default="bona_fide", metavar="WORD")
    parser.add_argument("--attack-label", default="attack", metavar="WORD")
    parser.add_argument("--subject-column", metavar="NAME", help="where the table says who it is")
    add_attributes(parser)
    add_box(parser)


def _read_presentation_attack_csv(args: argparse.Namespace) -> Source:
    from evaluation.testsets.importers import (  # heavy: only when importing
        PresentationAttackColumns,
        read_presentation_attack_csv,
    )

    columns = PresentationAttackColumns(
        image=args.image_column,
        label=args.label_column,
        bona_fide=args.bona_fide_label,
        attack=args.attack_label,
        species=None if args.no_species else args.species_column,
        subject=args.subject_column,
        attributes=tuple(args.attribute_column),
        box=box_columns(args),
    )
    return read_presentation_attack_csv(
        args.table, beside(args.table, args.images), columns=columns
    )

"""Options that several layouts share."""

from __future__ import annotations

import argparse
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from evaluation.testsets.importers import BoxColumns, SampleColumns, Source

    Reader = Callable[[argparse.Namespace], Source]

BOX_COLUMNS = ("box_x", "box_y", "box_width", "box_height")
LANDMARK_COLUMNS = tuple(f"{axis}{point}" for point in range(5) for axis in "xy")


@dataclass(frozen=True, slots=True)
class Layouts:
    """Where a module adds its sub-commands."""

    subparsers: Any
    common: argparse.ArgumentParser

    def add(self, name: str, text: str, reader: Reader) -> argparse.ArgumentParser:
        """Parser of one layout with the options of all; ``text`` is its sentence of help."""
        parser: argparse.ArgumentParser = self.subparsers.add_parser(
            name, help=text, description=text, parents=[self.common]
        )
        parser.set_defaults(reader=reader, image_kind="photograph")
        return parser


def add_image_kind(parser: argparse.ArgumentParser, default: str = "photograph") -> None:
    """Declare ``--image-kind``; a layout without it holds photographs."""
    parser.add_argument(
        "--image-kind",
        choices=("aligned", "photograph"),
        default=default,
        help="aligned: 112x112 crops on the ArcFace template; photograph: a detector or "
        f"landmarks must find the face (default {default})",
    )


def add_columns(parser: argparse.ArgumentParser, *names: str) -> None:
    """Declare ``--NAME-column`` for columns that are called so by default."""
    for name in names:
        parser.add_argument(
            f"--{name}-column", default=name, metavar="NAME", help=f"default: {name}"
        )


def add_attributes(parser: argparse.ArgumentParser) -> None:
    """Declare ``--attribute-column``."""
    parser.add_argument(
        "--attribute-column", action="append", default=[], metavar="NAME",
        help="keep this column of the samples as an attribute; may be repeated",
    )  # fmt: skip


def add_box(parser: argparse.ArgumentParser) -> None:
    """Declare the columns of a face box."""
    parser.add_argument(
        "--box-columns", nargs=4, metavar=("X", "Y", "W", "H"),
        help=f"columns of the face box in pixels of the image, for example {' '.join(BOX_COLUMNS)}",
    )  # fmt: skip
    parser.add_argument(
        "--box-corners", action="store_true",
        help="the last two box columns are the right and bottom edge, not width and height",
    )  # fmt: skip


def add_landmark_columns(parser: argparse.ArgumentParser, default: Sequence[str] | None) -> None:
    """Declare the columns of five landmarks."""
    parser.add_argument(
        "--landmark-columns", nargs=10, default=default, metavar="NAME",
        help="x and y of the eyes, nose and mouth corners in pixels of the image"
        + (f" (default {' '.join(default)})" if default else ""),
    )  # fmt: skip


def add_samples(parser: argparse.ArgumentParser) -> None:
    """Declare a table of samples with its folder of images."""
    parser.add_argument("--samples", type=Path, required=True, metavar="CSV")
    parser.add_argument(
        "--images", type=Path, required=True, metavar="DIR",
        help="folder of the images; like other tables it may be given relative to the folder "
        "of --samples",
    )  # fmt: skip
    parser.add_argument("--landmarks", type=Path, metavar="CSV", help="five points of each sample")
    add_columns(parser, "sample", "file", "subject")
    parser.add_argument(
        "--landmark-sample-column", default="", metavar="NAME", help="default: --sample-column"
    )
    add_landmark_columns(parser, LANDMARK_COLUMNS)
    add_attributes(parser)
    add_box(parser)


def add_gallery_sizes(parser: argparse.ArgumentParser) -> None:
    """Declare ``--gallery-sizes``."""
    parser.add_argument(
        "--gallery-sizes", type=whole_numbers, default=(), metavar="N,N",
        help="numbers of enrolled people to measure with beside all of them, rising",
    )  # fmt: skip


def whole_numbers(text: str) -> tuple[int, ...]:
    """Whole numbers of an option, divided by commas."""
    return tuple(int(part) for part in text.split(","))


def numbers(text: str) -> tuple[float, ...]:
    """Numbers of an option, divided by commas."""
    return tuple(float(part) for part in text.split(","))


def box_columns(args: argparse.Namespace) -> BoxColumns | None:
    """Box columns that were asked for."""
    from evaluation.testsets.importers import BoxColumns  # heavy: only when importing

    if not args.box_columns:
        return None
    x, y, width, height = args.box_columns
    return BoxColumns((x, y, width, height), corners=args.box_corners)


def sample_columns(args: argparse.Namespace) -> SampleColumns:
    """Columns of a samples table as they were named."""
    from evaluation.testsets.importers import SampleColumns  # heavy: only when importing

    return SampleColumns(
        sample=args.sample_column,
        file=args.file_column,
        subject=args.subject_column,
        attributes=tuple(args.attribute_column),
        landmark_sample=args.landmark_sample_column,
        landmarks=tuple(args.landmark_columns),
        box=box_columns(args),
    )


def beside(table: Path, path: Path) -> Path:
    """Path as given where it exists, else beside the table."""
    found = table.parent / path
    return found if not path.exists() and found.exists() else path


def beside_optional(table: Path, path: Path | None) -> Path | None:
    """As ``beside``, for a table that need not be given."""
    return None if path is None else beside(table, path)

"""Layouts of a gallery and of probes that are searched in it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from evaluation.cli.importing.options import add_gallery_sizes, add_image_kind

if TYPE_CHECKING:
    import argparse

    from evaluation.cli.importing.options import Layouts, Reader
    from evaluation.testsets.importers import Source


def add(layouts: Layouts) -> None:
    """Declare the layouts."""
    _folder(
        layouts, "identity-tree", _read_tree,
        "One folder per subject, directly or in gallery/, probe/ and unknown/.",
        "folder of the subjects' folders",
    )  # fmt: skip
    _folder(
        layouts, "tinyface", _read_tinyface,
        "TinyFace: small faces searched in a gallery with distractors.",
        "Testing_Set or the folder above",
    )  # fmt: skip
    _folder(
        layouts, "survface", _read_survface,
        "QMUL-SurvFace: surveillance faces searched with and without a mate.",
        "Face_Identification_Test_Set or the folder above",
    )  # fmt: skip
    scface = _folder(
        layouts, "scface", _read_scface,
        "SCface: surveillance cameras at three distances searched among mugshots.",
        "folder of mugshot_frontal_original_all/ and surveillance_cameras_...",
    )  # fmt: skip
    scface.add_argument("--mugshots", choices=("original", "cropped"), default="original")


def _folder(
    layouts: Layouts, name: str, reader: Reader, text: str, root: str
) -> argparse.ArgumentParser:
    parser = layouts.add(name, text, reader)
    parser.add_argument("root", type=Path, help=root)
    add_gallery_sizes(parser)
    add_image_kind(parser)
    return parser


def _read_tree(args: argparse.Namespace) -> Source:
    from evaluation.testsets.importers import read_identity_tree  # heavy: only when importing

    return read_identity_tree(args.root, gallery_sizes=args.gallery_sizes)


def _read_tinyface(args: argparse.Namespace) -> Source:
    from evaluation.testsets.importers import read_tinyface  # heavy: only when importing

    return read_tinyface(args.root, gallery_sizes=args.gallery_sizes)


def _read_survface(args: argparse.Namespace) -> Source:
    from evaluation.testsets.importers import read_survface  # heavy: only when importing

    return read_survface(args.root, gallery_sizes=args.gallery_sizes)


def _read_scface(args: argparse.Namespace) -> Source:
    from evaluation.testsets.importers import read_scface  # heavy: only when importing

    return read_scface(args.root, mugshots=args.mugshots, gallery_sizes=args.gallery_sizes)

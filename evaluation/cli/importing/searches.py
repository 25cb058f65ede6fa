"""Layouts of a gallery and of probes that are searched in it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from evaluation.cli.importing.options import add_gallery_sizes, add_image_kind

if TYPE_CHECKING:
    import argparse

    from evaluation.cli.importing.options import Layouts
    from evaluation.testsets.importers import Source


def add(layouts: Layouts) -> None:
    """Declare the layouts."""
    _tree(layouts)


def _tree(layouts: Layouts) -> None:
    text = "One folder per subject, directly or in gallery/, probe/ and unknown/."
    parser = layouts.add("identity-tree", text, _read_tree)
    parser.add_argument("root", type=Path, help="folder of the subjects' folders")
    add_gallery_sizes(parser)
    add_image_kind(parser)


def _read_tree(args: argparse.Namespace) -> Source:
    from evaluation.testsets.importers import read_identity_tree  # heavy: only when importing

    return read_identity_tree(args.root, gallery_sizes=args.gallery_sizes)

"""Layouts of pairs that come with groups or views of people: RFW, BFW and CFP."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from evaluation.cli.importing.options import add_image_kind

if TYPE_CHECKING:
    import argparse

    from evaluation.cli.importing.options import Layouts
    from evaluation.testsets.importers import Source


def add(layouts: Layouts) -> None:
    """Declare the layouts."""
    _rfw(layouts)
    _bfw(layouts)
    _cfp(layouts)


def _rfw(layouts: Layouts) -> None:
    text = "Racial Faces in-the-Wild: four groups with pairs and landmarks."
    parser = layouts.add("rfw", text, _read_rfw)
    parser.add_argument("root", type=Path, help="folder of data/ and txts/, or the one above")
    parser.add_argument("--folds", type=int, default=10, help="contiguous folds; 0 for none")


def _read_rfw(args: argparse.Namespace) -> Source:
    from evaluation.testsets.importers import read_rfw  # heavy: only when importing

    return read_rfw(args.root, folds=args.folds or None)


def _bfw(layouts: Layouts) -> None:
    text = "Balanced Faces In the Wild: the datatable as CSV (the pickle is refused)."
    parser = layouts.add("bfw", text, _read_bfw)
    parser.add_argument("table", type=Path, help="such as bfw-v0.1.5-datatable.csv")
    parser.add_argument("images", type=Path, help="folder of asian_females/ and the other groups")
    for option, default in (("reference", "p1 id1 att1"), ("probe", "p2 id2 att2")):
        parser.add_argument(
            f"--{option}-columns", nargs=3, default=default.split(),
            metavar=("IMAGE", "SUBJECT", "GROUP"), help=f"default: {default}",
        )  # fmt: skip
    parser.add_argument("--mated-column", default="label", metavar="NAME", help="default: label")
    parser.add_argument("--fold-column", default="fold", metavar="NAME", help="default: fold")
    parser.add_argument("--no-folds", action="store_true", help="leave the folds out")
    add_image_kind(parser)


def _read_bfw(args: argparse.Namespace) -> Source:
    from evaluation.testsets.importers import BfwColumns, read_bfw  # heavy: only when importing

    columns = BfwColumns(
        references=tuple(args.reference_columns),
        probes=tuple(args.probe_columns),
        mated=args.mated_column,
        fold=None if args.no_folds else args.fold_column,
    )
    return read_bfw(args.table, args.images, columns=columns)


def _cfp(layouts: Layouts) -> None:
    text = "Celebrities in Frontal-Profile: the protocols FP and FF."
    parser = layouts.add("cfp", text, _read_cfp)
    parser.add_argument("root", type=Path, help="folder of Data/ and Protocol/")
    add_image_kind(parser)


def _read_cfp(args: argparse.Namespace) -> Source:
    from evaluation.testsets.importers import read_cfp  # heavy: only when importing

    return read_cfp(args.root)

"""Layouts of pairs: LFW, InsightFace ``.bin``, IJB and CSV tables."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from evaluation.cli.importing.options import (
    add_columns,
    add_image_kind,
    add_samples,
    beside,
    beside_optional,
    sample_columns,
)

if TYPE_CHECKING:
    import argparse

    from evaluation.cli.importing.options import Layouts
    from evaluation.testsets.importers import Source


def add(layouts: Layouts) -> None:
    """Declare the layouts."""
    _lfw(layouts)
    _insightface(layouts)
    _ijb(layouts)
    _pairs_csv(layouts)


def _lfw(layouts: Layouts) -> None:
    text = "Name/Name_0001.jpg with a pairs.txt, as Labeled Faces in the Wild."
    parser = layouts.add("lfw", text, _read_lfw)
    parser.add_argument("tree", type=Path, help="folder of one folder per person")
    parser.add_argument("pairs", type=Path, help="pairs.txt, or View 1's pairsDevTest.txt")
    parser.add_argument("--folds", type=int, help="cut a file of one block into so many folds")
    parser.add_argument("--all-images", action="store_true", help="take images without a pair too")
    add_image_kind(parser)


def _read_lfw(args: argparse.Namespace) -> Source:
    from evaluation.testsets.importers import read_lfw  # heavy: only when importing

    return read_lfw(args.tree, args.pairs, folds=args.folds, all_images=args.all_images)


def _insightface(layouts: Layouts) -> None:
    text = "An InsightFace .bin (a pickle; nothing that it holds is run)."
    parser = layouts.add("insightface-bin", text, _read_bin)
    parser.add_argument("bin", type=Path, help="for example lfw.bin or agedb_30.bin")
    parser.add_argument("--folds", type=int, default=10, help="contiguous folds; 0 for none")
    add_image_kind(parser, "aligned")


def _read_bin(args: argparse.Namespace) -> Source:
    from evaluation.testsets.importers import read_insightface_bin  # heavy: only when importing

    return read_insightface_bin(args.bin, folds=args.folds or None)


def _ijb(layouts: Layouts) -> None:
    text = "IJB-B or IJB-C with InsightFace's three meta files: pairs of templates."
    parser = layouts.add("ijb", text, _read_ijb)
    parser.add_argument("root", type=Path, help="folder of meta/ and loose_crop/")
    parser.add_argument(
        "--no-normalise-first", action="store_true",
        help="average a template's embeddings as they are, not at unit length",
    )  # fmt: skip
    parser.add_argument(
        "--weigh-by-detector-score", action="store_true",
        help="weigh each embedding by its face's detector score",
    )  # fmt: skip


def _read_ijb(args: argparse.Namespace) -> Source:
    from evaluation.testsets.importers import read_ijb  # heavy: only when importing
    from evaluation.testsets.manifest import Pooling

    pooling = Pooling(
        normalise_first=not args.no_normalise_first,
        weigh_by_detector_score=args.weigh_by_detector_score,
    )
    return read_ijb(args.root, pooling=pooling)


def _pairs_csv(layouts: Layouts) -> None:
    text = "CSV tables of samples and of pairs, with their own column names."
    parser = layouts.add("pairs-csv", text, _read_csv)
    add_samples(parser)
    parser.add_argument("--pairs", type=Path, metavar="CSV")
    add_columns(parser, "reference", "probe", "mated")
    parser.add_argument("--fold-column", metavar="NAME", help="where the pairs have folds")
    add_image_kind(parser)


def _read_csv(args: argparse.Namespace) -> Source:
    from evaluation.testsets.importers import PairColumns, read_pairs_csv  # heavy, as above

    columns = PairColumns(
        args.reference_column, args.probe_column, args.mated_column, args.fold_column
    )
    return read_pairs_csv(
        args.samples,
        beside_optional(args.samples, args.pairs),
        beside(args.samples, args.images),
        columns=sample_columns(args),
        pair_columns=columns,
        landmarks_csv=beside_optional(args.samples, args.landmarks),
    )

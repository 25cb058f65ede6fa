"""``import``: bring a public or private test set into the package format."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, Any

from evaluation.cli.terminal import counter

if TYPE_CHECKING:
    from evaluation.testsets import TestSet

NAME = "import"
HELP = "Import a test set into a package that the other commands read."

EXAMPLE = """
example, CSV tables as they were published:
  python -m evaluation import pairs-csv --samples identities.csv --images aligned \\
      --sample-column image --file-column aligned --subject-column identity \\
      --pairs pairs.csv --reference-column image_a --probe-column image_b \\
      --mated-column same --fold-column fold --all-pairs \\
      --image-kind aligned --name lfw-view1-crops --title "LFW View 1, crops" --to DIR
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare one sub-command per layout."""
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.epilog = EXAMPLE
    layouts = parser.add_subparsers(title="layouts", metavar="LAYOUT", required=True)
    common = _common()
    _lfw(layouts, common)
    _insightface(layouts, common)
    _tree(layouts, common)
    _pairs_csv(layouts, common)


def run(args: argparse.Namespace) -> int:
    """Import, and say what was made."""
    test_set: TestSet = args.importer(args)
    print(
        f"{args.to}: {len(test_set.samples):,} samples of {test_set.n_subjects:,} subjects, "
        f"protocols {', '.join(protocol.name for protocol in test_set.protocols)}"
    )
    print(f"SHA-256 of the manifest: {test_set.sha256}")
    return 0


def _common() -> argparse.ArgumentParser:
    common = argparse.ArgumentParser(add_help=False)
    common.add_argument("--to", type=Path, required=True, metavar="DIR", help="folder to make")
    common.add_argument("--name", required=True, help="short name: a-z, 0-9, '.', '_' and '-'")
    common.add_argument("--title", required=True, help="name for people")
    common.add_argument("--revision", default="1", help="revision of the set (default 1)")
    common.add_argument("--description", default="", metavar="TEXT")
    common.add_argument("--licence", default="", metavar="TEXT", help="terms of use")
    common.add_argument("--legal-basis", default="", metavar="TEXT", help="why we may process it")
    common.add_argument("--synthetic", action="store_true", help="the faces are no real people's")
    common.add_argument(
        "--no-personal-data", action="store_true", help="the set holds no personal data"
    )
    return common


def _image_kind(parser: argparse.ArgumentParser, default: str) -> None:
    parser.add_argument(
        "--image-kind",
        choices=("aligned", "photograph"),
        default=default,
        help="aligned: 112x112 crops on the ArcFace template; photograph: a detector or "
        f"landmarks must find the face (default {default})",
    )


def _all_pairs(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--all-pairs", action="store_true", help="add a protocol of all pairs of samples"
    )


def _add(layouts: Any, name: str, text: str, common: argparse.ArgumentParser) -> Any:
    return layouts.add_parser(name, help=text, description=text, parents=[common])


def _lfw(layouts: Any, common: argparse.ArgumentParser) -> None:
    text = "Name/Name_0001.jpg with a pairs.txt, as Labeled Faces in the Wild."
    parser = _add(layouts, "lfw", text, common)
    parser.add_argument("tree", type=Path, help="folder of one folder per person")
    parser.add_argument("pairs", type=Path, help="pairs.txt, or View 1's pairsDevTest.txt")
    parser.add_argument("--folds", type=int, help="cut a file of one block into so many folds")
    parser.add_argument("--all-images", action="store_true", help="take images without a pair too")
    _all_pairs(parser)
    _image_kind(parser, "photograph")
    parser.set_defaults(importer=_import_lfw)


def _insightface(layouts: Any, common: argparse.ArgumentParser) -> None:
    text = "An InsightFace .bin (a pickle; nothing that it holds is run)."
    parser = _add(layouts, "insightface-bin", text, common)
    parser.add_argument("bin", type=Path, help="for example lfw.bin or agedb_30.bin")
    parser.add_argument("--folds", type=int, default=10, help="contiguous folds; 0 for none")
    _image_kind(parser, "aligned")
    parser.set_defaults(importer=_import_bin)


def _tree(layouts: Any, common: argparse.ArgumentParser) -> None:
    text = "One folder per subject, directly or in gallery/, probe/ and unknown/."
    parser = _add(layouts, "identity-tree", text, common)
    parser.add_argument("root", type=Path, help="folder of the subjects' folders")
    _image_kind(parser, "photograph")
    parser.set_defaults(importer=_import_tree)


def _pairs_csv(layouts: Any, common: argparse.ArgumentParser) -> None:
    text = "CSV tables of samples and of pairs, with their own column names."
    parser = _add(layouts, "pairs-csv", text, common)
    parser.add_argument("--samples", type=Path, required=True, metavar="CSV")
    parser.add_argument(
        "--images", type=Path, required=True, metavar="DIR",
        help="folder of the images; like --pairs and --landmarks it may be given relative to "
        "the folder of --samples",
    )  # fmt: skip
    parser.add_argument("--pairs", type=Path, metavar="CSV")
    parser.add_argument(
        "--landmarks", type=Path, metavar="CSV",
        help="columns x0, y0 ... x4, y4: eyes, nose, mouth corners, in pixels of the image",
    )  # fmt: skip
    for column in ("sample", "file", "subject", "reference", "probe", "mated"):
        parser.add_argument(f"--{column}-column", default=column, metavar="NAME")
    parser.add_argument("--fold-column", metavar="NAME", help="where the pairs have folds")
    parser.add_argument(
        "--landmark-sample-column", default="", metavar="NAME", help="default: --sample-column"
    )
    parser.add_argument(
        "--attribute-column", action="append", default=[], metavar="NAME",
        help="keep this column of the samples as an attribute; may be repeated",
    )  # fmt: skip
    _all_pairs(parser)
    _image_kind(parser, "photograph")
    parser.set_defaults(importer=_import_csv)


def _details(args: argparse.Namespace) -> Any:
    from evaluation.testsets.importers import SetDetails  # heavy: only when importing
    from evaluation.testsets.manifest import ImageKind

    return SetDetails(
        name=args.name,
        title=args.title,
        image_kind=ImageKind(args.image_kind),
        description=args.description,
        licence=args.licence,
        legal_basis=args.legal_basis,
        synthetic=args.synthetic,
        personal_data=not (args.no_personal_data or args.synthetic),
        revision=args.revision,
    )


def _import_lfw(args: argparse.Namespace) -> TestSet:
    from evaluation.testsets.importers import import_lfw  # heavy: only when importing

    with counter("images") as progress:
        return import_lfw(
            args.tree,
            args.pairs,
            args.to,
            _details(args),
            folds=args.folds,
            all_images=args.all_images,
            all_pairs=args.all_pairs,
            progress=progress,
        )


def _import_bin(args: argparse.Namespace) -> TestSet:
    from evaluation.testsets.importers import import_insightface_bin  # heavy: only when importing

    with counter("images") as progress:
        return import_insightface_bin(
            args.bin, args.to, _details(args), folds=args.folds or None, progress=progress
        )


def _import_tree(args: argparse.Namespace) -> TestSet:
    from evaluation.testsets.importers import import_identity_tree  # heavy: only when importing

    with counter("images") as progress:
        return import_identity_tree(args.root, args.to, _details(args), progress=progress)


def _import_csv(args: argparse.Namespace) -> TestSet:
    from evaluation.testsets.importers import ColumnNames, import_pairs_csv  # heavy, as above

    columns = ColumnNames(
        sample=args.sample_column,
        file=args.file_column,
        subject=args.subject_column,
        attributes=tuple(args.attribute_column),
        reference=args.reference_column,
        probe=args.probe_column,
        mated=args.mated_column,
        fold=args.fold_column,
        landmark_sample=args.landmark_sample_column,
    )
    with counter("images") as progress:
        return import_pairs_csv(
            args.samples,
            _beside(args.samples, args.pairs),
            _beside(args.samples, args.images) or args.images,
            args.to,
            _details(args),
            columns=columns,
            landmarks_csv=_beside(args.samples, args.landmarks),
            all_pairs=args.all_pairs,
            progress=progress,
        )


def _beside(samples: Path, path: Path | None) -> Path | None:
    """Path as given where it exists, else beside the samples table."""
    if path is None or path.exists():
        return path
    beside = samples.parent / path
    return beside if beside.exists() else path

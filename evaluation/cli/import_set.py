"""``import``: bring a public or private test set into the package format."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from evaluation.cli.importing import groups, marked, pairs, roles, searches
from evaluation.cli.importing.options import Layouts, numbers
from evaluation.cli.terminal import counter

if TYPE_CHECKING:
    from evaluation.testsets.importers import Further, SetDetails

NAME = "import"
HELP = "Import a test set into a package that the other commands read."

EXAMPLE = """
example, CSV tables as they were published:
  python -m evaluation import pairs-csv --samples identities.csv --images aligned \\
      --sample-column image --file-column aligned --subject-column identity \\
      --pairs pairs.csv --reference-column image_a --probe-column image_b \\
      --mated-column same --fold-column fold --all-pairs --quality pairs \\
      --image-kind aligned --name lfw-view1-crops --title "LFW View 1, crops" --to DIR

docs/test-sets.md says for each layout what has to lie where.
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare one sub-command per layout."""
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.epilog = EXAMPLE
    subparsers = parser.add_subparsers(title="layouts", metavar="LAYOUT", required=True)
    layouts = Layouts(subparsers, _common())
    for module in (pairs, groups, searches, roles, marked):
        module.add(layouts)


def run(args: argparse.Namespace) -> int:
    """Import, and say what was made."""
    from evaluation.testsets.importers import import_set  # heavy: only when importing

    with counter("images") as progress:
        test_set = import_set(
            lambda: args.reader(args),
            args.to,
            _details(args),
            further=_further(args),
            progress=progress,
        )
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
    _further_options(common.add_argument_group("further protocols on the same samples"))
    return common


def _further_options(group: argparse._ArgumentGroup) -> None:
    group.add_argument("--all-pairs", action="store_true", help="every pair of two samples")
    group.add_argument(
        "--leave-one-out", action="store_true", help="each sample searched among all others"
    )
    group.add_argument(
        "--robustness", action="append", default=[], metavar="PROTOCOL",
        help="this pairs or all_pairs protocol with its probes made worse in steps; repeatable",
    )  # fmt: skip
    group.add_argument(
        "--condition", action="append", default=[], type=_condition, metavar="NAME=STEP,STEP",
        help="condition of --robustness with its steps, such as blur=2,4,8; repeatable "
        "(default: every condition)",
    )  # fmt: skip
    group.add_argument(
        "--quality", action="append", default=[], metavar="PROTOCOL",
        help="judge quality models by the errors of this pairs or all_pairs protocol; repeatable",
    )  # fmt: skip


def _condition(text: str) -> tuple[str, tuple[float, ...]]:
    name, _, steps = text.partition("=")
    return name, numbers(steps)


def _details(args: argparse.Namespace) -> SetDetails:
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


def _further(args: argparse.Namespace) -> Further:
    from evaluation.testsets.importers import DEFAULT_CONDITIONS, Further, condition_steps

    return Further(
        all_pairs=args.all_pairs,
        leave_one_out=args.leave_one_out,
        robustness=tuple(args.robustness),
        quality=tuple(args.quality),
        conditions=condition_steps(args.condition) or DEFAULT_CONDITIONS,
    )

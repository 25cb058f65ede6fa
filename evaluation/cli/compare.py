"""``compare``: ranks models that were run on the same test set, and says which are tied."""

from __future__ import annotations

import argparse
from pathlib import Path

NAME = "compare"
HELP = "Compare models run on one test set, on the same comparisons, with groups of equals."

EXAMPLE = """
examples:
  python -m evaluation compare results-a results-b results-c
  python -m evaluation compare results-a results-b --protocol pairs --target-fmr 1e-3 --json c.json
  python -m evaluation compare results-a results-b --target-fpir 1e-2 --rank 5

Each folder is the --out of a run; its evidence.npz is read. Models are ranked by FNMR, each at
the threshold that its own comparisons gave at the target FMR, or that its supplier recommends;
searches and passages likewise by FNIR at a target FPIR, or without a threshold (investigation).
exit codes: 0 done, 2 the models cannot be compared
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.epilog = EXAMPLE
    parser.add_argument(
        "folders", type=Path, nargs="+", metavar="RESULT_FOLDER", help="results of a run"
    )
    parser.add_argument("--protocol", metavar="NAME", help="only this one (default: all in common)")
    at = parser.add_mutually_exclusive_group()
    at.add_argument(
        "--target-fmr", type=_rate, metavar="T",
        help="compare comparisons of two there (default: the lowest with enough evidence for all)",
    )  # fmt: skip
    at.add_argument(
        "--target-fpir", type=_rate, metavar="T", help="compare searches there (default: likewise)"
    )
    at.add_argument(
        "--recommended", action="store_const", dest="mode", const="recommended", default="target",
        help="at the thresholds that suppliers recommend",
    )  # fmt: skip
    at.add_argument(
        "--investigation", action="store_const", dest="mode", const="investigation",
        help="compare searches without a threshold",
    )  # fmt: skip
    parser.add_argument(
        "--rank", type=_count, metavar="R",
        help="compare searches with a list of R candidates (default 1)",
    )  # fmt: skip
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the comparison as JSON")


def run(args: argparse.Namespace) -> int:
    """Compare, print, and write the document where it is asked for."""
    # Heavy imports wait until they are needed, so that --help answers at once.
    from evaluation.metrics.trial_evidence import OperatingMode
    from evaluation.ranking import EVIDENCE_FILE, At, compare_models, load_evidence
    from evaluation.report.ranking import render_comparison
    from evaluation.storage import write_atomically

    comparison = compare_models(
        [load_evidence(folder / EVIDENCE_FILE) for folder in args.folders],
        protocol=args.protocol,
        at=At(args.target_fmr, args.target_fpir, OperatingMode(args.mode), args.rank),
    )
    if args.json is not None:
        write_atomically(args.json, (comparison.model_dump_json(indent=1) + "\n").encode())
    print(render_comparison(comparison), end="")
    return 0


def _rate(text: str) -> float:
    value = float(text)
    if not 0 < value < 1:
        raise argparse.ArgumentTypeError("must lie between 0 and 1")
    return value


def _count(text: str) -> int:
    value = int(text)
    if value < 1:
        raise argparse.ArgumentTypeError("must be 1 or more")
    return value

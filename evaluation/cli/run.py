"""``run``: evaluates a model on a test set, from images to a result and a report."""

from __future__ import annotations

import argparse
import os
import signal
import sys
import threading
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from evaluation.cli.named_models import (
    add_named_models,
    named_model,
    own_detector,
    tell_refusal,
)
from evaluation.cli.progress import RunLine

if TYPE_CHECKING:
    from collections.abc import Iterator

    from evaluation.card import ModelCard
    from evaluation.pipeline import RunSettings
    from evaluation.results import EvaluationResult

NAME = "run"
HELP = "Evaluate a model on a test set; write result.json, report.html and evidence.npz."

EXAMPLE = """
examples:
  python -m evaluation run --model m.onnx --card m.json --test-set DIR
  python -m evaluation run --model m.onnx --card m.json --test-set PHOTOGRAPHS \\
      --detector yunet_n.onnx --detector-card yunet_n.json --out results
  python -m evaluation run --model quality.onnx --card quality.json --test-set DIR \\
      --recogniser m.onnx --recogniser-card m.json

An interrupted run goes on where it stopped when the same command is given again.
exit codes: 0 done, 1 the model is refused, 2 the run could not be done, 130 interrupted
"""

_REFUSED = 1
_INTERRUPTED = 130


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.epilog = EXAMPLE
    parser.add_argument("--model", type=Path, required=True, metavar="M.onnx", help="the model")
    parser.add_argument("--card", type=Path, required=True, metavar="M.json", help="its card")
    parser.add_argument("--test-set", type=Path, required=True, metavar="DIR", help="a package")
    add_named_models(parser)
    parser.add_argument(
        "--out", type=Path, metavar="DIR",
        help="where the results go (default: MODEL-TESTSET in this folder)",
    )  # fmt: skip
    parser.add_argument(
        "--protocol", action="append", metavar="NAME",
        help="only this protocol; may be repeated (default: all)",
    )  # fmt: skip
    _tuning(parser)


def _tuning(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--threads", type=_positive, default=len(os.sched_getaffinity(0)),
        help="cores that work; no influence on the figures but those of speed (default: all)",
    )  # fmt: skip
    parser.add_argument(
        "--batch-size", type=int, choices=(1, 2, 4, 8, 16, 32),
        help="default 16; quality and presentation-attack models 1, so that no face is judged "
        "by its neighbours",
    )  # fmt: skip
    parser.add_argument(
        "--speed-seconds", type=float, default=2.0, metavar="S",
        help="least duration of each measurement of speed; 0 leaves speed out (default 2)",
    )  # fmt: skip
    parser.add_argument(
        "--replicates", type=_positive, default=1000, help="of the bootstrap (default 1000)"
    )
    parser.add_argument("--seed", type=int, default=20261122, help="of the bootstrap")
    parser.add_argument(
        "--lossless-crops", action="store_true",
        help="do not pass crops of photographs through JPEG as stored crops were",
    )  # fmt: skip
    parser.add_argument(
        "--keep-work", action="store_true",
        help="keep templates and scores in OUT/work after the run",
    )  # fmt: skip
    parser.add_argument(
        "--allow-missing-layers", action="store_true",
        help="run even where this system lacks a layer of the sandbox; only for models you trust",
    )  # fmt: skip


def run(args: argparse.Namespace) -> int:
    """Check the model, evaluate it, write and print the result."""
    # Heavy imports wait until they are needed, so that --help answers at once.
    from evaluation.card import Task, load_card
    from evaluation.pipeline.children import require_input
    from evaluation.pipeline.kinds.quality import recogniser_of
    from evaluation.pipeline.plan import chosen_protocols
    from evaluation.testsets import ImageKind, open_test_set

    card = load_card(args.card)
    model = _read(args.model)
    settings = _settings(args, card)
    test_set = open_test_set(args.test_set)
    chosen_protocols(test_set, args.protocol, task=card.task)
    require_input(test_set, card, settings)
    if card.task is Task.QUALITY:
        recogniser_of(settings)
    if settings.detector is not None and test_set.manifest.image_kind is ImageKind.ALIGNED:
        print("note: the detector is not used: these crops are aligned", file=sys.stderr)
    out = args.out or Path(f"{args.model.stem}-{test_set.manifest.name}")
    with _ends_as_interrupt():
        try:
            if not _accepted(args, model, card, settings):
                return _REFUSED
            result = _evaluate(args, test_set, model, card, settings, out)
        except KeyboardInterrupt:
            print("Stopped. Give the same command again to go on.", file=sys.stderr)
            return _INTERRUPTED
    _show(result, out)
    return 0


def _settings(args: argparse.Namespace, card: ModelCard) -> RunSettings:
    from evaluation.card import Task  # heavy, as above
    from evaluation.extraction.crops import STORED_CROP_QUALITY
    from evaluation.pipeline import RunSettings
    from evaluation.sandbox import LayerPolicy

    missing_is_allowed = args.allow_missing_layers
    settings = RunSettings(
        seed=args.seed,
        threads=args.threads,
        replicates=args.replicates,
        throughput_seconds=args.speed_seconds,
        policy=LayerPolicy.REPORT_MISSING if missing_is_allowed else LayerPolicy.REQUIRE_ALL,
        detector=named_model(args, "detector", Task.DETECTION, "face detector"),
        own_detector=own_detector(args, card),
        recogniser=named_model(args, "recogniser", Task.EMBEDDING, "recognition model"),
        crop_quality=None if args.lossless_crops else STORED_CROP_QUALITY,
    )
    if args.batch_size is None:
        return settings
    return replace(settings, batch_size=args.batch_size, score_batch_size=args.batch_size)


def _accepted(
    args: argparse.Namespace, model: bytes, card: ModelCard, settings: RunSettings
) -> bool:
    """Check the model and its own detector; say why where one is refused."""
    from evaluation.intake import check_model  # heavy, as above

    if card.unused:
        print(f"note: not used of the card: {', '.join(card.unused)}", file=sys.stderr)
    check = partial(check_model, limits=settings.child_limits, policy=settings.policy)
    if card.detector is not None and settings.own_detector is not None:
        report = check(settings.own_detector, card.detector)
        if not tell_refusal(report, args.own_detector.name):
            return False
    return tell_refusal(check(model, card), args.model.name)


def _evaluate(
    args: argparse.Namespace,
    test_set: Any,
    model: bytes,
    card: ModelCard,
    settings: RunSettings,
    out: Path,
) -> EvaluationResult:
    from evaluation.pipeline import run_evaluation  # heavy, as above
    from evaluation.pipeline.records import remove_work
    from evaluation.ranking import EVIDENCE_FILE
    from evaluation.report import write_html
    from evaluation.results import to_json
    from evaluation.storage import write_atomically

    workdir = out / "work"
    with RunLine() as line:
        result = run_evaluation(
            test_set=test_set,
            model=model,
            card=card,
            workdir=workdir,
            settings=settings,
            protocols=args.protocol,
            evidence=out / EVIDENCE_FILE,
            progress=line.show,
        )
    write_atomically(out / "result.json", to_json(result).encode())
    write_html(result, out / "report.html")
    if not args.keep_work:
        remove_work(workdir)
    return result


def _show(result: EvaluationResult, out: Path) -> None:
    from evaluation.report import render_table  # heavy, as above

    print(render_table(result))
    print(f"{out / 'result.json'}\n{out / 'report.html'}")


@contextmanager
def _ends_as_interrupt() -> Iterator[None]:
    """Let a request to terminate end the children and leave a resumable run, as Ctrl-C does."""
    if threading.current_thread() is not threading.main_thread():
        yield  # only the main thread may handle signals
        return

    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGTERM, interrupt)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def _read(path: Path) -> bytes:
    """Return a file's bytes; a missing one becomes a sentence in the dispatcher."""
    return path.read_bytes()


def _positive(text: str) -> int:
    value = int(text)
    if value < 1:
        raise argparse.ArgumentTypeError("must be at least 1")
    return value

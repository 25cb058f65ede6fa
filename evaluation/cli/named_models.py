"""Models that a command names beside the one measured, each with its card."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from evaluation.errors import EvaluationError

if TYPE_CHECKING:
    import argparse

    from evaluation.card import ModelCard, Task
    from evaluation.intake import CheckReport


def add_named_models(parser: argparse.ArgumentParser) -> None:
    """Declare the options of the reference detector and recogniser, and of the own detector."""
    for option, letter, about in (
        ("detector", "D", "face detector for photographs"),
        ("recogniser", "R", "recognition model by whose errors a quality model is judged"),
    ):
        parser.add_argument(f"--{option}", type=Path, metavar=f"{letter}.onnx", help=about)
        parser.add_argument(
            f"--{option}-card",
            type=Path,
            metavar=f"{letter}.json",
            help=f"its card (default: the {option}'s name with .json)",
        )
    add_own_detector(parser)


def add_own_detector(parser: argparse.ArgumentParser) -> None:
    """Declare the option of the detector that comes with a model."""
    parser.add_argument(
        "--own-detector",
        type=Path,
        metavar="D.onnx",
        help="face detector that comes with the model; its card is inside the model's card",
    )


def named_model(
    args: argparse.Namespace, option: str, task: Task, kind: str
) -> tuple[bytes, ModelCard] | None:
    """Read a model and card that an option names; None where it is not given.

    Raises
    ------
    EvaluationError
        The card is given without the model, or is that of another kind of model.
    """
    from evaluation.card import load_card  # heavy, and --help should answer at once

    path: Path | None = getattr(args, option)
    card_path: Path | None = getattr(args, f"{option}_card")
    if path is None:
        if card_path is not None:
            raise EvaluationError(f"--{option}-card needs --{option}")
        return None
    card = load_card(card_path or path.with_suffix(".json"))
    if card.task is not task:
        raise EvaluationError(f"{card.name} is no {kind}: its task is {card.task}")
    return path.read_bytes(), card


def own_detector(args: argparse.Namespace, card: ModelCard) -> bytes | None:
    """Read the detector that comes with a model; None where there is none.

    Raises
    ------
    EvaluationError
        The card describes one and no file is given, or the other way round.
    """
    path: Path | None = args.own_detector
    if card.detector is not None and path is None:
        raise EvaluationError("the card describes the model's own detector: give --own-detector")
    if card.detector is None and path is not None:
        raise EvaluationError("--own-detector needs the detector's card inside the model's card")
    return None if path is None else path.read_bytes()


def tell_refusal(report: CheckReport, name: str) -> bool:
    """Say on the error stream why a file is refused; return whether it is accepted."""
    refusal = report.refusal
    if refusal is None:
        return True
    print(f"{name} is refused.", file=sys.stderr)
    print(f"{refusal.code}: {refusal.sentence}\n{refusal.action}", file=sys.stderr)
    return False

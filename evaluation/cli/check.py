"""``check``: says whether a model would be accepted, and if not, why and what to do."""

from __future__ import annotations

import json
import textwrap
from pathlib import Path
from typing import TYPE_CHECKING

from evaluation.cli.named_models import add_own_detector, own_detector

if TYPE_CHECKING:
    import argparse

    from evaluation.intake import CheckReport

NAME = "check"
HELP = "Check a model and its card as this service does on receipt."

_REFUSED = 1
_WIDTH = 96


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    parser.add_argument("model", type=Path, metavar="MODEL.onnx", help="the model")
    parser.add_argument("--card", type=Path, required=True, metavar="CARD.json", help="its card")
    add_own_detector(parser)
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the report here too")
    parser.add_argument(
        "--allow-missing-layers",
        action="store_true",
        help="run even where this system lacks a layer of the sandbox; only for models you trust",
    )


def run(args: argparse.Namespace) -> int:
    """Check the model; 0 if it is accepted, 1 if it is refused."""
    # Heavy imports wait until they are needed, so that --help answers at once.
    from evaluation.card import load_card
    from evaluation.intake import check_model, report_to_json
    from evaluation.sandbox import LayerPolicy

    policy = LayerPolicy.REPORT_MISSING if args.allow_missing_layers else LayerPolicy.REQUIRE_ALL
    card = load_card(args.card)
    detector = own_detector(args, card)
    reports = {args.model.name: check_model(args.model.read_bytes(), card, policy=policy)}
    document = report_to_json(reports[args.model.name])
    if card.detector is not None and detector is not None:
        report = check_model(detector, card.detector, policy=policy)
        reports[f"own detector {args.own_detector.name}"] = report
        document["own_detector"] = report_to_json(report)
    if args.json is not None:
        text = json.dumps(document, indent=1, ensure_ascii=False)
        args.json.write_text(text + "\n", encoding="utf-8")
    print("\n\n".join(render(report, name) for name, report in reports.items()))
    return 0 if all(report.accepted for report in reports.values()) else _REFUSED


def render(report: CheckReport, name: str) -> str:
    """Lay the report out for a terminal."""
    lines = [f"{name}  {report.size_bytes:,} bytes  SHA-256 {report.sha256}", ""]
    for finding in report.findings:
        lines.append(f"  {'pass' if finding.passed else 'FAIL'}  {finding.check}")
        lines += _indented(finding.detail)
    if report.layers:
        lines += ["", "Sandbox:"]
        for layer in report.layers:
            lines.append(
                f"  {'on' if layer.in_force else 'MISSING':7}  {layer.name}: {layer.detail}"
            )
    lines += ["", *_verdict(report)]
    return "\n".join(lines)


def _verdict(report: CheckReport) -> list[str]:
    if report.accepted:
        return ["Accepted."]
    refusals = dict.fromkeys(f.refusal for f in report.findings if f.refusal is not None)
    lines = ["Refused."]
    for refusal in refusals:
        lines += [f"  {refusal.code}", *_indented(refusal.sentence), *_indented(refusal.action)]
    return lines


def _indented(text: str) -> list[str]:
    return textwrap.wrap(text, _WIDTH, initial_indent=" " * 8, subsequent_indent=" " * 8)

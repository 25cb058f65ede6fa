"""``describe``: what a test set holds and what it can show."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from evaluation.cli.terminal import table

if TYPE_CHECKING:
    import argparse
    from collections.abc import Mapping

    from evaluation.testsets import Description, Manifest, ProtocolDescription

NAME = "describe"
HELP = "Show a test set's subjects, protocols, composition and smallest printable rates."

_VALUES_SHOWN = 12


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the folder."""
    parser.add_argument("test_set", type=Path, help="folder that holds manifest.json")


def run(args: argparse.Namespace) -> int:
    """Print the description."""
    from evaluation.testsets import describe_test_set, open_test_set  # heavy: only when run

    test_set = open_test_set(args.test_set)
    description = describe_test_set(test_set)
    print(_facts(test_set.manifest, test_set.sha256, description))
    print()
    print(_protocols(description))
    for attribute, counts in description.attributes.items():
        print()
        print(_composition(attribute, counts, description.n_samples))
    return 0


def _facts(manifest: Manifest, digest: str, found: Description) -> str:
    yes_no = {True: "yes", False: "no"}
    rows = (
        ("title", manifest.title),
        ("name, revision", f"{manifest.name}, {manifest.revision}"),
        ("SHA-256", digest),
        ("images", manifest.image_kind.value),
        ("licence", manifest.licence or "not stated"),
        ("legal basis", manifest.legal_basis or "not stated"),
        ("synthetic", yes_no[manifest.synthetic]),
        ("personal data", yes_no[manifest.personal_data]),
        ("samples", f"{found.n_samples:,}"),
        ("subjects", f"{found.n_subjects:,}" + _caveat(manifest)),
        ("with one sample", f"{found.n_subjects_with_one_sample:,} subjects"),
        ("most samples", f"{found.max_samples_per_subject:,} of one subject"),
        ("with landmarks", f"{found.n_with_landmarks:,} samples"),
        ("with face boxes", f"{found.n_with_boxes:,} samples"),
    )
    width = max(len(name) for name, _ in rows)
    return "\n".join(f"{name:<{width}}  {value}" for name, value in rows)


def _caveat(manifest: Manifest) -> str:
    return "" if manifest.subjects_known else " (inferred from the pairs)"


def _protocols(found: Description) -> str:
    header = ("protocol", "kind", "model task", "mated", "non-mated", "smallest rate", "more")
    return table(header, [_protocol(one) for one in found.protocols], left=3)


def _protocol(one: ProtocolDescription) -> tuple[str, ...]:
    smallest = one.smallest_printable_rate
    more = {"folds": one.n_folds} if one.n_folds else {}
    trials = (f"{one.n_mated:,}", f"{one.n_non_mated:,}")
    if one.kind == "presentation_attack":
        more = {"bona fide": one.n_mated, "attacks": one.n_non_mated}
    if not (one.n_mated or one.n_non_mated) or one.kind == "presentation_attack":
        trials = ("", "")
    return (
        one.name,
        one.kind.replace("_", " "),
        one.task,
        *trials,
        "none" if smallest is None else f"{smallest:.2e}",
        ", ".join(f"{name} {count:,}" for name, count in (more | dict(one.counts)).items()),
    )


def _composition(attribute: str, counts: Mapping[str, int], total: int) -> str:
    rows = [
        (value or "(unknown)", f"{count:,}", f"{100 * count / total:.1f}%")
        for value, count in list(counts.items())[:_VALUES_SHOWN]
    ]
    rest = len(counts) - len(rows)
    if rest:
        others = sum(list(counts.values())[_VALUES_SHOWN:])
        rows.append((f"({rest:,} more values)", f"{others:,}", f"{100 * others / total:.1f}%"))
    return table((attribute, "samples", "share"), rows)

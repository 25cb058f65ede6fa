"""``schemas``: write the JSON Schemas of the documents that Assay reads and writes."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import argparse

NAME = "schemas"
HELP = "Write the JSON Schemas of model card, test-set manifest, result and comparison."


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the folder."""
    parser.add_argument(
        "--to", type=Path, default=Path("docs/schemas"), metavar="DIR",
        help="folder to write into (default docs/schemas)",
    )  # fmt: skip


def run(args: argparse.Namespace) -> int:
    """Write one file per document."""
    args.to.mkdir(parents=True, exist_ok=True)
    for name, text in schema_files().items():
        (args.to / name).write_text(text, encoding="utf-8")
        print(args.to / name)
    return 0


def schema_files() -> dict[str, str]:
    """Text of every schema file by its name."""
    from evaluation import card, ranking, results  # heavy: only when run
    from evaluation.testsets import manifest

    documents = {
        "model-card.schema.json": card.json_schema(),
        "test-set-manifest.schema.json": manifest.json_schema(),
        "result.schema.json": results.json_schema(),
        "comparison.schema.json": ranking.ModelComparison.model_json_schema(),
    }
    return {name: json.dumps(schema, indent=1) + "\n" for name, schema in documents.items()}

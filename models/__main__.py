"""Write the nine reference models and their cards into a folder."""

from __future__ import annotations

import argparse
from pathlib import Path

from models import build_all


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m models", description=__doc__)
    parser.add_argument("--to", type=Path, required=True, help="folder for the files")
    for model in build_all(parser.parse_args().to):
        size = model.model_path.stat().st_size
        print(f"{model.model_path}  {size:,} bytes, card {model.card_path.name}")


if __name__ == "__main__":
    main()

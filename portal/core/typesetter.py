"""Typesets one folder into a PDF: a program of its own, run by ``portal.core.documents``."""

from __future__ import annotations

import sys
from pathlib import Path

import typst

SOURCE, RESULT = "main.typ", "document.pdf"


def typeset(folder: Path, fonts: Path) -> None:
    """Write the PDF beside its source; nothing outside the folder and the fonts is read."""
    typst.compile(
        str(folder / SOURCE),
        output=str(folder / RESULT),
        root=str(folder),
        font_paths=[str(fonts)],
        ignore_system_fonts=True,
        pdf_standards=["ua-1"],
    )


if __name__ == "__main__":
    typeset(Path(sys.argv[1]), Path(sys.argv[2]))

"""PDF documents: a template of ours, values as inert data, pictures; typeset in a child process.

The typesetter has no time limit of its own and reads what lies beside its template, so it runs
by itself, for a bounded time, in a folder that holds nothing else.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

import matplotlib as mpl
from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder

from portal.core import typesetter
from portal.core.errors import DomainError

if TYPE_CHECKING:
    from collections.abc import Mapping

SECONDS = 30
TEMPLATES = "documents"


class DocumentError(DomainError):
    """The document could not be made; nothing that was measured is touched by it."""

    status = 500
    title = "The document could not be made"


def pdf(template: str, values: Mapping[str, Any], pictures: Mapping[str, bytes]) -> bytes:
    """Return a document as PDF/UA, tagged for screen readers.

    Parameters
    ----------
    template : str
        Name of a file below ``templates/documents/``, without its ending.
    values : dict
        What the template reads from ``data.json``: shown as text, whatever it holds.
    pictures : dict
        Bytes of the files that the template shows, by name: "chart-1.svg".

    Raises
    ------
    DocumentError
        It took too long, or the values do not fit the template.
    """
    source = Path(settings.BASE_DIR) / "templates" / TEMPLATES / f"{template}.typ"
    with TemporaryDirectory(prefix="assay-document-") as name:
        folder = Path(name)
        (folder / typesetter.SOURCE).write_bytes(source.read_bytes())
        (folder / "data.json").write_text(json.dumps(values, cls=DjangoJSONEncoder))
        for picture, content in pictures.items():
            (folder / picture).write_bytes(content)
        _typeset(folder)
        return (folder / typesetter.RESULT).read_bytes()


def _typeset(folder: Path) -> None:
    command = [sys.executable, "-I", typesetter.__file__, str(folder), _fonts()]
    try:
        done = subprocess.run(  # noqa: S603 -- our own program, with no word of a person in it
            command, capture_output=True, text=True, timeout=SECONDS, check=False
        )
    except subprocess.TimeoutExpired as error:
        raise DocumentError(
            f"Making the document took longer than {SECONDS} seconds. Choose less and try again."
        ) from error
    if done.returncode != 0:
        raise DocumentError("Making the document failed. Tell us when, and what you chose.") from (
            RuntimeError(done.stderr[-2_000:])
        )


def _fonts() -> str:
    """Return a folder with a font that is installed with the charts' library, on every machine."""
    return str(Path(mpl.get_data_path()) / "fonts" / "ttf")

"""Files to keep: lists as CSV that is safe to open in a spreadsheet, pictures and documents."""

from __future__ import annotations

import csv
import mimetypes
from typing import TYPE_CHECKING

from django.http import HttpResponse

from portal.core import audit

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from portal.core.requests import SignedInRequest

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n")


def spreadsheet_safe(cell: object) -> object:
    """Return the cell, with an apostrophe before text that a spreadsheet would run as a formula.

    Numbers stay numbers: a negative rate is no formula.
    """
    if cell is None:
        return ""
    if isinstance(cell, int | float):
        return cell
    text = str(cell)
    return f"'{text}" if text.lstrip(" ").startswith(FORMULA_STARTS) else text


def csv_response(
    request: SignedInRequest,
    name: str,
    header: Sequence[str],
    rows: Iterable[Sequence[object]],
) -> HttpResponse:
    """Return the rows as an attachment called ``name`` (without ``.csv``), in UTF-8.

    The audit trail keeps who took them, how many, and the filters of the address.
    """
    response = HttpResponse(content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    writer = csv.writer(response)
    writer.writerow([spreadsheet_safe(cell) for cell in header])
    n_rows = 0
    for row in rows:
        writer.writerow([spreadsheet_safe(cell) for cell in row])
        n_rows += 1
    _record(request, f"{name}.csv", rows=n_rows)
    return response


def file_response(request: SignedInRequest, name: str, content: bytes) -> HttpResponse:
    """Return the bytes as an attachment called ``name``, whose ending says what they are.

    The audit trail keeps who took it, and the filters of the address.
    """
    kind, _ = mimetypes.guess_type(name)
    response = HttpResponse(content, content_type=kind or "application/octet-stream")
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    _record(request, name)
    return response


def _record(request: SignedInRequest, name: str, **facts: object) -> None:
    if request.method == "GET":
        asked = [f"{key} {', '.join(values)}" for key, values in request.GET.lists()]
        facts |= {"filters": asked} if asked else {}
        audit.record_of_all("list.exported", kind="export", name=name, by=request.user, **facts)

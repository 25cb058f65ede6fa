"""A result as one HTML page that needs nothing else: no network, script or font.

It is made of the result alone, so anyone who holds the JSON can make it again.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from evaluation.report import sections
from evaluation.report.markup import Html, element, join, safe, section
from evaluation.report.parts import parts_of
from evaluation.report.wording import moment_text
from evaluation.storage import write_atomically

if TYPE_CHECKING:
    from evaluation.results import EvaluationResult

_CSS = Path(__file__).with_name("report.css")

_NOTES = (
    "A comparison is a match when its score is equal to or above the threshold.",
    (
        "The threshold for a target is the lowest whose observed false match rate (FMR) is at most "
        "the target. Printed thresholds are rounded up to six decimals; the result file holds them "
        "in full."
    ),
    (
        "A sample that yields no template makes all its mated comparisons non-matches, and counts "
        "in the false non-match rate (FNMR). It never raises the FMR."
    ),
    (
        "No errors in n comparisons are shown as at most 3/n, with 95% confidence. Targets below "
        "3/n are not shown: there is not enough evidence. Targets below 30/n, and rates that stand "
        "on fewer than 30 errors, are indicative."
    ),
    (
        "Intervals are at 95%. Where people occur in several comparisons, people and not "
        "comparisons are resampled."
    ),
    (
        "The equal error rate (EER) and the area under the curve (AUC) are secondary. Models are "
        "not ranked by them."
    ),
)


def write_html(result: EvaluationResult, path: Path) -> str:
    """Write the report; whole or not at all.

    Parameters
    ----------
    result : EvaluationResult
    path : Path
        Destination; an existing file is replaced.

    Returns
    -------
    str
        SHA-256 of the page; equal results give equal pages.
    """
    return write_atomically(path, render_html(result).encode())


def render_html(result: EvaluationResult) -> str:
    """Return the report's HTML text."""
    model, test_set = result.model, result.test_set
    title = f"{model.name} {model.version} on {test_set.title}"
    body = join(
        [
            element("h1", title),
            sections.identity(result),
            *(sections.verification(part, f"p{k}") for k, part in enumerate(result.verification)),
            *(sections.part(part, f"s{k}") for k, part in enumerate(parts_of(result))),
            sections.enrolment(result),
            sections.provenance(result),
            section("How to read this report", _list(_NOTES), anchor="notes"),
        ]
    )
    main = element("main", element("div", body, class_="width"), id="main")
    header = element(
        "header", element("div", element("p", "Assay evaluation report"), class_="width")
    )
    footer_text = (
        f"Assay {result.provenance.assay_version}, measured on "
        f"{moment_text(result.provenance.finished_at)}."
    )
    footer = element("footer", element("div", element("p", footer_text), class_="width"))
    skip = element("a", "Skip to main content", class_="skip", href="#main")
    return (
        '<!doctype html>\n<html lang="en-GB">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{safe(title)} - Assay</title>\n"
        f"<style>\n{_CSS.read_text(encoding='utf-8')}</style>\n</head>\n<body>\n"
        f"{join([skip, header, main, footer]).text}\n</body>\n</html>\n"
    )


def _list(items: tuple[str, ...]) -> Html:
    return element("ul", join(element("li", item) for item in items))

"""Which of a model's results is explored, at which threshold, and everything its page shows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from portal.comparison import provenance, selectors
from portal.comparison.basis import RECOGNITION, protocols_of
from portal.comparison.thresholds import words
from portal.comparison.thresholds.charts import charts_of
from portal.comparison.thresholds.explorer import explore
from portal.comparison.thresholds.forms import ThresholdForm
from portal.comparison.thresholds.marks import mark_sentences

if TYPE_CHECKING:
    from django.http import QueryDict

    from portal.accounts.models import User
    from portal.comparison.thresholds.explorer import Explorer
    from portal.runs.models import EvaluationRun
    from portal.submissions.models import Submission

NO_RESULT = "No result of this model that rests on a threshold can be shown yet."
NO_FILE = (
    "The file of this result cannot be read at the moment, so its thresholds cannot be explored."
    " Its figures stand on the model's page. Try again later, or tell JSaRC."
)
NO_AXIS = "This result has no comparisons or searches along a threshold."


@dataclass(frozen=True, slots=True)
class Explored:
    """What the address asks for; without an explorer ``why_not`` says why."""

    form: ThresholdForm
    run: EvaluationRun | None = None
    explorer: Explorer | None = None
    threshold: float = 0.0
    why_not: str = ""


def explored(user: User, model: Submission, asked: QueryDict) -> Explored:
    """Return the model's result on the test set that is asked for, by default the newest."""
    visible = selectors.results_visible_to(user).filter(
        submission=model, submission__card__task=RECOGNITION
    )
    runs = [run for run in visible.order_by("-finished_at", "pk") if protocols_of(run.test_set)]
    if not runs:
        form = ThresholdForm(asked, test_sets=[], result=None)
        return Explored(form, why_not=NO_RESULT)
    by_slug = {run.test_set.slug: run for run in reversed(runs)}
    run = by_slug.get(asked.get("test_set", ""), runs[0])
    return explored_of(run, asked, [one.test_set for one in by_slug.values()])


def explored_of(run: EvaluationRun, asked: QueryDict, test_sets: list[Any]) -> Explored:
    """Return one result as the address asks for it."""
    result = provenance.result_of(run)
    form = ThresholdForm(asked, test_sets=test_sets, result=result)
    explorer = explore(result, form.wanted()) if result else None
    if explorer is None:
        return Explored(form, run, why_not=NO_AXIS if result else NO_FILE)
    threshold = form.threshold_in(explorer)
    return Explored(form, run, explorer, threshold)


def details(found: Explored) -> dict[str, Any]:
    """Return what the page shows: texts at the threshold, those of all others, and charts."""
    explorer, threshold = found.explorer, found.threshold
    if explorer is None or found.run is None:
        return {"why_not": found.why_not}
    requirement = found.form.requirement()
    texts = words.shown_at(explorer, threshold)
    found.form.show(found.run.test_set, explorer, threshold)
    return {
        "run": found.run,
        "explorer": explorer,
        "place": explorer.thresholds.index(threshold),
        "last_place": len(explorer.thresholds) - 1,
        "texts": texts,
        "rows": [
            (row, texts[row.key], texts[f"{row.key}-detail"]) for row in words.rows_of(explorer)
        ],
        "group_tables": _group_tables(explorer, texts),
        "marks": list(mark_sentences(explorer)),
        "required": requirement.sentence(explorer),
        "charts": list(charts_of(explorer, threshold, requirement)),
        "script_data": words.script_data(explorer),
    }


def _group_tables(explorer: Explorer, texts: words.Texts) -> list[dict[str, Any]]:
    tables = []
    for number, axis in enumerate(explorer.axes):
        key = f"axis-{number}"
        tables.append(
            {
                "key": key,
                "axis": axis,
                "name": explorer.names.name(axis.rate),
                "meaning": explorer.names.meaning(axis.rate),
                "at": texts[f"{key}-at"],
                "ratio": texts[f"{key}-ratio"],
                "verdict": texts[f"{key}-verdict"],
                "rows": [
                    (f"{key}-{k}", name, texts[f"{key}-{k}"], texts[f"{key}-{k}-detail"])
                    for k, name in enumerate(axis.groups)
                ],
            }
        )
    return tables

"""What the pages look for is what the harness wrote: figures of a result that it made."""

import pytest

from portal.comparison import figures, selectors
from portal.comparison.basis import choose_basis
from portal.comparison.measured import MeasuredModel
from portal.comparison.table import compare_table
from portal.runs.recording import Outcome
from tests.evaluation.made_result import make_result, result
from tests.portal.builders import make_run, make_test_set
from tests.portal.comparison.search_results import make_search_result

__all__ = ["make_result", "result"]
pytestmark = pytest.mark.django_db


@pytest.fixture
def recorded(result):
    """The result of the harness in the tables, and the basis of one of its protocols."""

    def record(protocol, kind, sizes, counts):
        test_set = make_test_set(
            protocols=[
                {"name": protocol, "title": "T", "kind": kind, "gallery_sizes": sizes}
                | {"n_mated": counts.n_mated, "n_non_mated": counts.n_non_mated}
            ]
        )
        run = make_run("scored", "released", test_set=test_set)
        outcome = Outcome.of(run, result)
        type(outcome.measurements[0]).objects.bulk_create(outcome.measurements)
        type(outcome.curves[0]).objects.bulk_create(outcome.curves)
        basis = choose_basis([test_set], {})
        found = selectors.measurements_of([run], basis)[run.pk]
        return MeasuredModel.of(run, found), basis

    return record


def sizes_of(galleries):
    return [one.gallery_size for one in galleries]


def rows_of(model, basis):
    return {
        (group.title, row.label): row.cells[0]
        for group in compare_table([model], basis)
        for row in group.rows
    }


def test_searches_are_found_in_the_largest_gallery(recorded, result):
    found = result.identification[0]
    largest = found.galleries[-1]
    model, basis = recorded("searches", "identification", sizes_of(found.galleries), largest)

    shown = {point.target_fpir: point for point in largest.operating_points}
    assert set(model.targets(basis)) == set(shown)
    at_tenth = shown[0.1]
    assert model.missed(basis, 0.1).errors == at_tenth.fnir[0].fnir.errors
    assert model.false(basis, 0.1).errors == at_tenth.fpir.errors
    assert shown[1e-3].threshold is None, "the searches of this result are too few for it"
    assert model.missed(basis, 1e-3).evidence == "not_enough"
    rows = rows_of(model, basis)
    own = largest.recommended
    title = "At the threshold that the supplier recommends"
    false = rows[title, "Real false positive identification rate"]
    assert false.rate.errors == own.fpir.errors
    missed = rows[title, f"Real false negative identification rate, {basis.where}"]
    assert missed.rate.errors == own.fnir[0].fnir.errors
    without = {one.rank: one.fnir.errors for one in largest.investigation}
    named = f"FNIR without a threshold, in a gallery of {largest.gallery_size} people"
    assert rows[named, "Person not the first candidate (rank 1)"].rate.errors == without[1]
    assert rows[named, "Person not among the first 20 (rank 20)"].rate.errors == without[20]


def test_passages_are_found_on_the_largest_watchlist(recorded, result):
    found = result.live[0]
    largest = found.watchlists[-1]
    model, basis = recorded("passages", "live", sizes_of(found.watchlists), largest)

    shown = {point.target_fpir: point for point in largest.operating_points}
    assert set(model.targets(basis)) == set(shown)
    point = shown[basis.target]
    assert model.missed(basis).errors == point.fnir.errors
    assert model.false(basis, basis.target).errors == point.fpir.errors
    rows = rows_of(model, basis)
    title = f"Alerts, where the FPIR is at most {basis.target_words}"
    per_alert = rows[title, "False alerts, of all alerts"].rate
    assert per_alert.trials == point.alerts.false_per_alert.trials
    seconds = f"{point.time_to_alert.p90_seconds:.1f} seconds"
    assert rows[title, "Nine in ten right alerts come within"].text == seconds
    own = "At the threshold that the supplier recommends"
    per_passage = rows[own, "False alerts, of all passages"].rate
    assert per_passage.errors == largest.recommended.alerts.false_per_passage.errors


@pytest.mark.parametrize(
    ("protocol", "kind"), [("searches", "identification"), ("passages", "live")]
)
def test_the_trade_off_of_the_largest_gallery_is_recorded_and_drawn(
    recorded, result, protocol, kind
):
    galleries = result.live[0].watchlists if kind == "live" else result.identification[0].galleries
    model, basis = recorded(protocol, kind, sizes_of(galleries), galleries[-1])

    curves = selectors.curves_of([model.run], protocol, "error_tradeoff")
    chart = figures.error_tradeoff_chart([model], curves, basis)

    assert curves[model.run.pk]["fnir"] == list(galleries[-1].curve.fnir)
    axes = chart.figure["layout"]
    assert axes["xaxis"]["title"]["text"] == "False positive identification rate (FPIR)"
    assert axes["yaxis"]["title"]["text"] == "False negative identification rate (FNIR)"


def test_a_gallery_without_a_curve_is_recorded_without(result):
    bare = result.identification[0].galleries[-1].model_copy(update={"curve": None})
    without = result.model_copy(
        update={
            "identification": (result.identification[0].model_copy(update={"galleries": (bare,)}),)
        }
    )

    curves = Outcome.of(make_run("scored"), without).curves

    assert [one.protocol for one in curves if one.kind == "error_tradeoff"].count("searches") == 0


def test_few_of_the_many_figures_of_a_run_are_read_for_a_page(recorded, result):
    found = result.identification[0]
    model, _ = recorded(
        "searches", "identification", sizes_of(found.galleries), found.galleries[-1]
    )

    assert {protocol for _, protocol, _, _ in model.figures} == {"", "searches"}
    assert {condition for _, _, condition, _ in model.figures} <= {
        "",
        f"gallery={found.galleries[-1].gallery_size}",
        *(f"gallery={found.galleries[-1].gallery_size};rank={rank}" for rank in (1, 5, 20)),
    }
    assert len(model.figures) < model.run.measurements.count() / 10


def drawn(*runs):
    basis = choose_basis([runs[0].test_set], {})
    found = selectors.measurements_of(runs, basis)
    models = [MeasuredModel.of(run, found[run.pk]) for run in runs]
    curves = selectors.curves_of(runs, "searches", "error_tradeoff")
    return (
        figures.error_tradeoff_chart(models, curves, basis),
        figures.accuracy_speed_chart(models, basis),
    )


HELD = {
    "identification": (
        "With somebody returned in at most 10% (1 in 10) of searches for people who are not in the"
        " gallery of 80 people, the share of searches that miss a person who is in it is 10.00%"
        " for A"
    ),
    "live": (
        "With an alert in at most 10% (1 in 10) of passages of people who are not on the"
        " watchlist of 80 people, the share of passages that miss a person who is on it is 10.00%"
        " for A"
    ),
}


@pytest.mark.parametrize("kind", HELD)
def test_the_sentences_and_tables_of_the_charts_speak_of_what_was_done(kind):
    tradeoff, speed = drawn(make_search_result(kind=kind, product="A"))

    assert tradeoff.sentence.startswith(HELD[kind])
    assert "of 80 people" in tradeoff.sentence
    assert tradeoff.table.header[0] == "FPIR at most"
    assert ("10%", "10.00% (7.43% to 13.33%)") in tradeoff.table.rows
    assert "of 80 people" in tradeoff.table.caption
    assert "of 80 people" in speed.sentence
    assert speed.table.header[1] == "FNIR"
    for text in (tradeoff.table.caption, speed.sentence, speed.table.caption, str(tradeoff.figure)):
        assert "FNMR" not in text
        assert "alse match" not in text


def test_marks_stand_at_the_observed_false_rates(db):
    tradeoff, _ = drawn(make_search_result(kind="live"))

    marks = tradeoff.figure["data"][2]
    assert list(zip(marks["x"], marks["y"], strict=True)) == [(0.1, 0.1), (0.01, 0.15)]


def test_a_curve_without_a_point_of_both_errors_is_not_drawn():
    run = make_search_result()
    curve = run.curves.get()
    curve.points |= {"fpir": [0.0] * 5}
    curve.save()

    tradeoff, _ = drawn(run)

    assert tradeoff is None

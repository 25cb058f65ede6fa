"""The explorer of a whole result, against the result's own curves read in a loop."""

from types import SimpleNamespace

import pytest

from portal.comparison.thresholds.explorer import MOST_STEPS, Wanted, explore
from portal.comparison.thresholds.figure import complement, of_share
from portal.comparison.thresholds.marks import mark_sentences
from portal.comparison.thresholds.requirement import Requirement
from portal.comparison.thresholds.words import (
    rate_text,
    rows_of,
    script_data,
    shown_at,
    texts_at,
)


def texts_sent(sent, place):
    """The texts of a threshold, put together from what the browser is sent."""
    tables = [(sent["everybody"], place), *((axis, axis["places"][place]) for axis in sent["axes"])]
    found = {}
    for table, row in tables:
        found |= dict(zip(table["keys"], table["rows"][row], strict=True))
    return found


@pytest.fixture
def explorer(result):
    return explore(result, Wanted())


def test_rates_between_two_thresholds_are_those_of_the_higher_one(result, explorer):
    curve = explorer.pairs.curve
    for k, threshold in enumerate(curve.threshold[:-1]):
        asked = (threshold + curve.threshold[k + 1]) / 2
        between = {
            point.threshold
            for point in explorer.pairs.operating_points
            if point.threshold is not None and asked <= point.threshold < curve.threshold[k + 1]
        } | {explorer.recommended}
        if any(asked <= own < curve.threshold[k + 1] for own in between):
            continue
        rates = explorer.rates_at(asked)
        assert rates["FMR"].value == pytest.approx(curve.fmr[k + 1])
        assert rates["FNMR"].value == pytest.approx(curve.fnmr[k + 1])


def test_the_operating_points_have_the_intervals_of_the_report(explorer):
    own = explorer.pairs.recommended

    rates = explorer.rates_at(own.threshold)

    assert (rates["FMR"].errors, rates["FMR"].low, rates["FMR"].high) == (
        own.fmr.errors, own.fmr.low, own.fmr.high,
    )  # fmt: skip
    assert explorer.recommended == explorer.opening == 0.3


def test_the_slider_stops_where_groups_were_measured_and_not_too_often(explorer):
    stops = set(explorer.thresholds)

    assert len(stops) <= MOST_STEPS + 2
    assert explorer.recommended in stops
    for axis in explorer.axes:
        assert stops.issuperset(t for t in axis.thresholds if t >= explorer.thresholds[0])
    assert explorer.rates_at(explorer.thresholds[0])["FMR"].value <= 0.5


def test_what_is_asked_for_is_chosen_and_what_is_unknown_is_not(result):
    first = explore(result, Wanted(pairs="pairs"))
    unknown = explore(result, Wanted(pairs="nonsense", searches="none", by="hat"))

    assert first.pairs.protocol == "pairs"
    assert unknown.pairs.protocol == "all_pairs"  # the one with the most comparisons
    assert unknown.by == "sex"


def test_the_number_of_people_is_that_of_the_largest_gallery_unless_asked(result, explorer):
    sizes = [one.gallery_size for one in explorer.searches.galleries]

    assert explorer.people == explorer.gallery.size == max(sizes)
    assert explore(result, Wanted(people=12_345)).people == 12_345


def test_a_result_without_comparisons_or_searches_has_no_explorer(result):
    update = {"verification": (), "identification": (), "live": ()}

    assert explore(result.model_copy(update=update), Wanted()) is None


def test_comparisons_alone_extrapolate_fpir_only_for_a_number_of_people(result):
    alone = result.model_copy(update={"identification": (), "live": ()})

    assert set(explore(alone, Wanted()).rates_at(0.3)) == {"FMR", "FNMR"}
    found = explore(alone, Wanted(people=50)).rates_at(0.3)
    assert found["FPIR"].value == pytest.approx(1 - (1 - found["FMR"].value) ** 50)


def test_the_browser_is_sent_the_very_texts_that_the_server_shows(explorer):
    sent = script_data(explorer)

    for place, threshold in enumerate(explorer.thresholds):
        assert texts_sent(sent, place) == shown_at(explorer, threshold)


def test_no_text_prints_a_rate_of_nought(explorer):
    for threshold in explorer.thresholds:
        texts = texts_at(explorer, threshold)
        assert not {"0%", "0.00%"} & set(texts.values())


def test_all_who_are_enrolled_being_found_is_a_lower_bound():
    # No miss in 400: FNIR is at most 3/400 = 0.75%, so TPIR at least 99.25%, printed as 99.2%.
    found = complement(of_share(0.0, 400))

    assert rate_text("TPIR", found) == "≥ 99.2%"
    assert rate_text("TPIR", complement(of_share(0.01, 400))) == "99.00%"


def test_a_requirement_is_met_where_both_rates_are_low_enough_counted_in_a_loop(explorer):
    required = Requirement({"FMR": 0.2, "FNMR": 0.3})
    expected = []
    for threshold in explorer.thresholds:
        rates = explorer.rates_at(threshold)
        if rates["FMR"].value <= 0.2 and rates["FNMR"].value <= 0.3:
            expected.append(threshold)

    assert required.met_at(explorer) == expected
    assert expected
    said = required.sentence(explorer)
    assert said.startswith("The requirement (FMR of at most 20% and FNMR of at most 30%) is met")
    assert f"{expected[0]:.4f}" in said


def test_a_requirement_that_no_threshold_meets_says_what_each_rate_needs(explorer):
    said = Requirement({"FMR": 0.001, "FNMR": 0.01}).sentence(explorer)

    assert said.startswith("No measured threshold meets the requirement")
    assert "FMR is" in said
    assert "FNMR is" in said


def test_a_rate_without_errors_meets_no_requirement_below_its_upper_bound():
    # No false match in 300 comparisons: the rate may be as high as 3/300 = 1%.
    made_up = SimpleNamespace(
        thresholds=(0.5,), rates_at=lambda threshold: {"FMR": of_share(0.0, 300)}
    )

    assert Requirement({"FMR": 0.0099}).met_at(made_up) == []
    assert Requirement({"FMR": 0.0101}).met_at(made_up) == [0.5]


def test_a_rate_without_enough_evidence_meets_no_requirement():
    made_up = SimpleNamespace(
        thresholds=(0.5,), rates_at=lambda threshold: {"FMR": of_share(0.0, 2)}
    )

    assert Requirement({"FMR": 1.0}).met_at(made_up) == []


def test_nothing_required_says_nothing(explorer):
    assert Requirement({}).sentence(explorer) == ""


def test_passages_before_a_camera_are_called_by_their_name(result):
    live = explore(result.model_copy(update={"identification": ()}), Wanted())

    meanings = {row.key: row.meaning for row in rows_of(live)}
    assert meanings["fpir"].startswith("Passages with an alert")
    assert not any("In searches" in said for said in mark_sentences(live))
    assert not any("searches" in row.name + row.meaning for row in rows_of(live))

"""Where groups differ along the axis, and the marks and sentences that follow."""

import pytest

from evaluation.results import Verdict
from portal.comparison.thresholds.figure import Figure
from portal.comparison.thresholds.groups import (
    GroupAxis,
    GroupPoint,
    axes_of,
    highest_without_difference,
    stretches,
)
from portal.comparison.thresholds.marks import differs_sentence
from portal.comparison.thresholds.words import group_texts

VERDICTS = {
    "d": Verdict.DIFFERS,
    "n": Verdict.NOT_SEPARABLE,
    "?": Verdict.NOT_ENOUGH_EVIDENCE,
}


def axis(verdicts, rate="FMR", thresholds=None, *, is_followed=True):
    thresholds = thresholds or [0.1 * (k + 1) for k in range(len(verdicts))]
    points = tuple(
        GroupPoint(t, (), VERDICTS[letter], (), None, None, None)
        for t, letter in zip(thresholds, verdicts, strict=True)
    )
    return GroupAxis(rate, "p", "P", ("sex",), ("a", "b"), points, is_followed)


@pytest.mark.parametrize(
    ("false", "missed", "expected"),
    [
        ("dnnn", "nnnn", 0.4),  # nothing differs at the top
        ("dnn?", "nnnn", 0.3),  # above it false matches are too few to tell
        ("dnnn", "nndd", 0.2),  # above it misses differ
        ("dddd", "nnnn", None),
        ("????", "nnnn", None),  # too high a threshold shows nothing, and is no mark
        ("nddd", "nnnn", 0.1),
    ],
)
def test_the_highest_threshold_without_difference_needs_evidence_in_both_rates(
    false, missed, expected
):
    assert highest_without_difference([axis(false), axis(missed, "FNMR")]) == (
        expected if expected is None else pytest.approx(expected)
    )


def test_one_rate_alone_marks_nothing():
    assert highest_without_difference([axis("nnnn")]) is None
    assert highest_without_difference([]) is None


def test_only_thresholds_at_which_both_rates_were_measured_are_marked():
    false = axis("nn", thresholds=[0.2, 0.4])
    missed = axis("nn", "FNMR", thresholds=[0.2, 0.5])

    assert highest_without_difference([false, missed]) == 0.2


def test_unbroken_runs_of_a_verdict_are_told_by_their_ends():
    found = stretches(axis("ddnd?dd"), Verdict.DIFFERS)

    assert found == [pytest.approx(run) for run in [(0.1, 0.2), (0.4, 0.4), (0.6, 0.7)]]
    assert stretches(axis("nn??"), Verdict.DIFFERS) == []


def test_sentences_say_where_groups_differ_and_never_that_they_do_not():
    assert differs_sentence(axis("ddn?"), "sex") == (
        "FMR: a group by sex differs significantly from 0.1000 to 0.2000."
    )
    assert differs_sentence(axis("nd??"), "sex").endswith("significantly at 0.2000.")
    assert "no group by sex was found to differ" in differs_sentence(axis("nn??"), "sex")
    assert "not enough evidence" in differs_sentence(axis("????"), "sex")


def test_operating_points_are_named_one_by_one_as_nothing_is_known_between_them():
    said = differs_sentence(axis("ddn", is_followed=False), "sex")

    assert said.endswith("differs significantly at 0.1000 and at 0.2000.")


def test_an_older_result_shows_its_groups_at_operating_points(result):
    division = next(one for one in result.differentials if one.attributes == ("sex",))
    followed = axes_of(division)
    older = axes_of(division.model_copy(update={"curve": None}))

    assert [one.is_followed for one in (*followed, *older)] == [True, True, False, False]
    points = {at.threshold: at for at in division.thresholds}
    assert older[0].thresholds == sorted(points)
    for point in older[1].points:
        rates = [group.fnmr for group in points[point.threshold].groups]
        assert [one.errors for one in point.figures] == [rate.errors for rate in rates]
        assert [one.low for one in point.figures] == [rate.low for rate in rates]


def test_groups_are_known_at_operating_points_and_along_the_axis(result):
    division = next(one for one in result.differentials if one.attributes == ("sex",))
    followed = axes_of(division)[1]
    older = axes_of(division.model_copy(update={"curve": None}))[1]

    assert followed.thresholds == sorted({*older.thresholds, *division.curve.threshold})
    for point in older.points:
        assert followed.points[followed.place_at(point.threshold)] == point


def test_the_words_of_a_ratio_say_when_a_group_stands_at_its_upper_bound():
    figures = (
        Figure(0.0, 0.0, 0.01, 0, 300, "indicative"),
        Figure(0.1, 0.05, 0.2, 30, 300, "sufficient"),
        None,
    )
    point = GroupPoint(0.5, figures, Verdict.DIFFERS, ("b",), 10.0, "a", "b")
    texts = group_texts(2, axis("n"), point)

    assert texts["axis-2-ratio"] == (
        "10.00 (b highest, a lowest); a group without errors stands at its upper bound"
    )
    assert texts["axis-2-verdict"] == "Differs significantly: b"
    assert texts["axis-2-0"] == "≤ 1%"
    assert texts["axis-2-1-detail"] == "5.00% to 20.00%; 30 of 300"
    assert texts["axis-2-2"] == "Not measured"


def test_a_ratio_without_evidence_says_so():
    texts = group_texts(0, axis("?"), axis("?").points[0])

    assert texts["axis-0-ratio"] == texts["axis-0-verdict"] == "Not enough evidence"

"""What is said of groups: every verdict, in plain words, and never that there is no difference."""

from types import SimpleNamespace

import pytest

from evaluation.results import GroupComparison
from evaluation.results.base import Evidence, IntervalMethod, Rate
from evaluation.results.differentials import (
    DifferentialMeasures,
    DifferentialThreshold,
    GroupRates,
    GroupSize,
    RateDifferential,
)
from portal.comparison.differentials.division import ONE_TO_ONE, AtThreshold, Division, telling
from portal.comparison.differentials.heat_map import heat_rows, matrix_rows
from portal.comparison.differentials.statements import ratio, statements, summary

FMR, FNMR = ONE_TO_ONE


def compared(verdict="differs", **overrides):
    fields = {
        "group": "female", "against": "male", "ratio": 2.1, "low": 1.4, "high": 3.2,
        "at_upper_bound": False, "p_value": 0.001, "p_adjusted": 0.002, "errors_in_lower": 60,
        "detectable_ratio": 1.6, "verdict": verdict,
    }  # fmt: skip
    return GroupComparison(**(fields | overrides))


def rate(errors, trials, evidence=Evidence.SUFFICIENT):
    value = errors / trials
    return Rate(errors=errors, trials=trials, value=value, low=value / 2,
                high=value * 2 if errors else 3 / trials, method=IntervalMethod.WILSON,
                evidence=evidence)  # fmt: skip


MEASURES = DifferentialMeasures(
    groups=("female", "male"), at_upper_bound=(), lowest="male", highest="female",
    minimum=0.001, maximum=0.0021, max_to_min=2.1, max_minus_min=0.0011,
    max_to_geometric_mean=1.449, gini=0.355,
)  # fmt: skip


def at_threshold(rates, *, comparisons=(), measures=MEASURES, crossed=(), target=0.001):
    sizes = tuple(
        GroupSize(name=name, values=(name,), subjects=40, samples=400, samples_failed=0)
        for name in rates
    )
    at = DifferentialThreshold(
        target_fmr=target,
        threshold=0.5,
        fmr_is_counted=True,
        groups=tuple(GroupRates(group=name, fmr=one, fnmr=None) for name, one in rates.items()),
        cross_groups=crossed,
        fmr=RateDifferential(measures=measures, against_lowest=tuple(comparisons)),
        fnmr=RateDifferential(),
    )
    found = SimpleNamespace(
        protocol="pairs", title="Pairs", attributes=("sex",), groups=sizes, thresholds=(at,)
    )
    return AtThreshold(Division(found), at)


def said(*comparisons, kind=FMR):
    rates = {"female": rate(60, 1000), "male": rate(30, 1000)}
    return statements(at_threshold(rates, comparisons=comparisons), kind)


def test_a_difference_is_said_with_its_ratio_and_interval():
    (one,) = said(compared())

    assert one.sentence == (
        "Different people of the group “female” were wrongly matched about 2.1 times as often as"
        " those of “male” (95% interval 1.4 to 3.2). The difference is larger than chance explains."
    )
    assert one.verdict == "Differs"


def test_what_cannot_be_told_apart_is_not_called_equal():
    (one,) = said(compared("not_separable", ratio=1.2, low=0.8, high=1.7))

    assert "does not tell the two apart, which does not show that they are equal" in one.sentence
    assert "A ratio of 1.6 would probably have been found." in one.sentence


@pytest.mark.parametrize(
    ("errors", "words"),
    [(0, "there were no errors"), (1, "there was one error"), (7, "there were 7 errors")],
)
def test_too_few_errors_say_how_many_it_would_take(errors, words):
    (one,) = said(compared("not_enough_evidence", errors_in_lower=errors))

    assert one.sentence.startswith(
        "There is not enough evidence to compare the FMR of “female” with that of “male”:"
    )
    assert words in one.sentence
    assert "about 23 are needed to find a rate twice as high" in one.sentence


def test_the_rest_of_the_groups_stands_together_and_a_side_without_errors_is_told():
    (one,) = said(compared(against=None, high=None, at_upper_bound=True))

    assert "as often as all other groups together" in one.sentence
    assert "95% interval from 1.4, with no upper limit known" in one.sentence
    assert "had no errors and stands with the most that its rate can be" in one.sentence


def test_differences_stand_first():
    found = said(compared("not_enough_evidence"), compared("not_separable"), compared())

    assert [one.verdict for one in found] == ["Differs", "Not separable", "Not enough evidence"]


@pytest.mark.parametrize("verdict", ["differs", "not_separable", "not_enough_evidence"])
def test_nobody_is_ever_told_that_there_is_no_difference(verdict):
    (one,) = said(compared(verdict))

    assert "no difference" not in one.sentence
    assert "the same" not in one.sentence


@pytest.mark.parametrize(
    ("comparisons", "end"),
    [
        ([], "does not tell any two of them apart, which does not show that they are equal."),
        ([compared()], "One comparison shows a difference that is larger than chance explains."),
        ([compared(), compared()], "2 comparisons show a difference that is larger than chance"),
    ],
)
def test_the_summary_names_the_highest_and_the_lowest(comparisons, end):
    rates = {"female": rate(210, 100_000), "male": rate(100, 100_000)}
    text = summary(at_threshold(rates, comparisons=comparisons), FMR)

    assert text.startswith(
        "Of the 2 groups with enough evidence “female” has the highest FMR, 0.21%, and “male” the"
        " lowest, 0.10%: 2.1 times as high."
    )
    assert end in text


def test_fewer_than_two_groups_with_evidence_leave_nothing_to_say():
    assert "nothing can be said" in summary(at_threshold({"female": None}, measures=None), FMR)


@pytest.mark.parametrize(
    ("value", "text"), [(2.14, "2.1"), (0.484, "0.48"), (13.4, "13"), (1.0, "1.0"), (9.97, "10")]
)
def test_ratios_have_two_figures(value, text):
    assert ratio(value) == text


def test_shades_double_from_the_middle_of_the_groups_with_evidence():
    """Rates 1, 4 and 16 per thousand: the geometric mean is 4."""
    rates = {"a": rate(1, 1000), "b": rate(4, 1000), "c": rate(16, 1000),
             "d": rate(1, 3, Evidence.NOT_ENOUGH), "e": None}  # fmt: skip

    cells = [row.cells[0] for row in heat_rows(at_threshold(rates))]

    assert [cell.shade for cell in cells] == ["-2", "0", "2", "none", "none"]
    assert [cell.beside for cell in cells[:3]] == [
        "0.25 times the middle", "About the middle", "4.0 times the middle"
    ]  # fmt: skip


def test_a_group_without_errors_is_shaded_by_the_most_that_it_can_be():
    rates = {"a": rate(0, 1000), "b": rate(48, 1000)}  # 3/1000 and 48/1000: the middle is 12/1000

    first, second = (row.cells[0] for row in heat_rows(at_threshold(rates)))

    assert (first.shade, first.beside) == ("-2", "At most 0.25 times the middle")
    assert second.shade == "2"


def test_one_group_alone_has_no_middle():
    (row,) = heat_rows(at_threshold({"a": rate(5, 100)}))

    assert (row.cells[0].shade, row.cells[0].beside) == ("0", "")


def test_the_matrix_has_groups_on_its_diagonal_and_pairs_on_both_sides():
    crossed = [SimpleNamespace(group_a="a", group_b="b", fmr=rate(1, 1000))]
    at = at_threshold({"a": rate(5, 1000), "b": rate(0, 1000)})
    at = AtThreshold(at.division, SimpleNamespace(groups=at.at.groups, cross_groups=crossed))

    assert matrix_rows(at, FMR) == [("a", "0.50%", "0.10%"), ("b", "0.10%", "≤ 0.3%")]


def test_the_strictest_threshold_that_tells_groups_apart_is_shown_first():
    rates = {"female": rate(60, 1000), "male": rate(30, 1000)}
    loose, strict = at_threshold(rates, target=0.1), at_threshold(rates, target=0.001)
    silent = at_threshold(rates, target=1e-6, measures=None)
    own = at_threshold(rates, target=None)

    assert telling([loose, strict, silent, own]) is strict
    assert telling([silent, own]) is silent
    assert telling([own]) is own

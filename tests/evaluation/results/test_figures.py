"""Oracles: the result document itself, walked through for every rate that it holds."""

from collections import Counter

from evaluation.results import Evidence, figures_of


def rates_in(document):
    """Every (errors, trials, value) of a document, wherever it stands."""
    if isinstance(document, dict):
        if {"errors", "trials", "value"} <= set(document):
            yield document["errors"], document["trials"], document["value"]
        for value in document.values():
            yield from rates_in(value)
    elif isinstance(document, list):
        for value in document:
            yield from rates_in(value)


def test_every_rate_of_a_result_is_a_figure_with_its_counts(result):
    rates = list(rates_in(result.model_dump(mode="json")))
    figures = [figure for figure in figures_of(result) if figure.errors is not None]
    expected = Counter((errors, trials) for errors, trials, _ in rates)
    assert Counter((figure.errors, figure.trials) for figure in figures) == expected
    for figure in figures:
        shown = (figure.value, figure.low, figure.high)
        if figure.evidence is Evidence.NOT_ENOUGH:
            assert shown == (None, None, None), "no export prints a rate that says nothing"
        else:
            assert (figure.errors, figure.trials, figure.value) in rates
            assert figure.low <= figure.value <= figure.high
    assert len(expected) > 8


def test_no_two_figures_have_the_same_name(result):
    names = [(one.metric, one.protocol, one.condition, one.target) for one in figures_of(result)]
    assert len(set(names)) == len(names)


def test_a_target_that_cannot_be_shown_is_said_to_lack_evidence(result):
    hidden = {
        (protocol.protocol, point.target_fmr)
        for protocol in result.verification
        for point in protocol.operating_points
        if point.fnmr is None
    }
    found = {
        (one.protocol, one.target)
        for one in figures_of(result)
        if one.metric == "fnmr_at_fmr" and one.value is None
    }
    assert found == hidden
    assert hidden
    assert all(
        one.evidence is Evidence.NOT_ENOUGH
        for one in figures_of(result)
        if one.metric == "fnmr_at_fmr" and one.value is None
    )


def test_the_evidence_of_a_figure_is_the_weaker_of_target_and_count(result):
    strength = list(Evidence)
    points = {
        (protocol.protocol, point.target_fmr): point
        for protocol in result.verification
        for point in protocol.operating_points
        if point.fnmr is not None
    }
    for one in figures_of(result):
        if one.metric == "fnmr_at_fmr" and one.value is not None:
            point = points[one.protocol, one.target]
            weaker = max(point.evidence, point.fnmr.evidence, key=strength.index)
            assert one.evidence is weaker

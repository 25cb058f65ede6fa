"""The comparison's text: figures as the document has them, and nothing that steers a terminal."""

import pytest

from evaluation.metrics.trial_evidence import OperatingMode
from evaluation.ranking import At, compare_models
from evaluation.report.ranking import format_difference, format_p, render_comparison
from tests.evaluation.made_evidence import make_search_evidence
from tests.evaluation.ranking.conftest import listed, make_model, renamed, scores_of

__all__ = ["listed", "make_model", "renamed", "scores_of"]


@pytest.mark.parametrize(
    ("p", "text"), [(1.0, "1.000"), (0.0324, "0.032"), (0.001, "0.001"), (0.0009, "< 0.001")]
)
def test_small_p_values_are_not_printed_as_nought(p, text):
    assert format_p(p) == text


@pytest.mark.parametrize(
    ("difference", "text"), [(0.0, "0"), (0.0123, "+1.23"), (-0.2, "-20.00"), (0.00001, "+0.00")]
)
def test_a_difference_has_its_sign(difference, text):
    assert format_difference(difference) == text


def test_every_model_has_a_line_with_its_own_threshold_and_fmr(make_model):
    comparison = compare_models([make_model(name, k, 0.5) for k, name in enumerate("abcd")])

    text = render_comparison(comparison)

    lines = text.splitlines()
    for number, model in enumerate(comparison.rankings[0].models, start=1):
        (line,) = [x for x in lines if f" {number}    {model.name} 1 " in x]
        assert f"{model.false_positive.errors:,} of {model.false_positive.trials:,}" in line
        assert f"({model.false_negative.errors:,} of {model.false_negative.trials:,})" in line
    assert len([line for line in lines if " - " in line]) == 6


def test_searches_are_named_with_gallery_rank_and_their_own_rates():
    models = [make_search_evidence("able", 1), make_search_evidence("bold", 2, 1.4)]

    text = render_comparison(compare_models(models, at=At(target_fpir=0.1, rank=5)))

    assert "Searches (searches): FNIR at FPIR 10%, gallery of 30, rank 5" in text
    assert "90 mated searches of 30 subjects, the same for every model" in text
    assert "FPIR there" in text
    assert "FNMR" not in text
    assert "FMR" not in text


def test_without_a_threshold_nothing_is_said_of_false_positives():
    models = [make_search_evidence("able", 1), make_search_evidence("bold", 2, 1.4)]

    text = render_comparison(compare_models(models, at=At(mode=OperatingMode.INVESTIGATION)))

    assert "FNIR without a threshold, gallery of 30, rank 1" in text
    (able,) = [line for line in text.splitlines() if " 1    able 1 " in line]
    assert able.count(" of ") == 1
    assert "FPIR" not in text


def test_only_the_first_pairs_of_many_models_are_shown(make_model, renamed):
    one = make_model("a")
    comparison = compare_models([renamed(one, f"m{k:02}") for k in range(8)])

    text = render_comparison(comparison)

    assert "and 13 more pairs: --json FILE holds them all" in text
    assert "nothing shows that they differ" in text


def test_a_supplier_s_text_cannot_steer_the_terminal(make_model, renamed):
    one = make_model("a")

    text = render_comparison(compare_models([one, renamed(one, "evil\x1b[2J")]))

    assert "\x1b" not in text
    assert "evil?[2J" in text

"""Oracles: presentations counted one by one in plain Python, and cases worked by hand."""

import numpy as np
import pytest
from sklearn.metrics import roc_auc_score

from evaluation.errors import EmptyTrialsError, NonFiniteScoreError
from evaluation.metrics.presentation_attack import presentation_attack_result
from evaluation.metrics.presentations import Presentations
from evaluation.results import Evidence, IntervalMethod


def made(scores, species, *, failed=None, subjects=None):
    n = len(scores)
    return Presentations.of(
        np.array(scores, dtype=np.float64),
        attack=np.array([name is not None for name in species]),
        species=[name or "" for name in species],
        failed=np.array(failed if failed is not None else [False] * n, dtype=np.bool_),
        subjects=np.arange(n) if subjects is None else np.array(subjects),
    )


def measured(presentations, threshold=None, replicates=50):
    return presentation_attack_result(
        presentations,
        protocol="pad",
        title="PAD",
        recommended_threshold=threshold,
        replicates=replicates,
        seed=3,
    )


LIVE = None
SCORES = [0.9, 0.5, 0.2, 0.6, 0.1, 0.5, 0.4]
SPECIES = [LIVE, LIVE, LIVE, "print", "print", "mask", "mask"]


def test_rates_of_a_case_worked_by_hand():
    found = measured(made(SCORES, SPECIES))
    # At 0.5: one of two prints and one of two masks pass, one of three live faces does not.
    assert [(one.species, one.apcer.errors, one.apcer.trials) for one in found.species] == [
        ("mask", 1, 2),
        ("print", 1, 2),
    ]
    assert found.worst_species == "mask", "the first by name of equally bad ones"
    assert (found.bpcer.errors, found.bpcer.trials) == (1, 3)
    assert found.acer == pytest.approx((1 / 2 + 1 / 3) / 2)
    assert (found.pooled_apcer.errors, found.pooled_apcer.trials) == (2, 4)
    assert (found.threshold, found.is_recommended) == (0.5, False)


def test_a_score_equal_to_the_threshold_is_accepted():
    found = measured(made([0.7, 0.7], [LIVE, "print"]), threshold=0.7)
    assert (found.bpcer.errors, found.apcer.errors) == (0, 1)
    assert found.is_recommended


def test_the_worst_species_counts_and_not_the_mean():
    scores = [0.9] * 4 + [0.9] * 3 + [0.1] * 97
    found = measured(made(scores, [LIVE] * 4 + ["mask"] * 3 + ["print"] * 97))
    assert (found.apcer.value, found.worst_species) == (1.0, "mask")
    assert found.pooled_apcer.value == 0.03


def test_of_species_without_an_error_the_one_that_is_known_least_is_the_worst():
    scores = [0.9] * 4 + [0.1] * 140
    found = measured(made(scores, [LIVE] * 4 + ["mask"] * 100 + ["print"] * 40))
    assert (found.worst_species, found.apcer.errors, found.apcer.trials) == ("print", 0, 40)
    assert found.apcer.high == 3 / 40
    (at_tenth,) = [p for p in found.operating_points if p.target_apcer == 0.1]
    assert (at_tenth.apcer.errors, at_tenth.species) == (0, "print")


def test_what_gives_no_response_is_never_accepted_and_counted_beside():
    found = measured(made([0.9] * 4, [LIVE, LIVE, "print", "print"], failed=[1, 0, 1, 0]))
    assert (found.bpcer.errors, found.bpcer.trials, found.bpcer.failures) == (1, 2, 1)
    assert (found.bpnrr.errors, found.bpnrr.trials) == (1, 2)
    (prints,) = found.species
    assert (prints.apcer.errors, prints.apcer.trials) == (1, 2)
    assert (prints.apnrr.errors, prints.apnrr.trials) == (1, 2)


def test_where_no_attack_gives_a_response_none_is_accepted_and_there_is_no_auc():
    found = measured(made([0.9, 0.8, 0.7], [LIVE, "print", "print"], failed=[0, 1, 1]))
    assert found.apcer.errors == 0
    assert found.auc is None
    assert found.eer is None


def test_where_nothing_gives_a_response_no_one_is_accepted():
    found = measured(made([0.0] * 4, [LIVE, LIVE, "print", "print"], failed=[1] * 4))
    assert (found.bpcer.value, found.apcer.value) == (1.0, 0.0)
    assert found.det.threshold == ()


def test_attacks_without_a_species_are_one_of_their_own():
    found = measured(
        Presentations.of(
            np.array([0.1, 0.9]),
            attack=np.array([False, True]),
            species=["", ""],
            failed=np.zeros(2, bool),
            subjects=np.arange(2),
        )
    )
    assert [one.species for one in found.species] == ["unnamed"]


@pytest.mark.parametrize("species", [[LIVE, LIVE], ["print", "print"]])
def test_without_attacks_or_without_bona_fide_there_is_nothing_to_measure(species):
    with pytest.raises(EmptyTrialsError, match="there are no"):
        made([0.1, 0.2], species)


def test_a_score_that_is_not_finite_is_refused_unless_it_failed():
    with pytest.raises(NonFiniteScoreError):
        made([np.nan, 0.2], [LIVE, "print"])
    made([np.nan, 0.2], [LIVE, "print"], failed=[True, False])


def random_presentations(seed):
    rng = np.random.default_rng(seed)
    n = 400
    species = [(LIVE, "print", "mask")[k] for k in rng.integers(0, 3, n)]
    scores = np.round(rng.normal(0, 1, n) + [0.8 if one is LIVE else 0 for one in species], 1)
    return scores, species, rng.random(n) < 0.05


def rates_at(threshold, scores, species, failed):
    """APCER by species and BPCER by definition."""
    accepted = [s >= threshold and not f for s, f in zip(scores, failed, strict=True)]
    by = {
        name: [a for a, s in zip(accepted, species, strict=True) if s == name]
        for name in ("print", "mask", LIVE)
    }
    apcer = {name: sum(by[name]) / len(by[name]) for name in ("print", "mask")}
    return apcer, 1 - sum(by[LIVE]) / len(by[LIVE])


@pytest.mark.parametrize("seed", range(8))
def test_points_are_at_the_lowest_threshold_whose_worst_species_meets_the_target(seed):
    scores, species, failed = random_presentations(seed)
    found = measured(made(scores, species, failed=failed))
    for point in found.operating_points[1:]:
        apcer, bpcer = rates_at(point.threshold, scores, species, failed)
        assert max(apcer.values()) <= point.target_apcer
        assert point.apcer.value == pytest.approx(max(apcer.values()))
        assert point.bpcer.value == pytest.approx(bpcer)
        lower = np.nextafter(point.threshold, -np.inf)
        assert max(rates_at(lower, scores, species, failed)[0].values()) > point.target_apcer


@pytest.mark.parametrize("seed", range(4))
def test_every_point_of_the_curve_is_what_its_threshold_gives(seed):
    scores, species, failed = random_presentations(seed)
    det = measured(made(scores, species, failed=failed)).det
    assert list(det.threshold) == sorted(det.threshold)
    for threshold, worst, bpcer in zip(det.threshold, det.apcer, det.bpcer, strict=True):
        apcer, expected = rates_at(threshold, scores, species, failed)
        assert worst == pytest.approx(max(apcer.values()))
        assert bpcer == pytest.approx(expected)


def test_auc_is_scikit_learns_where_everything_gave_a_response():
    scores, species, _ = random_presentations(1)
    found = measured(made(scores, species))
    assert found.auc == pytest.approx(roc_auc_score([one is LIVE for one in species], scores))


def test_a_target_needs_three_expected_errors_in_the_smallest_species():
    species = [LIVE] * 5 + ["print"] * 59 + ["mask"] * 300
    found = measured(made(np.linspace(0, 1, len(species)), species))
    one, five, ten = found.operating_points
    assert (one.evidence, five.evidence) == (Evidence.NOT_ENOUGH, Evidence.NOT_ENOUGH)
    assert (one.threshold, one.bpcer) == (None, None)
    assert ten.evidence is Evidence.INDICATIVE
    assert found.pooled_points[0].evidence is Evidence.INDICATIVE


def test_people_shown_more_than_once_are_drawn_with_all_their_presentations():
    scores, species = [0.9, 0.1] * 30, [LIVE] * 58 + ["print"] * 2
    alone = measured(made(scores, species))
    repeated = measured(made(scores, species, subjects=np.arange(60) // 2))
    assert alone.bpcer.method is IntervalMethod.WILSON
    assert repeated.bpcer.method is IntervalMethod.SUBJECT_BOOTSTRAP
    one_person = measured(made(scores, species, subjects=[7] * 60))
    assert one_person.bpcer.evidence is Evidence.NOT_ENOUGH


def test_all_scores_equal_are_all_accepted_or_all_rejected():
    found = measured(made([0.5] * 60, [LIVE] * 20 + ["print"] * 40))
    assert (found.apcer.value, found.bpcer.value, found.auc) == (1.0, 0.0, 0.5)
    (_, _, ten) = found.operating_points
    assert (ten.apcer.value, ten.bpcer.value) == (0.0, 1.0)
    assert sum(found.scores.attack) == 40


def test_order_does_not_matter_and_the_same_seed_gives_the_same_bits():
    scores, species, failed = random_presentations(5)
    subjects = np.arange(400) // 4
    order = np.random.default_rng(0).permutation(400)
    first = measured(made(scores, species, failed=failed, subjects=subjects))
    again = measured(
        made(
            scores[order],
            [species[k] for k in order],
            failed=failed[order],
            subjects=subjects[order],
        )
    )
    assert first == again

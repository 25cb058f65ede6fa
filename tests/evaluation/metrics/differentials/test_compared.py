"""Oracle: every comparison looked at one by one in plain Python."""

from types import SimpleNamespace

import numpy as np
import pytest

from evaluation.comparison import PairScores
from evaluation.errors import NonFiniteScoreError
from evaluation.metrics.differentials import Compared
from evaluation.metrics.differentials.counting import Division, cell_numbers
from evaluation.metrics.differentials.groups import Members, groupings
from evaluation.results import Pairing

THRESHOLDS = np.array([-0.2, 0.1, 0.35, 0.6, 0.8])

both_forms = pytest.mark.parametrize("form", ["listed", "streamed"])
seeds = pytest.mark.parametrize("seed", range(4))


def rows_of(world, group):
    """(groups of both samples, mated, completed, score, subjects) of every comparison."""
    protocol, scores = world.protocol, world.scores
    for k in range(protocol.mated.size):
        i, j = protocol.reference[k], protocol.probe[k]
        subjects = world.subject_index[i], world.subject_index[j]
        pair = group[i], group[j]
        yield pair, protocol.mated[k], scores.completed[k], scores.scores[k], subjects


def measured(world, form, names=("sex", "age_band")):
    compared = getattr(world, form)
    for grouping in groupings({name: world.values[name] for name in names}, compared.members):
        division = compared.division(grouping)
        yield grouping, division, compared.count(division, THRESHOLDS)


@both_forms
@seeds
def test_non_mated_counts_are_those_of_looking_at_every_comparison(make_world, seed, form):
    world = make_world(seed)

    for grouping, division, counted in measured(world, form):
        rows = [row for row in rows_of(world, grouping.of_sample) if not row[1] and row[2]]
        numbers = cell_numbers(division.n_groups)
        for a in range(division.n_groups):
            for b in range(a, division.n_groups):
                mine = [row for row in rows if sorted(row[0]) == [a, b]]
                cell = numbers[a, b]
                assert counted.non_mated.trials[cell] == len(mine)
                assert counted.non_mated.errors[cell].tolist() == [
                    sum(row[3] >= t for row in mine) for t in THRESHOLDS
                ]
                assert counted.non_mated.failures[cell] == 0
        assert counted.non_mated.outside == sum(min(row[0]) < 0 for row in rows)
        assert counted.non_mated.trials.sum() + counted.non_mated.outside == len(rows)
        assert counted.fmr_is_counted.all()


@both_forms
@seeds
def test_mated_counts_are_those_of_looking_at_every_comparison(make_world, seed, form):
    world = make_world(seed)

    for grouping, division, counted in measured(world, form):
        rows = [row for row in rows_of(world, grouping.of_sample) if row[1]]
        n = division.n_groups
        places = {k: [row for row in rows if row[0] == (k, k)] for k in range(n)}
        places[n] = [row for row in rows if row[0][0] != row[0][1] and min(row[0]) >= 0]
        for place, mine in places.items():
            assert counted.mated.trials[place] == len(mine)
            assert counted.mated.errors[place].tolist() == [
                sum(not row[2] or row[3] < t for row in mine) for t in THRESHOLDS
            ]
            assert counted.mated.failures[place] == sum(not row[2] for row in mine)
            assert counted.mated.subjects[place] == len({row[4][0] for row in mine})
        assert counted.mated.outside == sum(min(row[0]) < 0 for row in rows)
        assert counted.mated.trials.sum() + counted.mated.outside == len(rows)


def test_people_of_two_age_bands_have_comparisons_between_groups(make_world):
    found = {g.attributes: c for g, _, c in measured(make_world(1), "streamed")}

    assert found["age_band",].mated.trials[-1] > 0
    assert found["sex",].mated.trials[-1] == 0


@both_forms
def test_replicates_are_those_of_writing_every_comparison_down_again(make_world, form):
    world = make_world(2, n_subjects=30, per_subject=3)
    weights = np.random.default_rng(0).multinomial(30, [1 / 30] * 30, size=6).astype(float)

    for grouping, division, counted in measured(world, form):
        errors, trials = counted.non_mated.weigh(weights)
        mated_errors, mated_trials = counted.mated.weigh(weights)
        rows = list(rows_of(world, grouping.of_sample))
        numbers, n = cell_numbers(division.n_groups), division.n_groups
        for k, w in enumerate(weights):
            drawn = np.zeros((numbers.max() + 1, THRESHOLDS.size + 1))
            mated = np.zeros((n + 1, THRESHOLDS.size + 1))
            for (a, b), same, completed, score, (s, t) in rows:
                if min(a, b) < 0:
                    continue
                if same:
                    wrong = [not completed or score < x for x in THRESHOLDS]
                    mated[a if a == b else n] += w[s] * np.array([*wrong, 1])
                elif completed:
                    wrong = [score >= x for x in THRESHOLDS]
                    drawn[numbers[a, b]] += w[s] * w[t] * np.array([*wrong, 1])
            assert np.array_equal(errors[:, :, k], drawn[:, :-1])
            assert np.array_equal(trials[:, k], drawn[:, -1])
            assert np.array_equal(mated_errors[:, :, k], mated[:, :-1])
            assert np.array_equal(mated_trials[:, k], mated[:, -1])


def test_short_list_is_drawn_again_as_a_long_one(make_world):
    world = make_world(2, n_subjects=40)
    keep = np.random.default_rng(1).random(world.protocol.mated.size) < 0.02
    for name in ("reference", "probe", "mated"):
        setattr(world.protocol, name, getattr(world.protocol, name)[keep])
    scores = PairScores(world.scores.scores[keep], world.scores.completed[keep])
    compared = Compared(world.protocol, scores, world.failed, world.subject_index)
    grouping = groupings({"sex": world.values["sex"]}, Members(np.ones(120, bool), *people(world)))
    division = compared.division(grouping[0])
    weights = np.random.default_rng(0).multinomial(40, [1 / 40] * 40, size=5).astype(float)

    counted = compared.count(division, THRESHOLDS).non_mated

    kept = np.zeros((3, 5))
    each = np.zeros((3, 40), int)
    for k in np.flatnonzero(~world.protocol.mated & scores.completed):
        i, j = world.protocol.reference[k], world.protocol.probe[k]
        cell = cell_numbers(2)[division.group[i], division.group[j]]
        subjects = division.subject[[i, j]]
        kept[cell] += weights[:, subjects].prod(axis=1)
        each[cell, subjects] += 1
    assert np.array_equal(counted.weigh(weights)[1], kept)
    assert counted.subjects.tolist() == [np.count_nonzero(row) for row in each]
    assert counted.independent.tolist() == [row.max() == 1 for row in each]


def people(world):
    return world.failed, world.subject_index


@seeds
def test_list_and_stream_of_the_same_comparisons_count_the_same(make_world, seed):
    world = make_world(seed)

    for (_, _, listed), (_, _, streamed) in zip(
        measured(world, "listed"), measured(world, "streamed"), strict=True
    ):
        for kind in ("mated", "non_mated"):
            one, other = getattr(listed, kind), getattr(streamed, kind)
            for field in ("errors", "trials", "failures"):
                assert np.array_equal(getattr(one, field), getattr(other, field))
            assert one.outside == other.outside


def test_threshold_at_or_below_the_lowest_score_kept_is_not_counted(make_world):
    world = make_world(0, tail_size=500)
    lowest = world.part.tail_scores[-1]
    assert world.part.tail_scores.size == 500 < world.part.n_non_mated
    thresholds = np.array([lowest - 0.1, lowest, np.nextafter(lowest, 2), lowest + 0.1])
    compared = world.streamed
    grouping = groupings({"sex": world.values["sex"]}, compared.members)[0]
    division = compared.division(grouping)

    cut = compared.count(division, thresholds)
    whole = world.listed.count(division, thresholds)

    assert cut.fmr_is_counted.tolist() == [False, False, True, True]
    assert np.array_equal(cut.non_mated.errors[:, 2:], whole.non_mated.errors[:, 2:])
    assert np.array_equal(cut.non_mated.trials, whole.non_mated.trials)
    assert np.array_equal(cut.mated.errors, whole.mated.errors)


def listed_pairs(subject, pairs, mated, scores):
    reference, probe = (np.array(side, dtype=np.int32) for side in zip(*pairs, strict=True))
    protocol = SimpleNamespace(
        name="p", title="P", reference=reference, probe=probe, mated=np.array(mated), fold=None
    )
    n = len(subject)
    return Compared(
        protocol,
        PairScores(np.array(scores, dtype=np.float64), np.ones(len(pairs), bool)),
        np.zeros(n, bool),
        np.array(subject, dtype=np.int32),
    )


def test_score_equal_to_the_threshold_is_a_match():
    compared = listed_pairs([0, 0, 1, 1], [(0, 1), (0, 2)], [True, False], [0.5, 0.5])
    division = Division(np.zeros(4, np.int64), 1, np.array([0, 0, 1, 1]), 2)

    counted = compared.count(division, np.array([0.5, np.nextafter(0.5, 1)]))

    assert counted.non_mated.errors.tolist() == [[1, 0]]
    assert counted.mated.errors[0].tolist() == [0, 1]


def test_trials_that_share_no_subject_are_independent():
    pairs = [(0, 1), (2, 3), (4, 5), (4, 6)]
    compared = listed_pairs([0, 1, 2, 3, 4, 5, 6], pairs, [False] * 4, [0.1] * 4)
    group = np.array([0, 0, 0, 0, 1, 1, 1])
    division = Division(group, 2, np.arange(7), 7)

    counted = compared.count(division, np.array([0.5]))

    within = cell_numbers(2).diagonal()
    assert counted.non_mated.independent[within].tolist() == [True, False]
    assert counted.non_mated.subjects[within].tolist() == [4, 3]


@both_forms
@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
@pytest.mark.parametrize("kind", ["mated", "non_mated"])
def test_score_that_is_no_number_is_refused(make_world, form, bad, kind):
    world = make_world(0)
    mated = kind == "mated"
    if form == "listed":
        row = np.flatnonzero((world.protocol.mated == mated) & world.scores.completed)[3]
        world.scores.scores[row] = bad
    else:
        scores = world.part.mated_scores if mated else world.part.tail_scores
        scores[0] = bad

    with pytest.raises(NonFiniteScoreError, match=kind.replace("_", "-")):
        list(measured(world, form))


def test_pairing_is_read_off_the_list(make_world):
    world = make_world(0)
    (by_sex,) = groupings({"sex": world.values["sex"]}, world.listed.members)
    assert world.listed.pairing(by_sex) is Pairing.LISTED
    assert world.streamed.pairing(by_sex) is Pairing.ALL_PAIRS

    sex, protocol = by_sex.of_sample, world.protocol
    keep = protocol.mated | (sex[protocol.reference] == sex[protocol.probe])
    same = SimpleNamespace(
        reference=protocol.reference[keep], probe=protocol.probe[keep], mated=protocol.mated[keep]
    )
    kept = PairScores(world.scores.scores[keep], world.scores.completed[keep])
    compared = Compared(same, kept, world.failed, world.subject_index)
    (by_sex, by_age, _) = groupings(world.values, compared.members)
    assert compared.pairing(by_sex) is Pairing.SAME_GROUP
    assert compared.pairing(by_age) is Pairing.LISTED


def test_mated_trials_and_unknown_samples_do_not_make_a_list_cross_groups():
    subject = [0, 0, 1, 2]
    pairs = [(0, 1), (0, 2), (1, 3)]  # mated across groups; within; with an unknown sample
    compared = listed_pairs(subject, pairs, [True, False, False], [0.5] * 3)

    def pairing(of_sample):
        return compared.pairing(SimpleNamespace(of_sample=np.array(of_sample)))

    assert pairing([0, 1, 0, -1]) is Pairing.SAME_GROUP
    assert pairing([0, 1, 1, -1]) is Pairing.LISTED
    assert pairing([0, 1, -1, -1]) is Pairing.LISTED


def test_only_samples_of_the_list_take_part():
    compared = listed_pairs([0, 0, 1, 2], [(0, 1), (1, 2)], [True, False], [0.5, 0.5])

    assert compared.members.takes_part.tolist() == [True, True, True, False]
    assert (compared.n_mated, compared.n_non_mated) == (1, 1)

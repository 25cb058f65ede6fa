"""Oracles: the full comparison of the same models, and draws counted one by one."""

import numpy as np
import pytest

from evaluation.errors import ResultError
from evaluation.metrics.bootstrap import weight_blocks
from evaluation.ranking import (
    At,
    compare_models,
    load_mated,
    mated_errors_at,
    save_evidence,
    standing_of,
)
from evaluation.ranking.standing import share_first
from tests.evaluation.made_evidence import make_search_evidence

AT = At(target_fmr=0.1)


@pytest.fixture
def read_back(tmp_path):
    """Evidence as it is read from its file: the mated trials alone."""

    def read(model, protocol="pairs"):
        path = tmp_path / f"{model.identity.model_name}.npz"
        save_evidence(path, model)
        return load_mated(path, protocol)

    return read


@pytest.fixture
def five(make_model):
    skills = {"able": 0.75, "bold": 0.5, "calm": 0.48, "dull": 0.35, "easy": 0.1}
    return [make_model(name, seed, skill) for seed, (name, skill) in enumerate(skills.items(), 1)]


def test_groups_and_ranks_are_those_of_the_full_comparison(five, read_back):
    standing = standing_of([mated_errors_at(read_back(model), AT) for model in five])
    ranking = compare_models(five, at=AT).rankings[0]

    names = [model.identity.model_name for model in five]
    by_name = {model.name: model for model in ranking.models}
    assert standing.group.tolist() == [by_name[name].group for name in names]
    assert standing.rank_low.tolist() == [by_name[name].rank_low for name in names]
    assert standing.rank_high.tolist() == [by_name[name].rank_high for name in names]
    assert standing.group.max() > 1


def test_searches_are_ranked_with_the_people_who_are_searched_for(read_back):
    models = [make_search_evidence("near", 1, 0.7), make_search_evidence("far", 2, 1.6)]
    at = At(target_fpir=0.1)

    standing = standing_of([mated_errors_at(read_back(one, "searches"), at) for one in models])
    ranking = compare_models(models, at=at).rankings[0]

    assert standing.group.tolist() == [1, 2]
    assert [(one.rank_low, one.rank_high) for one in ranking.models] == list(
        zip(standing.rank_low.tolist(), standing.rank_high.tolist(), strict=True)
    )


def test_each_draw_gives_a_person_all_their_trials_as_often_as_they_are_drawn(five, read_back):
    models = [mated_errors_at(read_back(model), AT) for model in five]
    standing = standing_of(models)

    draws = np.concatenate(list(weight_blocks(30, replicates=80, seed=(7, 1))))
    for replicate in (0, 41, 79):
        trials, errors = 0, [0] * len(models)
        for person, times in enumerate(draws[replicate].astype(int)):
            trials += times * int(models[0].trials[person])
            for place, model in enumerate(models):
                errors[place] += times * int(model.errors[person])
        assert standing.drawn_trials[replicate] == trials
        assert standing.drawn_errors[replicate].tolist() == errors


def test_models_that_are_best_in_one_draw_share_it():
    drawn = np.array([[0.1, 0.2, 0.3], [0.2, 0.2, 0.3], [0.4, 0.2, 0.3], [0.1, 0.1, 0.1]])

    # Alone, half, none and a third; none, half, alone and a third; a third of the last.
    assert share_first(drawn) == pytest.approx([11 / 24, 11 / 24, 2 / 24])


def test_of_models_with_the_same_errors_neither_leads_the_other_apart(make_model, read_back):
    twins = [make_model("able", 1, 0.5), make_model("also", 1, 0.5)]

    standing = standing_of([mated_errors_at(read_back(model), AT) for model in twins])

    assert standing.group.tolist() == [1, 1]
    assert standing.first.tolist() == [0.5, 0.5]


def test_one_model_alone_stands_first(make_model, read_back):
    standing = standing_of([mated_errors_at(read_back(make_model("able")), AT)])

    assert (standing.group.tolist(), standing.first.tolist()) == ([1], [1.0])


@pytest.mark.parametrize("other", [{"test_set": "b"}, {"draw": 8}, {"replicates": 90}])
def test_models_on_other_trials_or_draws_are_refused(other, make_model, read_back):
    models = [make_model("able"), make_model("bold", 2, **other)]

    with pytest.raises(ResultError, match="not measured on the same trials of pairs"):
        standing_of([mated_errors_at(read_back(model), AT) for model in models])


def test_a_model_without_the_operating_point_or_the_protocol_is_refused(make_model, read_back):
    able = make_model("able")

    with pytest.raises(ResultError, match="no such operating point"):
        mated_errors_at(read_back(able), At(target_fmr=1e-6))
    with pytest.raises(ResultError, match="no mated trials of searches"):
        read_back(able, "searches")


def test_a_damaged_file_is_refused(make_model, tmp_path):
    path = tmp_path / "evidence.npz"
    path.write_bytes(b"PK damaged")

    with pytest.raises(ResultError, match="no mated trials"):
        load_mated(path, "pairs")
    with pytest.raises(ResultError, match="no mated trials"):
        load_mated(tmp_path / "none.npz", "pairs")

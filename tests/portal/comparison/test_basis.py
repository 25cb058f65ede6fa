from types import SimpleNamespace

import pytest

from portal.comparison.basis import choose_basis, default_target, protocols_of, target_words


def a_set(slug="one", *protocols):
    named = protocols or ("pairs",)
    return SimpleNamespace(
        slug=slug,
        protocols=[
            {
                "name": name,
                "title": name.title(),
                "kind": "pairs",
                "n_mated": 10,
                "n_non_mated": 3_000,
            }
            for name in named
        ],
    )


def test_an_address_without_a_choice_takes_the_first_set_and_its_first_protocol():
    basis = choose_basis([a_set("one", "pairs", "all"), a_set("two")], {})

    assert (basis.test_set.slug, basis.protocol.name) == ("one", "pairs")


def test_without_a_choice_the_protocol_with_the_most_evidence_is_taken():
    test_set = a_set("one", "pairs", "all")
    test_set.protocols[1]["n_non_mated"] = 300_000

    basis = choose_basis([test_set], {})

    assert (basis.protocol.name, basis.target) == ("all", 1e-4)


def test_the_choice_of_the_address_is_followed():
    chosen = {"test_set": "two", "protocol": "all", "target": "0.01"}

    basis = choose_basis([a_set("one"), a_set("two", "pairs", "all")], chosen)

    assert (basis.test_set.slug, basis.protocol.name, basis.target) == ("two", "all", 0.01)


def test_a_protocol_of_another_set_gives_way_to_the_first():
    assert choose_basis([a_set("one")], {"protocol": "all"}).protocol.name == "pairs"


@pytest.mark.parametrize("sets", [[], [SimpleNamespace(slug="bare", protocols=[])]])
def test_without_anything_measured_there_is_no_basis(sets):
    assert choose_basis(sets, {}) is None


@pytest.mark.parametrize(
    ("n_non_mated", "strictest"), [(3_000, 0.01), (2_999, 0.1), (300, 0.1), (30_000_000, 1e-6)]
)
def test_the_default_target_is_the_strictest_with_thirty_expected_errors(n_non_mated, strictest):
    test_set = a_set()
    test_set.protocols[0]["n_non_mated"] = n_non_mated

    assert default_target(protocols_of(test_set)[0]) == strictest


def test_targets_are_spoken_as_a_percentage_and_as_one_in_so_many():
    assert target_words(1e-4) == "0.01% (1 in 10,000)"
    assert target_words(1e-6) == "0.0001% (1 in 1,000,000)"


def test_what_is_in_no_round_percentage_is_spoken_once():
    assert target_words(1 / 6000) == "1 in 6,000"


def test_protocols_that_no_threshold_of_recognition_decides_are_no_basis():
    test_set = a_set("one", "conditions", "pairs")
    test_set.protocols[0]["kind"] = "robustness"
    assert [one.name for one in protocols_of(test_set)] == ["pairs"]
    test_set.protocols[1]["kind"] = "presentation_attack"
    assert choose_basis([test_set], {}) is None


def searched(kind, *sizes, n_subjects=7, **more):
    test_set = a_set("one", "searches")
    test_set.n_subjects = n_subjects
    test_set.protocols[0] |= {"kind": kind, "gallery_sizes": list(sizes)} | more
    return test_set


@pytest.mark.parametrize(
    ("kind", "where", "false_condition"),
    [
        ("identification", "at rank 1 in a gallery of 1,200 people", "gallery=1200"),
        ("leave_one_out", "at rank 1 in a gallery of 1,200 people", "gallery=1200"),
        ("live", "at rank 1 on a watchlist of 1,200 people", "gallery=1200;rank=1"),
    ],
)
def test_searches_are_compared_in_the_largest_gallery(kind, where, false_condition):
    basis = choose_basis([searched(kind, 20, 1_200, 300)], {})

    assert basis.is_search
    assert basis.where == where
    assert (basis.condition, basis.false_condition) == ("gallery=1200;rank=1", false_condition)
    assert basis.operating_point == (
        f"False negative identification rate (FNIR) {where}, at a false positive identification"
        " rate (FPIR) of at most"
    )


def test_one_to_one_comparisons_name_no_gallery_and_no_condition():
    basis = choose_basis([a_set()], {})

    assert not basis.is_search
    assert (basis.condition, basis.false_condition, basis.where) == ("", "", "")
    assert basis.conditions == {""}
    assert basis.operating_point == (
        "False non-match rate (FNMR) at a false match rate (FMR) of at most"
    )


def test_a_gallery_of_one_person_is_not_one_of_people():
    assert choose_basis([searched("live", 1)], {}).people == "on a watchlist of 1 person"


def test_searches_among_a_number_that_is_not_known_are_no_basis():
    assert protocols_of(searched("identification")) == []


def test_in_leave_one_out_everybody_is_enrolled_also_where_it_was_not_written_down():
    assert protocols_of(searched("leave_one_out"))[0].gallery_size == 7
    assert protocols_of(searched("leave_one_out", 6))[0].gallery_size == 6


def test_one_to_one_comes_before_searches_however_many_there_are():
    test_set = searched("identification", 80, n_non_mated=10**9)
    alone = choose_basis([test_set], {})
    test_set.protocols.append(a_set().protocols[0])

    assert alone.protocol.name == "searches"
    assert choose_basis([test_set], {}).protocol.name == "pairs"
    assert choose_basis([test_set], {"protocol": "searches"}) == alone


@pytest.mark.parametrize(
    ("kind", "asked", "taken"),
    [
        ("identification", "0.003", 0.003),
        ("identification", "0.000166667", 1 / 6000),
        ("live", "0.000166667", 1 / 6000),
        ("live", "0.003", 0.01),
        ("identification", "0.0001", 0.01),
        ("identification", "", 0.01),
    ],
)
def test_a_target_that_the_protocol_does_not_have_gives_way_to_the_strictest(kind, asked, taken):
    basis = choose_basis([searched(kind, 80)], {"target": asked})  # 3,000 searches

    assert basis.target == taken
    again = choose_basis([basis.test_set], {"target": basis.target_key})
    assert again == basis

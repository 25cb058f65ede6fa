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
    protocol = protocols_of(a_set())[0].__class__("p", "P", 10, n_non_mated)

    assert default_target(protocol) == strictest


def test_targets_are_spoken_as_a_percentage_and_as_one_in_so_many():
    assert target_words(1e-4) == "0.01% (1 in 10,000)"
    assert target_words(1e-6) == "0.0001% (1 in 1,000,000)"


def test_protocols_that_are_not_one_to_one_are_no_basis():
    test_set = a_set("one", "searches", "pairs")
    test_set.protocols[0]["kind"] = "identification"
    assert [one.name for one in protocols_of(test_set)] == ["pairs"]
    test_set.protocols[1]["kind"] = "presentation_attack"
    assert choose_basis([test_set], {}) is None

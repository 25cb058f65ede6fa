"""Which texts a search finds, and in which order; no slip of the pen hides one."""

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.home.search.matching import Text, ranked, words_of

TEXTS = [
    Text("Northgate Biometrics Limited", "France faces"),
    Text("Verify", "Northgate Biometrics Limited"),
    Text("Edge", "Rival"),
    Text("Čapek & Söhne", "Plzeň"),
]


def titles(query):
    return [TEXTS[place].title for place in ranked(query, TEXTS)]


@pytest.mark.parametrize(
    "query",
    ["northgate", "NORTHGATE", "north", "nortgate", "northhgate", "northgqte", "norhtgate",
     "biometrcs northgaet", "limited biometrics"],
)  # fmt: skip
def test_a_word_is_found_in_capitals_in_part_and_with_slips(query):
    assert titles(query) == ["Northgate Biometrics Limited", "Verify"]


@pytest.mark.parametrize("query", ["capek", "Čapek", "sohne", "plzen"])
def test_accents_are_not_needed(query):
    assert titles(query) == ["Čapek & Söhne"]


def test_every_word_has_to_fit():
    assert titles("northgate france") == ["Northgate Biometrics Limited"]
    assert titles("northgate peru") == []


@pytest.mark.parametrize("query", ["", "  ", "-", "!"])
def test_nothing_is_found_for_no_word(query):
    assert titles(query) == []


@pytest.mark.parametrize("query", ["edgy", "edg"])
def test_a_short_word_is_given_one_slip_and_no_more(query):
    assert titles(query) == ["Edge"]
    assert titles("etga") == []
    assert ranked("lfa", [Text("LFR")]) == []


def test_the_same_word_comes_before_one_that_it_begins_and_one_that_it_is_like():
    texts = [Text("gated"), Text("gaze"), Text("gate")]
    assert [texts[place].title for place in ranked("gate", texts)] == ["gate", "gated", "gaze"]


WORD = st.text(string.ascii_lowercase, min_size=4, max_size=12)


def slips_of(word, place, letter):
    """The four slips at one place of a word."""
    place %= len(word)
    swapped = word[:place] + word[place : place + 2][::-1] + word[place + 2 :]
    return {
        word[:place] + word[place + 1 :], word[:place] + letter + word[place:],
        word[:place] + letter + word[place + 1 :], swapped,
    }  # fmt: skip


@given(WORD, st.integers(0, 11), st.sampled_from(string.ascii_lowercase))
def test_one_slip_never_hides_a_word(word, place, letter):
    for slip in slips_of(word, place, letter):
        if len(slip) >= 4:
            assert ranked(slip, [Text(word)]) == [0]


@given(st.text(max_size=40), st.lists(st.text(max_size=40), max_size=5))
def test_any_text_can_be_searched_for_any_other(query, titles):
    found = ranked(query, [Text(title) for title in titles])
    assert len(found) == len(set(found)) <= len(titles)


@given(st.text(max_size=40))
def test_a_text_is_found_by_itself(text):
    assert ranked(text, [Text(text)]) == ([0] if words_of(text) else [])

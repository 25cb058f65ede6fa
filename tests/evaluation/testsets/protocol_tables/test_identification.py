"""Searches: what is written is what is read, and every fault has its line."""

import pytest

from evaluation.errors import TestSetError
from evaluation.testsets import NewIdentification, NewSample, open_test_set
from tests.evaluation.testsets.changing import change, line_wrong, require_refused

TABLE = "protocols/search.csv"


def make_search(references=("s2", "s0"), probes=("s5", "s1", "s3"), sizes=(1,)):
    return NewIdentification("search", "Search", references, probes, sizes)


def test_what_is_written_is_what_is_read(write):
    protocol = write(protocols=[make_search()]).protocol("search")

    assert (protocol.name, protocol.title) == ("search", "Search")
    assert protocol.reference.tolist() == [0, 2]
    assert protocol.probe.tolist() == [1, 3, 5]
    assert protocol.gallery_sizes == (1,)


def test_several_references_of_one_subject_are_one_of_the_gallery(write):
    search = make_search(references=("s0", "s1", "s2"), probes=("s4",))

    assert write(protocols=[search]).protocol("search").reference.tolist() == [0, 1, 2]


# The table: s2 and s0 are references on lines 2 and 3; s5, s1 and s3 are probes after them.
WRONG = [
    (1, "role", "part", "there is no column 'role'"),
    (4, "probe", "searcher", "role is 'searcher', not reference or probe"),
    (4, "s5", "s9", "sample 's9' is not in samples.csv"),
    (5, "s1", "s2", "sample 's2' stands already on line 2"),
    (6, "s3", "s5", "sample 's5' stands already on line 4"),
]


@pytest.mark.parametrize(("line", "old", "new", "message"), WRONG)
def test_a_wrong_line_is_named(write, line, old, new, message):
    root = write(protocols=[make_search()]).root
    change(root, TABLE, line_wrong(line, old, new))
    require_refused(root, TABLE, line, message)


@pytest.mark.parametrize(("role", "other"), [("reference", "probe"), ("probe", "reference")])
def test_a_role_that_nobody_has_is_refused_at_the_last_line(write, role, other):
    root = write(protocols=[make_search()]).root
    change(root, TABLE, lambda text: text.replace(f",{role}\n", f",{other}\n"))
    require_refused(root, TABLE, 6, f"no sample has the role {role}")


def test_an_image_that_is_enrolled_and_searched_for_is_refused_at_its_line(write, crop):
    samples = [NewSample(f"s{i}", crop(i % 2), ".png", f"p{i}") for i in range(3)]
    with pytest.raises(TestSetError, match=r"line 3, .*the very image that is enrolled as 's0'"):
        write(samples=samples, protocols=[make_search(("s0",), ("s2",), ())])


@pytest.mark.parametrize(
    ("search", "message"),
    [
        (make_search(references=("s9",)), "reference 1: there is no sample 's9'"),
        (make_search(probes=("s1", "s9")), "probe 2: there is no sample 's9'"),
        (make_search(probes=("s1", "s2")), "sample 's2' has two roles"),
        (make_search(probes=("s1", "s1")), "sample 's1' has two roles"),
        (make_search(references=(), sizes=()), "no sample has the role reference"),
        (make_search(probes=()), "no sample has the role probe"),
        (make_search(references=(), probes=()), "search.csv would be empty"),
        (make_search(sizes=(2,)), "a gallery size of 2 is no part of the 2 enrolled subjects"),
        (make_search(sizes=(1, 1)), "gallery_sizes must rise"),
        (make_search(sizes=(0, 1)), "a gallery size must be at least 1"),
    ],
)
def test_a_wrong_search_is_not_written(write, tmp_path, search, message):
    with pytest.raises(TestSetError) as caught:
        write(protocols=[search])
    assert message in str(caught.value)
    assert not list(tmp_path.iterdir())


def test_searches_need_known_subjects(write):
    with pytest.raises(TestSetError, match="an identification protocol needs known subjects"):
        write(protocols=[make_search()], subjects_known=False)


def test_other_columns_are_left_alone(write):
    root = write(protocols=[make_search()]).root
    change(root, TABLE, lambda text: text.replace("\n", ",x\n").replace("role,x", "role,note"))
    assert open_test_set(root).protocol("search").probe.tolist() == [1, 3, 5]

"""Presentations: what is written is what is read, and every fault has its line."""

import pytest

from evaluation.errors import TestSetError
from evaluation.testsets import NewPresentationAttack
from tests.evaluation.testsets.changing import change, line_wrong, require_refused

TABLE = "protocols/attacks.csv"
ROWS = (("s3", "print"), ("s0", ""), ("s4", "replay, tablet"), ("s1", "print"))


def make_attacks(rows=ROWS):
    return NewPresentationAttack("attacks", "Attacks", rows)


def test_what_is_written_is_what_is_read(write):
    protocol = write(protocols=[make_attacks()]).protocol("attacks")

    assert protocol.sample.tolist() == [3, 0, 4, 1]
    assert protocol.attack.tolist() == [True, False, True, True]
    assert protocol.species == ("print", "", "replay, tablet", "print")


@pytest.mark.parametrize("rows", [(("s0", ""), ("s1", "")), (("s0", "print"),)])
def test_one_class_alone_is_a_protocol(write, rows):
    protocol = write(protocols=[make_attacks(rows)]).protocol("attacks")

    assert protocol.species == tuple(species for _, species in rows)


def test_attacks_need_no_known_subjects(write):
    assert write(protocols=[make_attacks()], subjects_known=False).protocol("attacks")


WRONG = [
    (1, "label", "class", "there is no column 'label'"),
    (2, "attack", "spoof", "label is 'spoof', not live or attack"),
    (2, "print", "", "an attack needs a species"),
    (3, "live,", "live,print", "a live face has no species"),
    (3, "s0", "s9", "sample 's9' is not in samples.csv"),
    (5, "s1", "s0", "sample 's0' stands already on line 3"),
    (5, "print", "pr\x07int", "species holds a control character"),
]


@pytest.mark.parametrize(("line", "old", "new", "message"), WRONG)
def test_a_wrong_line_is_named(write, line, old, new, message):
    root = write(protocols=[make_attacks()]).root
    change(root, TABLE, line_wrong(line, old, new))
    require_refused(root, TABLE, line, message)


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        ((("s9", ""),), "presentation 1: there is no sample 's9'"),
        ((("s0", ""), ("s0", "print")), "sample 's0' stands twice"),
        ((), "attacks.csv would be empty"),
    ],
)
def test_wrong_presentations_are_not_written(write, tmp_path, rows, message):
    with pytest.raises(TestSetError) as caught:
        write(protocols=[make_attacks(rows)])
    assert message in str(caught.value)
    assert not list(tmp_path.iterdir())

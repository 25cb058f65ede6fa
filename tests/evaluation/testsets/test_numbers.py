"""Columns of whole numbers; the oracle splits every line in plain Python."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from evaluation.errors import TestSetError
from evaluation.testsets import numbers
from evaluation.testsets.numbers import read_whole_numbers


@pytest.fixture
def read(tmp_path):
    def make(content, columns=3):
        path = tmp_path / "pairs.txt"
        path.write_bytes(content)
        return read_whole_numbers(path, columns)

    return make


number = st.integers(0, 999_999_999)


@given(
    st.lists(st.tuples(number, number, number), min_size=1, max_size=40),
    st.sampled_from([" ", "\t", "  "]),
    st.sampled_from(["\n", "\r\n", " \n"]),
    st.sampled_from(["", "\n", "\n\n \n"]),
    st.integers(1, 60),
)
def test_numbers_are_those_of_each_line_whatever_the_block(
    tmp_path_factory, rows, space, end, tail, block
):
    path = tmp_path_factory.mktemp("numbers") / "pairs.txt"
    text = end.join(space.join(map(str, row)) for row in rows) + tail
    path.write_bytes(text.encode())
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(numbers, "_BLOCK_BYTES", block)
        found = read_whole_numbers(path, 3)
    assert found.dtype == np.int32
    by_hand = [tuple(int(field) for field in line.split()) for line in text.split("\n")]
    assert [tuple(row) for row in found.tolist()] == [row for row in by_hand if row]


def test_leading_zeros_and_a_byte_order_mark_change_nothing(read):
    assert read(b"\xef\xbb\xbf007 0 1\n").tolist() == [[7, 0, 1]]


WRONG = {
    b"1 2": "the line has 2 fields instead of 3",
    b"1 2 3 4": "the line has 4 fields instead of 3",
    b"": "the line has 0 fields instead of 3",
    b"1 2 x": "the line holds something else than whole numbers",
    b"1 -2 3": "the line holds something else than whole numbers",
    b"1 2.0 3": "the line holds something else than whole numbers",
    b"1 2 \xb2": "the line holds something else than whole numbers",
    b"1 2 1234567890": "a number has more than 9 digits",
}


@pytest.mark.parametrize("block", [1, 10, 1 << 23])
@pytest.mark.parametrize("wrong", WRONG)
@pytest.mark.parametrize("before", [0, 5])
def test_a_wrong_line_is_named_whatever_the_block(read, monkeypatch, block, wrong, before):
    monkeypatch.setattr(numbers, "_BLOCK_BYTES", block)
    lines = [b"10 20 1"] * before + [wrong] + [b"3 4 0"] * 3
    with pytest.raises(TestSetError) as caught:
        read(b"\n".join(lines))
    assert (caught.value.message, caught.value.line) == (WRONG[wrong], before + 1)


def test_an_empty_list_is_refused(read):
    with pytest.raises(TestSetError, match=r"pairs.txt: the file is empty"):
        read(b"\n\n")


def test_a_missing_list_is_refused(tmp_path):
    with pytest.raises(TestSetError, match=r"none.txt: the file cannot be read"):
        read_whole_numbers(tmp_path / "none.txt", 3)

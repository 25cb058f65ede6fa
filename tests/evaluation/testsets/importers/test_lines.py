"""Lists in plain text: fields, numbers, and every fault with its line."""

import pytest

from evaluation.errors import TestSetError
from evaluation.testsets.importers.lines import read_lines


@pytest.fixture
def listed(tmp_path):
    def make(content, **options):
        path = tmp_path / "list.txt"
        path.write_bytes(content)
        return list(read_lines(path, **options))

    return make


@pytest.mark.parametrize(
    "content",
    [
        b"a 1\nb  2\n",
        b"a\t1\r\nb 2",
        b"\xef\xbb\xbf a 1 \nb 2 \n",
    ],
)
def test_spaces_line_ends_and_a_byte_order_mark_change_nothing(listed, content):
    assert [line.fields for line in listed(content)] == [("a", "1"), ("b", "2")]


def test_blank_lines_are_skipped_but_counted(listed):
    assert [line.number for line in listed(b"\na\n \t\nb\n\n")] == [2, 4]


def test_a_divider_leaves_spaces_within_fields(listed):
    first, second = listed(b"Ann Lee\t1\nBob 2\n", divider="\t")
    assert (first.fields, second.fields) == (("Ann Lee", "1"), ("Bob", "2"))


@pytest.mark.parametrize("content", [b"", b"\n \n", b"\xef\xbb\xbf"])
def test_an_empty_list_is_refused(listed, content):
    with pytest.raises(TestSetError, match=r"list.txt: the file is empty"):
        listed(content)


def test_another_encoding_is_named_by_its_line(listed):
    with pytest.raises(TestSetError, match=r"list.txt, line 2: this is not UTF-8 text"):
        listed("a\nJosé\n".encode("latin-1"))


def test_a_missing_list_is_refused(tmp_path):
    with pytest.raises(TestSetError, match=r"none.txt: the file cannot be read: No such file"):
        list(read_lines(tmp_path / "none.txt"))


@pytest.mark.parametrize(
    ("field", "message"),
    [
        ("x", "the number is 'x', not a whole number from 1"),
        ("0", "the number is '0', not a whole number from 1"),
        ("-3", "the number is '-3', not a whole number from 1"),
        ("1.0", "the number is '1.0', not a whole number from 1"),
        ("²", "the number is '²', not a whole number from 1"),
        ("1234567890", "the number is '1234567890', not a whole number from 1"),
    ],
)
def test_what_is_no_whole_number_is_named(listed, field, message):
    [line] = listed(f"a {field}\n".encode())
    with pytest.raises(TestSetError) as caught:
        line.whole(1, "number", least=1)
    assert (caught.value.message, caught.value.line) == (message, 1)


@pytest.mark.parametrize(
    ("field", "said"), [("x", "not a number"), ("nan", "not a finite number"), ("inf", "finite")]
)
def test_what_is_no_finite_number_is_named(listed, field, said):
    [line] = listed(f"{field}\n".encode())
    with pytest.raises(TestSetError, match=f"the score is '{field}', .*{said}"):
        line.decimal(0, "score")


def test_numbers_and_counts_of_fields_are_read(listed):
    [line] = listed(b"7 -1.5e2\n")
    line.require(2)
    assert (line.whole(0, "number"), line.decimal(1, "score")) == (7, -150.0)
    with pytest.raises(TestSetError, match="line 1: the line has 2 fields instead of 3"):
        line.require(3)

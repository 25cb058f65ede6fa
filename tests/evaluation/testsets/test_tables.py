"""Tables as people really save them, and every fault with its line."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evaluation.errors import TestSetError
from evaluation.testsets import tables
from evaluation.testsets.tables import read_table, stream_table, write_table


@pytest.fixture
def read(tmp_path):
    def make(content, needed=("a", "b")):
        path = tmp_path / "t.csv"
        path.write_bytes(content)
        return read_table(path, needed)[1]

    return make


@pytest.mark.parametrize(
    "content",
    [
        b"a,b\n1,2\n",
        b"a,b\r\n1,2\r\n",
        b"\xef\xbb\xbfa,b\r\n1,2",
        b'"a","b"\n"1","2"\n\n',
        b"b,a,c\n2,1,9\n",
    ],
)
def test_byte_order_mark_line_ends_quotes_and_more_columns_change_nothing(read, content):
    [row] = read(content)
    assert (row.text("a"), row.text("b"), row.line) == ("1", "2", 2)


def test_blank_lines_are_skipped_but_counted(read):
    assert [row.line for row in read(b"a,b\n\n1,2\n\n\n3,4\n")] == [3, 6]


@pytest.mark.parametrize(
    ("content", "line", "message"),
    [
        (b"", None, "the table is empty"),
        (b"a,c\n1,2\n", 1, "there is no column 'b'; there are a, c"),
        (b"a,b,a\n1,2,3\n", 1, "two columns have the same name"),
        (b"a,b\n1,2\n3\n", 3, "the line has 1 fields instead of 2"),
        (b"a,b\n1,2,3\n", 2, "the line has 3 fields instead of 2"),
        (b"a,b\n1,2\n\xff,4\n", 3, "this is not UTF-8 text"),
        (b'a,b\n1,"2"x\n', 2, "no valid CSV"),
        (b'a,b\n1,"2', 2, "no valid CSV"),
        (b"a,b\n1," + b"x" * 200_000 + b"\n", 2, "no valid CSV: field larger"),
    ],
)
def test_a_fault_is_named_by_its_line(read, content, line, message):
    with pytest.raises(TestSetError) as caught:
        read(content)
    assert message in caught.value.message
    assert caught.value.line == line


def test_a_missing_file_is_refused(tmp_path):
    with pytest.raises(TestSetError, match="cannot be read: No such file"):
        read_table(tmp_path / "none.csv", ())


def test_a_table_beyond_the_limit_is_refused(read, monkeypatch):
    monkeypatch.setattr(tables, "MAX_TABLE_BYTES", 8)
    assert read(b"a,b\n1,2\n")
    with pytest.raises(TestSetError, match="larger than 8 bytes"):
        read(b"a,b\n1,22\n")


@pytest.mark.parametrize(
    ("word", "meant"),
    [("1", True), ("true", True), ("Yes", True), ("0", False), ("FALSE", False), (" no ", False)],
)
def test_truth_is_read_from_the_usual_words(read, word, meant):
    [row] = read(f"a,b\n{word},2\n".encode())
    assert row.truth("a") is meant


@pytest.mark.parametrize("word", ["", "2", "y", "mated", "1.0", "-1"])
def test_other_words_are_no_truth(read, word):
    [row] = read(f"a,b\n{word},2\n".encode())
    with pytest.raises(TestSetError, match=r"line 2: a is .* not 1/0, true/false or yes/no"):
        row.truth("a")


@pytest.mark.parametrize("text", ["", "-1", "1.5", "10", "٣", "1e0", "9" * 5000])
def test_only_whole_numbers_below_the_limit_are_whole(read, text):
    [row] = read(f"a,b\n{text},2\n".encode())
    with pytest.raises(TestSetError, match=r"a is .*not a whole number from 0 to 9"):
        row.whole("a", below=10)


@pytest.mark.parametrize("text", ["nan", "inf", "1e6", "x", ""])
def test_a_coordinate_is_a_finite_number_within_any_image(read, text):
    [row] = read(f"a,b\n{text},2\n".encode())
    with pytest.raises(TestSetError, match=r"not a number|out of any image"):
        row.number("a")


def test_a_name_is_not_endless(read):
    [row] = read(b"a,b\n" + b"x" * 256 + b",2\n")
    with pytest.raises(TestSetError, match="a is longer than 255 characters"):
        row.name("a")


PRINTABLE = st.text(st.characters(exclude_categories=["C", "Z"], include_characters=" "))


@given(st.lists(st.tuples(PRINTABLE, PRINTABLE), min_size=1))
def test_written_rows_are_read_back(tmp_path_factory, rows):
    path = tmp_path_factory.mktemp("tables") / "t.csv"
    path.write_bytes(write_table(("a", "b"), iter(rows)))
    assert [(row.values["a"], row.values["b"]) for row in read_table(path, ())[1]] == rows


def test_a_stream_gives_the_rows_before_the_first_wrong_one(tmp_path):
    path = tmp_path / "t.csv"
    path.write_bytes(b"a,b\n1,2\n3\n")
    header, rows = stream_table(path, ("b",))
    assert header == ("a", "b")
    assert next(rows).text("b") == "2"
    with pytest.raises(TestSetError, match=r"t.csv, line 3: the line has 1 fields instead of 2"):
        next(rows)

"""MATLAB lists of names and identities; SciPy writes them and is the oracle of reading."""

import struct
from io import BytesIO

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.io import loadmat, savemat

from evaluation.errors import TestSetError
from evaluation.testsets.importers import mat_format
from evaluation.testsets.importers.mat_format import MatRefusedError, read_mat
from evaluation.testsets.importers.mat_lists import read_mat_pairs


def cells(*names):
    column = np.empty((len(names), 1), dtype=object)
    column[:, 0] = names
    return column


def written(content, **options):
    stream = BytesIO()
    savemat(stream, content, **options)
    return stream.getvalue()


@pytest.fixture
def read(tmp_path):
    def make(content):
        path = tmp_path / "pairs.mat"
        path.write_bytes(content if isinstance(content, bytes) else written(content))
        return read_mat_pairs(path, "probe_set", "probe_ids")

    return make


@pytest.mark.parametrize("options", [{}, {"do_compression": True}])
@pytest.mark.parametrize("dtype", [np.uint8, np.uint16, np.float64, np.int32, np.int64])
def test_names_and_numbers_are_those_of_the_file(read, options, dtype):
    numbers = np.array([[7], [0], [7]], dtype=dtype)
    content = {"probe_set": cells("7_1.jpg", "0_21.jpg", "7_2.jpg"), "probe_ids": numbers, "x": 1.0}
    found = read(written(content, **options))
    assert found == [("7_1.jpg", 7), ("0_21.jpg", 0), ("7_2.jpg", 7)]


texts = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=9)


@given(
    st.lists(texts, max_size=9),
    st.lists(st.integers(0, 2**40) | st.floats(0, 1e6), max_size=9),
    st.booleans(),
)  # fmt: skip
def test_plain_variables_are_those_that_scipy_reads(texts, numbers, compressed):
    content = written(
        {"a": cells(*texts), "b": np.array(numbers), "c": {"d": 1}}, do_compression=compressed
    )
    found = read_mat(content)
    oracle = loadmat(BytesIO(content))
    assert found["a"] == ["".join(cell[0].ravel()) for cell in oracle["a"]]
    assert found["b"] == oracle["b"].ravel().tolist()
    assert found["c"] is None


def test_the_other_byte_order_and_wide_characters_are_read():
    def element(kind, data):
        return struct.pack(">II", kind, len(data)) + data + b"\0" * (-len(data) % 8)

    def matrix(kind, shape, name, *parts):
        flags = element(6, struct.pack(">II", kind, 0))
        size = element(5, struct.pack(f">{len(shape)}i", *shape))
        return element(14, flags + size + element(1, name) + b"".join(parts))

    text = matrix(4, (1, 2), b"", element(4, "né".encode("utf-16-be")))
    content = b"MATLAB 5.0".ljust(124) + struct.pack(">H", 0x0100) + b"MI"
    content += matrix(1, (1, 1), b"names", text)
    content += matrix(6, (1, 2), b"numbers", struct.pack(">HHBBxx", 2, 2, 3, 250))
    assert read_mat(content) == {"names": ["né"], "numbers": [3, 250]}


@pytest.mark.parametrize(
    ("names", "numbers", "message"),
    [
        (cells("a.jpg"), [[1], [2]], "1 names in 'probe_set' and 2 numbers in 'probe_ids'"),
        (cells("a.jpg", "a.jpg"), [[1], [2]], "'a.jpg' stands in 'probe_set' twice"),
        (cells("a.jpg", ""), [[1], [2]], "'probe_set' holds no name at 2"),
        (cells("a.jpg", np.array([1.0, 2.0])), [[1], [2]], "'probe_set' holds no name at 2"),
        (cells("a.jpg", cells("b.jpg")), [[1], [2]], "'probe_set' holds no name at 2"),
        (cells("a.jpg", "b.jpg"), [[1.0], [2.5]], "'probe_ids' holds no whole number at 2"),
        (cells("a.jpg", "b.jpg"), [[1.0], [np.nan]], "'probe_ids' holds no whole number at 2"),
        (cells("a.jpg", "b.jpg"), [[-1], [2]], "'probe_ids' holds no whole number at 1"),
        (cells("a.jpg"), [[1j]], "the file has no array 'probe_ids'"),
        (np.zeros((0, 1), dtype=object), np.zeros((0, 1)), "0 names in 'probe_set' and 0 numbers"),
    ],
)
def test_another_content_is_refused(read, names, numbers, message):
    with pytest.raises(TestSetError) as caught:
        read({"probe_set": names, "probe_ids": np.asarray(numbers)})
    assert caught.value.message.startswith(message)


def test_a_missing_variable_is_named(read):
    with pytest.raises(TestSetError, match=r"pairs.mat: the file has no array 'probe_ids'"):
        read({"probe_set": cells("a.jpg")})


@pytest.mark.parametrize(
    "content",
    [b"", b"no matrix", b"MATLAB 7.3".ljust(124) + b"\0\2IM", written({"a": 1}, format="4")],
)
def test_another_format_is_refused(read, content):
    with pytest.raises(TestSetError, match=r"pairs.mat: this is no MATLAB file of a version from"):
        read(content)


def test_a_missing_file_is_refused(tmp_path):
    with pytest.raises(TestSetError, match=r"none.mat: the file cannot be read"):
        read_mat_pairs(tmp_path / "none.mat", "a", "b")


def test_what_a_compressed_part_may_grow_to_is_bounded(monkeypatch):
    content = written({"a": np.zeros(10_000)}, do_compression=True)
    monkeypatch.setattr(mat_format, "MAX_INFLATED_BYTES", 80_000)
    with pytest.raises(MatRefusedError, match="a compressed part is cut off or too large"):
        read_mat(content)


@pytest.mark.parametrize("compressed", [False, True])
@pytest.mark.parametrize("last", [np.arange(5.0), cells("a long name.jpg")])
def test_a_file_that_is_cut_off_is_refused_or_lacks_a_whole_variable(compressed, last):
    content = written({"a": cells("a.jpg"), "b": last}, do_compression=compressed)
    whole = read_mat(content)
    for size in range(128, len(content)):
        try:
            found = read_mat(content[:size])
        except MatRefusedError:
            continue
        assert len(found) < len(whole)


@given(st.data())
def test_a_damaged_file_is_read_or_refused(data):
    compressed = data.draw(st.booleans())
    names = {"probe_set": cells("a.jpg", "b.jpg"), "probe_ids": np.array([[1], [2]])}
    content = bytearray(written(names, do_compression=compressed))
    for _ in range(data.draw(st.integers(1, 3))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    try:
        read_mat(bytes(content))
    except MatRefusedError:
        return


def test_a_vast_size_takes_neither_time_nor_memory():
    content = bytearray(written({"probe_set": cells("a.jpg")}))
    at = content.index(struct.pack("<ii", 1, 1))
    content[at : at + 8] = struct.pack("<ii", 2_000_000_000, 2_000_000_000)
    with pytest.raises(MatRefusedError, match="an element is cut off"):
        read_mat(bytes(content))

"""Only plain data comes out of a pickle, and nothing in it is ever run."""

import collections
import os
import pickle
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from evaluation.testsets.importers.plain_pickle import PickleRefusedError, load_plain

PROTOCOLS = range(pickle.HIGHEST_PROTOCOL + 1)


@pytest.mark.parametrize("protocol", PROTOCOLS)
@given(st.lists(st.binary(max_size=300), max_size=5), st.lists(st.booleans(), max_size=300))
def test_bytes_and_truth_values_come_back_from_every_protocol(protocol, images, mated):
    assert load_plain(pickle.dumps((images, mated), protocol)) == [images, mated]


@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_a_numpy_bool_array_comes_back_as_a_list(protocol):
    content = ([b"x"], np.array([True, False, True]))
    assert load_plain(pickle.dumps(content, protocol)) == [[b"x"], [True, False, True]]


@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_numpy_truth_values_in_a_list_come_back(protocol):
    content = ([b"x"], list(np.array([True, False])))
    assert load_plain(pickle.dumps(content, protocol)) == [[b"x"], [True, False]]


def test_a_pickle_of_python_2_with_its_byte_strings_comes_back():
    # protocol 2: (["\xff\xd8"], [True]) as Python 2 wrote it, with SHORT_BINSTRING and puts
    content = b"\x80\x02]q\x00U\x02\xff\xd8q\x01a]q\x02\x88a\x86q\x03."
    assert load_plain(content) == [[b"\xff\xd8"], [True]]


class Runs:
    def __init__(self, function, *arguments):
        self._call = function, arguments

    def __reduce__(self):
        return self._call


def attacks(marker):
    touch = f"touch {marker}"
    return {
        "os.system": Runs(os.system, touch),
        "eval": Runs(eval, f"open({str(marker)!r}, 'w')"),
        "open": Runs(open, str(marker), "w"),
        "a method": Runs(Path.touch, Path(marker)),
        "numpy's loader": Runs(np.load, str(marker)),
        "an ordered dict": collections.OrderedDict(a=1),
        "an object array": np.array([{}], dtype=object),
        "an array of numbers": np.arange(3.0),
        "a set": {1},
        "a dict": {"a": b"b"},
        "a class": Path,
        "bytes of an iterable": Runs(bytes, [1, 2]),
        "a shared array": np.array([[True, False]]),
    }


@pytest.mark.parametrize("protocol", PROTOCOLS)
@pytest.mark.parametrize("name", attacks("m"))
def test_anything_else_is_refused_and_nothing_is_run(tmp_path, protocol, name):
    marker = tmp_path / "marker"
    content = ([b"image", attacks(marker)[name]], [True])
    with pytest.raises(PickleRefusedError):
        load_plain(pickle.dumps(content, protocol))
    assert not marker.exists()


def test_the_refusal_names_what_the_pickle_would_load():
    with pytest.raises(PickleRefusedError, match=r"would load 'posix.system': refused"):
        load_plain(pickle.dumps(Runs(os.system, "true"), 2))


HAND_MADE = {
    "an admitted name with foreign arguments": b"c_codecs\nencode\n(Vx\nVrot13\ntR.",
    "an unfinished call": b"c_codecs\nencode\n.",
    "a call of a list": b"](tR.",
    "state for a list": b"]]b.",
    "state for a name": b"cnumpy\ndtype\n(tb.",
    "an old-style instance": b"(Vtrue\nios\nsystem\n.",
    "an object by class": b"(cos\nsystem\nVtrue\no.",
    "a name from the stack": b"\x80\x04\x8c\x02os\x8c\x06system\x93.",
    "a persistent id": b"Psecret\n.",
    "an extension code": b"\x80\x02\x82\x01.",
    "a memo that was never put": b"\x80\x02h\x07.",
    "an empty stack": b".",
    "no end": b"\x80\x02]",
    "a string that is cut off": b"\x80\x03B\xff\xff\xff\x7fabc.",
    "no pickle": b"\xff\xd8\xff\xe0",
    "nothing": b"",
    "a list that holds itself": b"\x80\x02]q\x00h\x00a]h\x00a\x86.",
    "a deeper list": pickle.dumps([[[b"a"]]], 2),
    "append to bytes": b"\x80\x03C\x01xC\x01ya.",
}


@pytest.mark.parametrize("name", HAND_MADE)
def test_hand_made_pickles_are_refused(name):
    with pytest.raises(PickleRefusedError):
        load_plain(HAND_MADE[name])


def test_a_vast_memo_number_takes_no_memory():
    # LONG_BINPUT 0xfffffff0: a real unpickler would make room for four thousand million.
    assert load_plain(b"\x80\x02]r\xf0\xff\xff\xff.") == []


@given(st.binary(max_size=60))
def test_any_bytes_are_read_or_refused(content):
    try:
        load_plain(content)
    except PickleRefusedError:
        return


@given(st.data())
def test_a_damaged_pickle_is_read_or_refused(data):
    content = bytearray(pickle.dumps(([b"image"] * 2, np.array([True])), 2))
    for _ in range(data.draw(st.integers(1, 3))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    try:
        load_plain(bytes(content))
    except PickleRefusedError:
        return

"""Reads a pickle that holds only lists, tuples, bytes, truth values and NumPy bool arrays.

Unpickling runs code that the file names. This reader never unpickles: it walks over the
opcodes with the standard library's ``pickletools``, knows the few that such data needs,
and builds inert values. A name of a function or class in the file is only ever compared
with the short list below; nothing is imported or called because a file says so.
"""

from __future__ import annotations

import pickletools
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from evaluation.errors import EvaluationError

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any


class PickleRefusedError(EvaluationError):
    """A pickle is damaged, or holds something else than plain data."""


@dataclass(frozen=True, slots=True)
class _Name:
    """A function or class that the pickle names; never looked up."""

    text: str


@dataclass(slots=True)
class _BoolArray:
    """A NumPy array to be; only its contents are kept."""

    values: list[bool] = field(default_factory=list)


class _BoolType:
    """NumPy's bool dtype."""


_MARK = object()
_ENCODE = {"_codecs encode"}
_BYTES = {"builtins bytes", "__builtin__ bytes"}
_DTYPE = {"numpy dtype"}
_NDARRAY = {"numpy ndarray"}
_ARRAY = {"numpy.core.multiarray _reconstruct", "numpy._core.multiarray _reconstruct"}
_SCALAR = {"numpy.core.multiarray scalar", "numpy._core.multiarray scalar"}
_BUFFER = {"numpy.core.numeric _frombuffer", "numpy._core.numeric _frombuffer"}
_ADMITTED = _ENCODE | _BYTES | _DTYPE | _NDARRAY | _ARRAY | _SCALAR | _BUFFER

_IGNORED = {"PROTO", "FRAME"}
_VALUES = {
    *("NONE", "NEWTRUE", "NEWFALSE", "INT", "BININT", "BININT1", "BININT2"),
    *("BINBYTES", "SHORT_BINBYTES", "BINBYTES8", "BYTEARRAY8"),
    *("UNICODE", "BINUNICODE", "SHORT_BINUNICODE", "BINUNICODE8"),
}
_CONSTANTS = {"NONE": None, "NEWTRUE": True, "NEWFALSE": False}
_OLD_STRINGS = {"BINSTRING", "SHORT_BINSTRING"}
_PUTS = {"PUT", "BINPUT", "LONG_BINPUT"}
_GETS = {"GET", "BINGET", "LONG_BINGET"}
_SHORT_TUPLES = {"EMPTY_TUPLE": 0, "TUPLE1": 1, "TUPLE2": 2, "TUPLE3": 3}


def load_plain(data: bytes) -> list[object]:
    """Read a pickle of a list or tuple of lists of plain data.

    Parameters
    ----------
    data : bytes
        A pickle of any protocol from 0 to 5.

    Returns
    -------
    list
        Of lists, tuples, bytes, str, int, bool and None; the inner lists and tuples hold
        no further ones. A NumPy bool array is a list of bool.

    Raises
    ------
    PickleRefusedError
        The pickle is damaged or holds anything else; nothing of it was run.
    """
    reader = _Reader()
    try:
        for opcode, argument, _ in pickletools.genops(data):
            if opcode.name == "STOP":
                return _plain(reader.pop())
            reader.step(opcode.name, argument)
    except (ValueError, IndexError, KeyError, TypeError, OverflowError) as error:
        raise PickleRefusedError("the pickle is damaged") from error
    raise PickleRefusedError("the pickle has no end")


class _Reader:
    """The pickle machine's stack and memo, for the admitted opcodes."""

    def __init__(self) -> None:
        self._stack: list[Any] = []
        self._memo: dict[int, Any] = {}

    def step(self, name: str, argument: Any) -> None:
        """Do what one opcode says, or refuse it."""
        if name in _IGNORED:
            return
        if name in _VALUES:
            self._stack.append(_CONSTANTS.get(name, argument))
        elif name in _OLD_STRINGS:
            self._stack.append(argument.encode("latin-1"))
        elif name in _PUTS:
            self._memo[int(argument)] = self._stack[-1]
        elif name in _GETS:
            self._stack.append(self._memo[int(argument)])
        elif name in _SHORT_TUPLES:
            items = [self.pop() for _ in range(_SHORT_TUPLES[name])]
            self._stack.append(tuple(reversed(items)))
        elif name in _STEPS:
            _STEPS[name](self, argument)
        else:
            raise PickleRefusedError(f"the pickle uses {name}, which plain data does not need")

    def pop(self) -> Any:
        """Take the topmost value."""
        return self._stack.pop()

    def _mark(self, _: Any) -> None:
        self._stack.append(_MARK)

    def _since_mark(self) -> list[Any]:
        items = []
        while (item := self.pop()) is not _MARK:
            items.append(item)
        return items[::-1]

    def _empty_list(self, _: Any) -> None:
        self._stack.append([])

    def _list(self, _: Any) -> None:
        self._stack.append(self._since_mark())

    def _tuple(self, _: Any) -> None:
        self._stack.append(tuple(self._since_mark()))

    def _append(self, _: Any) -> None:
        self._extend([self.pop()])

    def _appends(self, _: Any) -> None:
        self._extend(self._since_mark())

    def _extend(self, items: list[Any]) -> None:
        top = self._stack[-1]
        if not isinstance(top, list):
            raise PickleRefusedError("the pickle appends to something that is no list")
        top.extend(items)

    def _memoize(self, _: Any) -> None:
        self._memo[len(self._memo)] = self._stack[-1]

    def _global(self, text: str) -> None:
        if text not in _ADMITTED:
            raise PickleRefusedError(f"the pickle would load {text.replace(' ', '.')!r}: refused")
        self._stack.append(_Name(text))

    def _stack_global(self, _: Any) -> None:
        name, module = self.pop(), self.pop()
        self._global(f"{module} {name}")

    def _reduce(self, _: Any) -> None:
        arguments, name = self.pop(), self.pop()
        if not isinstance(name, _Name) or not isinstance(arguments, tuple):
            raise PickleRefusedError("the pickle calls something that is no admitted name")
        self._stack.append(_build(name.text, arguments))

    def _build_state(self, _: Any) -> None:
        state, top = self.pop(), self._stack[-1]
        if isinstance(top, _BoolArray):
            _, shape, dtype, _, raw = state
            top.values = _truth_values(raw, dtype, shape)
        elif not isinstance(top, _BoolType):
            raise PickleRefusedError("the pickle sets the state of something else than an array")


_STEPS: dict[str, Callable[[_Reader, Any], None]] = {
    "MARK": _Reader._mark,
    "EMPTY_LIST": _Reader._empty_list,
    "LIST": _Reader._list,
    "TUPLE": _Reader._tuple,
    "APPEND": _Reader._append,
    "APPENDS": _Reader._appends,
    "MEMOIZE": _Reader._memoize,
    "GLOBAL": _Reader._global,
    "STACK_GLOBAL": _Reader._stack_global,
    "REDUCE": _Reader._reduce,
    "BUILD": _Reader._build_state,
}


def _build(name: str, arguments: tuple[Any, ...]) -> object:
    """Value that an admitted call stands for, made without calling it."""
    if name in _ENCODE and arguments[1:] in (("latin1",), ("latin-1",)):
        return str(arguments[0]).encode("latin-1")
    if name in _BYTES and arguments == ():
        return b""
    if name in _DTYPE and arguments[0] in ("b1", "?", "bool", b"b1"):
        return _BoolType()
    if name in _ARRAY:
        return _BoolArray()
    if name in _SCALAR:
        return _truth_values(arguments[1], arguments[0], (1,))[0]
    if name in _BUFFER:
        return _BoolArray(_truth_values(*arguments[:3]))
    raise PickleRefusedError(f"the pickle calls {name.replace(' ', '.')} for other than plain data")


def _truth_values(raw: Any, dtype: Any, shape: Any) -> list[bool]:
    if not isinstance(dtype, _BoolType) or not isinstance(raw, (bytes, bytearray)):
        raise PickleRefusedError("the pickle holds an array of something else than truth values")
    if shape != (len(raw),) or not set(raw) <= {0, 1}:
        raise PickleRefusedError("the pickle holds a damaged array")
    return [byte == 1 for byte in raw]


def _plain(value: object) -> list[object]:
    """Outermost tuple or list as a list, its parts as lists of plain values.

    Looking no deeper than an InsightFace file is nested also ends at once where a list
    holds itself.
    """
    if not isinstance(value, (tuple, list)):
        raise PickleRefusedError("the pickle is no list or tuple")
    return [_part(part) for part in value]


def _part(part: object) -> object:
    values = part.values if isinstance(part, _BoolArray) else part
    items = values if isinstance(values, (tuple, list)) else [values]
    if not all(item is None or isinstance(item, (bytes, str, int)) for item in items):
        raise PickleRefusedError("the pickle holds something else than plain data")
    return values

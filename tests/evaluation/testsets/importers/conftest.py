"""Small made-up source trees."""

from io import BytesIO

import numpy as np
import pytest
from scipy.io import savemat


@pytest.fixture
def plant(tmp_path, crop):
    """Write files below one folder: text as it is, and an image of its own for each None."""

    def make(files, root="source", size=112):
        for number, (name, content) in enumerate(files.items()):
            path = tmp_path / root / name
            path.parent.mkdir(parents=True, exist_ok=True)
            if content is None:
                content = crop(number, size)
            path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return tmp_path / root

    return make


@pytest.fixture
def change_line():
    """Replace a part of one line of a text file."""

    def change(path, line, old, new):
        lines = path.read_text().split("\n")
        assert old in lines[line - 1]
        lines[line - 1] = lines[line - 1].replace(old, new)
        path.write_text("\n".join(lines))

    return change


@pytest.fixture
def mat():
    """Bytes of a MATLAB file with a cell array of names and a column of numbers."""

    def make(names_variable, numbers_variable, pairs):
        names = np.empty((len(pairs), 1), dtype=object)
        names[:, 0] = [name for name, _ in pairs]
        numbers = np.array([[number] for _, number in pairs], dtype=np.uint16)
        stream = BytesIO()
        savemat(stream, {names_variable: names, numbers_variable: numbers})
        return stream.getvalue()

    return make

"""Small made-up source trees."""

import pytest


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

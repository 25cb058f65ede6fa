"""Packages changed as somebody would change them by hand."""

import hashlib
import json

import pytest

from evaluation.errors import TestSetError
from evaluation.testsets import open_test_set


def change(root, file, edit, *, rehash=True):
    """Edit one table; with ``rehash`` as somebody would who also mends the manifest."""
    path = root / file
    content = edit(path.read_text(encoding="utf-8")).encode()
    path.write_bytes(content)
    if rehash:
        document = json.loads((root / "manifest.json").read_text())
        rows = max(content.count(b"\n") - 1, 1)
        document["tables"][file] = {"sha256": hashlib.sha256(content).hexdigest(), "rows": rows}
        (root / "manifest.json").write_text(json.dumps(document))


def line_wrong(line, old, new):
    """Edit that puts one text for another on one line, counted from 1."""

    def edit(text):
        lines = text.split("\n")
        assert old in lines[line - 1]
        lines[line - 1] = lines[line - 1].replace(old, new)
        return "\n".join(lines)

    return edit


def require_refused(root, file, line, message):
    """Hold the opening of a package to a message with its file and line."""
    with pytest.raises(TestSetError) as caught:
        open_test_set(root)
    assert message in caught.value.message
    assert (caught.value.path, caught.value.line) == (root / file, line)

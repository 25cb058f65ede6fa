"""The compiled kernel counts what NumPy counts: see test_all_pairs*; here, where it is absent."""

import subprocess
import sys

import numpy as np
import pytest

from evaluation.card import Similarity
from evaluation.comparison import Bins, kernel_native
from evaluation.comparison.kernel_native import NativeCounter, native_kernel
from evaluation.comparison.order import Order
from evaluation.comparison.tally import Kept, KeptTail, Tally, drop_below
from evaluation.comparison.tiles import Tile


@pytest.fixture
def nothing_loaded():
    native_kernel.cache_clear()
    yield
    native_kernel.cache_clear()


@pytest.mark.usefixtures("nothing_loaded")
@pytest.mark.parametrize("content", [None, b"", b"not a library"])
def test_a_library_that_is_missing_or_for_another_machine_is_done_without(
    monkeypatch, tmp_path, content
):
    path = tmp_path / "kernel.so"
    if content is not None:
        path.write_bytes(content)
    monkeypatch.setattr(kernel_native, "library_path", lambda: path)

    assert native_kernel() is None


@pytest.mark.usefixtures("nothing_loaded")
def test_a_changed_source_never_meets_an_old_library(monkeypatch, tmp_path):
    before = kernel_native.library_path()
    changed = tmp_path / "kernel.c"
    changed.write_bytes(kernel_native.SOURCE.read_bytes() + b"/* */")
    monkeypatch.setattr(kernel_native, "SOURCE", changed)

    assert kernel_native.library_path().name != before.name
    assert native_kernel() is None


@pytest.mark.parametrize(
    "scores",
    [
        np.zeros((3, 4), dtype=np.float64),
        np.zeros((4, 4), dtype=np.float32),
        np.zeros((4, 3), dtype=np.float32).T,
    ],
    ids=["double", "other shape", "by columns"],
)
def test_scores_that_are_not_laid_out_as_a_tile_are_refused(scores):
    kernel = native_kernel()
    if kernel is None:
        pytest.skip("the kernel was not compiled: there is no C compiler")
    bins = Bins.for_scores(Similarity.COSINE, longest=1.0)
    tally = Tally(1, tail_size=1)
    counter = NativeCounter(
        kernel,
        Order.of(np.arange(7), np.arange(7, dtype=np.int32), np.zeros(7, np.int64), 0),
        bins,
        tally.new_histograms(),
        Kept(np.float32),
        KeptTail(np.float32, 1, tally, bins, drop_below),
    )

    with pytest.raises(ValueError, match=r"not those of a tile|contiguous"):
        counter.count(Tile(0, 3, 3, 7, 0, 7), scores)


def test_neither_the_command_line_nor_the_sandbox_child_loads_it():
    for module in ("evaluation.__main__", "evaluation.sandbox.child"):
        code = (
            f"import sys, importlib; importlib.import_module({module!r}); "
            "print('evaluation.comparison.kernel_native' in sys.modules)"
        )
        done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
        assert done.stdout.strip() == "False", (module, done.stderr)

"""How many workers there is memory for, worked by hand."""

import pytest

from evaluation.pipeline import machine
from evaluation.pipeline.machine import available_memory_bytes, workers_for

MIB = 1 << 20


@pytest.mark.parametrize(
    ("threads", "model_mib", "available_mib", "workers"),
    [
        # each takes 256 MiB + 5 x 100 MiB = 756 MiB, and half of the memory is theirs
        (4, 100, 4 * 2 * 756, 4),
        (4, 100, 3 * 2 * 756, 3),
        (4, 100, 3 * 2 * 756 - 1, 2),
        (4, 100, 1, 1),
        (1, 100, 100_000, 1),
        # a model of 600 MiB on a machine of 8 GiB: 3,256 MiB each
        (2, 600, 8192, 1),
        (2, 600, 16384, 2),
    ],
)
def test_workers_fill_at_most_half_of_the_memory(threads, model_mib, available_mib, workers):
    model = bytes(model_mib * MIB)
    assert workers_for(threads, model, available_bytes=available_mib * MIB) == workers


def test_a_detector_takes_memory_too():
    model, detector = bytes(100 * MIB), bytes(50 * MIB)
    available = 2 * (2 * 256 + 5 * 150) * MIB
    assert workers_for(8, model, detector, available_bytes=2 * available) == 2
    assert workers_for(8, model, detector, available_bytes=2 * available - 1) == 1


def test_where_the_memory_is_not_known_all_workers_start():
    assert workers_for(8, bytes(MIB), available_bytes=None) == 8


def test_a_containers_limit_counts_where_it_is_less(tmp_path, monkeypatch):
    info = tmp_path / "meminfo"
    info.write_text("MemTotal: 4000 kB\nMemAvailable:    3000 kB\n")
    monkeypatch.setattr(machine, "_MEMORY_INFO", info)
    monkeypatch.setattr(machine, "_CGROUP", tmp_path)
    assert available_memory_bytes() == 3000 * 1024
    (tmp_path / "memory.max").write_text("2048000\n")
    (tmp_path / "memory.current").write_text("1024000\n")
    assert available_memory_bytes() == 1_024_000
    (tmp_path / "memory.max").write_text("max\n")
    assert available_memory_bytes() == 3000 * 1024


def test_a_system_that_tells_nothing_has_no_known_memory(tmp_path, monkeypatch):
    monkeypatch.setattr(machine, "_MEMORY_INFO", tmp_path / "none")
    monkeypatch.setattr(machine, "_CGROUP", tmp_path)
    assert available_memory_bytes() is None

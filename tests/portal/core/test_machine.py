"""Alone means alone, and whoever waits to be alone is not overtaken for ever."""

import threading

import pytest

from portal.core import machine

DEADLINE_SECONDS = 20


@pytest.fixture(autouse=True)
def folder(settings, tmp_path):
    settings.ASSAY_DATA = tmp_path


class Worker(threading.Thread):
    """Enters and stays until it is let go."""

    def __init__(self, enter):
        super().__init__(daemon=True)
        self._enter = enter
        self.is_in, self.may_leave = threading.Event(), threading.Event()
        self.start()

    def run(self):
        with self._enter():
            self.is_in.set()
            self.may_leave.wait(DEADLINE_SECONDS)

    def leave(self):
        self.may_leave.set()
        self.join(DEADLINE_SECONDS)


def test_several_compute_together():
    workers = [Worker(machine.together) for _ in range(3)]

    assert all(worker.is_in.wait(DEADLINE_SECONDS) for worker in workers)
    for worker in workers:
        worker.leave()


def test_a_measurement_waits_for_work_that_had_begun_and_new_work_waits_for_the_measurement():
    begun = Worker(machine.together)
    assert begun.is_in.wait(DEADLINE_SECONDS)
    measurement = Worker(machine.alone)
    assert not measurement.is_in.wait(0.05)
    late = Worker(machine.together)
    assert not late.is_in.wait(0.05)

    begun.leave()
    assert measurement.is_in.wait(DEADLINE_SECONDS)
    assert not late.is_in.wait(0.05)

    measurement.leave()
    assert late.is_in.wait(DEADLINE_SECONDS)
    late.leave()


def test_two_measurements_do_not_overlap():
    first = Worker(machine.alone)
    assert first.is_in.wait(DEADLINE_SECONDS)
    second = Worker(machine.alone)
    assert not second.is_in.wait(0.05)

    first.leave()
    assert second.is_in.wait(DEADLINE_SECONDS)
    second.leave()

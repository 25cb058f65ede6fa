"""Workers that note in which thread everything happens to them."""

import threading
from contextlib import contextmanager

import cv2
import pytest

from evaluation.errors import StoppedError
from evaluation.extraction import workers as workers_module
from evaluation.extraction.workers import map_batches

BATCHES = [[0, 1, 2], [3, 4, 5], [6], [7, 8, 9], [10]]
TOTAL = 11


class Squares:
    """Squares numbers; counts what it did."""

    def __init__(self):
        self.thread = threading.get_ident()
        self.done = 0

    def work(self, batches):
        assert threading.get_ident() == self.thread
        self.done += len(batches)
        return [[number**2 for number in batch] for batch in batches]

    def leave(self):
        assert threading.get_ident() == self.thread
        return self.done


class Starter:
    """Starts workers of a kind, says a process group for each, and sees them end."""

    def __init__(self, kind=Squares):
        self.kind = kind
        self.started, self.ended = [], []

    @contextmanager
    def __call__(self, tell):
        worker = self.kind()
        self.started.append(threading.get_ident())
        try:
            tell(1000 + len(self.started))
            yield worker
        finally:
            self.ended.append(threading.get_ident())


@pytest.mark.parametrize("workers", [1, 2, 3, 50])
def test_results_come_in_the_order_of_the_batches_whatever_the_number_of_workers(workers):
    results, farewells = map_batches(BATCHES, Starter(), workers=workers)
    assert results == [[n**2 for n in batch] for batch in BATCHES]
    assert sum(farewells) == len(BATCHES)
    assert len(farewells) == min(workers, len(BATCHES))


def test_nothing_to_do_starts_nothing():
    start = Starter()
    assert map_batches([], start, workers=3) == ([], [])
    assert start.started == []


@pytest.mark.parametrize("workers", [1, 3])
def test_every_worker_starts_and_ends_in_its_own_thread(workers):
    start = Starter()
    map_batches(BATCHES, start, workers=workers)
    assert sorted(start.started) == sorted(start.ended)
    assert (threading.get_ident() in start.started) == (workers == 1)


@pytest.mark.parametrize("workers", [1, 2, 3])
def test_the_caller_is_told_in_its_own_thread(workers):
    threads, groups, progress = set(), [], []

    def note(into):
        def noted(*what):
            threads.add(threading.get_ident())
            into.append(what)
            return False

        return noted

    asked = []
    map_batches(
        BATCHES,
        Starter(),
        workers=workers,
        progress=note(progress),
        should_stop=note(asked),
        on_start=note(groups),
    )
    assert threads == {threading.get_ident()}
    assert sorted(groups) == [(1001 + number,) for number in range(workers)]
    assert len(progress) == len(BATCHES)
    assert progress[-1] == (TOTAL, TOTAL)
    assert [done for done, _ in progress] == sorted({done for done, _ in progress})
    assert asked


def failing_from(number, error):
    class Failing(Squares):
        def work(self, batches):
            if batches[0][0] >= number:
                raise error
            return super().work(batches)

    return Failing


@pytest.mark.parametrize("workers", [1, 2])
def test_the_error_of_a_worker_is_raised_and_the_others_end(workers):
    batches = [[number] for number in range(1000)]
    start = Starter(failing_from(3, LookupError("broken")))
    done = []
    with pytest.raises(LookupError, match="broken"):
        map_batches(batches, start, workers=workers, progress=lambda *p: done.append(p))
    assert sorted(start.started) == sorted(start.ended)
    assert len(done) <= 3


def test_of_two_errors_the_first_is_raised():
    first = []
    has_begun = threading.Event()

    class Failing(Squares):
        def work(self, batches):
            if batches == [[0]]:
                first.append(threading.current_thread())
                has_begun.set()
                raise LookupError("first")
            assert has_begun.wait(60)
            first[0].join()
            raise ValueError("second")

    with pytest.raises(LookupError, match="first"):
        map_batches([[0], [1]], Starter(Failing), workers=2)


@pytest.mark.parametrize("workers", [1, 2])
def test_a_worker_that_cannot_start_ends_the_work(workers):
    def refuse():
        raise LookupError("no such model")

    with pytest.raises(LookupError, match="no such model"):
        map_batches(BATCHES, Starter(refuse), workers=workers)


def test_one_worker_is_asked_to_stop_before_each_batch():
    worker = Squares()
    with pytest.raises(StoppedError, match="asked to stop"):
        map_batches(BATCHES, Starter(lambda: worker), should_stop=lambda: worker.done == 2)
    assert worker.done == 2


def test_several_workers_stop_after_the_batch_they_are_at():
    batches = [[number] for number in range(100_000)]
    start = Starter()
    done = []
    with pytest.raises(StoppedError):
        map_batches(
            batches,
            start,
            workers=2,
            progress=lambda *p: done.append(p),
            should_stop=lambda: len(done) == 3,
        )
    assert len(done) == 3
    assert sorted(start.started) == sorted(start.ended)
    assert not [thread for thread in threading.enumerate() if thread.name.startswith("worker")]


def test_a_stop_is_asked_for_while_no_batch_gets_done():
    asked = []
    was_asked_again = threading.Event()

    class Waiting(Squares):
        def work(self, batches):
            assert was_asked_again.wait(60), "nobody asked while no batch was done"
            return super().work(batches)

    def should_stop():
        asked.append(True)
        if len(asked) > 3:  # at first, and for each worker that has started
            was_asked_again.set()
        return was_asked_again.is_set()

    with pytest.raises(StoppedError):
        map_batches(BATCHES, Starter(Waiting), workers=2, should_stop=should_stop)


@pytest.mark.parametrize("workers", [1, 2])
def test_an_error_of_the_callers_own_ends_the_workers(workers):
    start = Starter()

    def refuse(*_):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        map_batches(BATCHES, start, workers=workers, on_start=refuse)
    assert len(start.started) == len(start.ended)


def test_opencv_has_one_thread_while_workers_work_and_its_own_number_after():
    class Asking(Squares):
        def work(self, batches):
            return [cv2.getNumThreads()] * len(batches)

    before = cv2.getNumThreads()
    cv2.setNumThreads(3)
    try:
        results, _ = map_batches(BATCHES, Starter(Asking), workers=2)
        assert set(results) == {1}
        assert cv2.getNumThreads() == 3
    finally:
        cv2.setNumThreads(before)


class Portioned(Squares):
    """Notes how many batches it is given at a time; each takes some time of its own clock."""

    def __init__(self, portions, seconds_of, clock):
        super().__init__()
        self.portions, self.seconds_of, self.clock = portions, seconds_of, clock

    def work(self, batches):
        self.portions.append(len(batches))
        self.clock.now += sum(self.seconds_of(batch[0]) for batch in batches)
        return super().work(batches)


class Clock:
    now = 0.0

    def perf_counter(self):
        return self.now


def portions_of(monkeypatch, seconds_of, *, n=100, most=16, workers=1):
    clock, portions = Clock(), []
    monkeypatch.setattr(workers_module, "time", clock)
    batches = [[number] for number in range(n)]
    results, _ = map_batches(
        batches,
        Starter(lambda: Portioned(portions, seconds_of, clock)),
        workers=workers,
        most_at_once=most,
    )
    assert results == [[number**2] for number in range(n)]
    return portions


def test_a_worker_is_given_what_it_does_in_a_tenth_of_a_second(monkeypatch):
    portions = portions_of(monkeypatch, lambda _number: 0.0249)
    assert portions[:3] == [1, 4, 4]
    assert sum(portions) == 100


def test_a_slow_worker_is_given_one_batch_at_a_time(monkeypatch):
    assert portions_of(monkeypatch, lambda _number: 0.5) == [1] * 100


def test_a_fast_worker_is_given_no_more_than_it_has_room_for(monkeypatch):
    assert max(portions_of(monkeypatch, lambda _number: 0.0001)) == 16


def test_a_worker_that_becomes_slower_is_given_less(monkeypatch):
    portions = portions_of(monkeypatch, lambda number: 0.01 if number < 50 else 0.2)
    assert 10 in portions
    assert portions[-1] == 1


def test_portions_leave_each_worker_several_so_that_none_is_waited_for(monkeypatch):
    assert max(portions_of(monkeypatch, lambda _number: 0.0001, n=40)) == 10
    assert portions_of(monkeypatch, lambda _number: 0.0001, n=4) == [1] * 4

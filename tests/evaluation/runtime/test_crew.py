"""Threads that keep what they work with; extraction's and speed's own tests go further."""

import threading
from contextlib import contextmanager

import pytest

from evaluation.errors import StoppedError
from evaluation.runtime.crew import Crew


@contextmanager
def counter(tell):
    tell(threading.get_ident())
    yield []


def crew_of(n, *, should_stop=lambda: False, on_start=lambda _group: None, start=counter):
    return Crew(start, n, on_start=on_start, should_stop=should_stop)


def test_members_keep_what_they_work_with_from_task_to_task():
    def note(kept):
        kept.append(threading.get_ident())
        return list(kept)

    with crew_of(3) as crew:
        assert [len(kept) for kept in crew.each(note)] == [1, 1, 1]
        second = crew.each(note)
    assert [len(kept) for kept in second] == [2, 2, 2]
    assert all(len(set(kept)) == 1 for kept in second)
    assert len({kept[0] for kept in second}) == 3


def test_only_the_first_members_may_be_asked():
    with crew_of(3) as crew:
        assert crew.each(lambda kept: kept.append(1), n=2) == [None, None]
        assert [len(kept) for kept in crew.each(list)] == [1, 1, 0]


def test_what_members_tell_is_heard_in_the_callers_thread():
    heard = []
    with crew_of(2) as crew:
        crew.each(
            lambda _kept: crew.tell("news"),
            hear=lambda news: heard.append((news, threading.get_ident())),
        )
    assert heard == [("news", threading.get_ident())] * 2


def test_a_stop_that_is_asked_for_ends_the_members():
    with pytest.raises(StoppedError), crew_of(2, should_stop=lambda: True) as crew:
        crew.each(lambda _kept: None)
    assert crew.is_over
    assert not [thread for thread in threading.enumerate() if thread.name.startswith("worker")]


def test_an_interruption_while_members_start_leaves_no_thread_waiting(monkeypatch):
    started = []
    original = threading.Thread.start

    def interrupt(thread):
        if started:
            raise KeyboardInterrupt
        started.append(thread)
        original(thread)

    monkeypatch.setattr(threading.Thread, "start", interrupt)
    with pytest.raises(KeyboardInterrupt), crew_of(2):
        pass
    assert not started[0].is_alive()

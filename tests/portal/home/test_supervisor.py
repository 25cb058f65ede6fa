"""The supervisor: whatever ends it ends its processes."""

import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from portal.home import serving, supervisor
from portal.home.supervisor import ServiceDiedError, Supervisor

DEADLINE_SECONDS = 20
SLEEP = [sys.executable, "-c", "import time; time.sleep(600)"]
FORKS = """
import subprocess, sys, time
child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
print(child.pid, flush=True)
time.sleep(600)
"""
DEAF = """
import signal, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
print("deaf", flush=True)
time.sleep(600)
"""


@pytest.fixture(autouse=True)
def folder(settings, tmp_path):
    settings.ASSAY_DATA = tmp_path
    return tmp_path


def wait_until(condition):
    deadline = time.monotonic() + DEADLINE_SECONDS
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def is_running(pid):
    try:
        stat = Path(f"/proc/{pid}/stat").read_text()
    except FileNotFoundError:
        return False
    return stat.rpartition(")")[2].split()[0] != "Z"


def pids_of(running):
    return [service.process.pid for service in running._services]


def test_leaving_the_block_ends_every_process_and_their_children(folder):
    with Supervisor() as running:
        running.start("one", [sys.executable, "-c", FORKS])
        running.start("two", SLEEP)
        log = folder / "logs" / "one.log"
        wait_until(lambda: log.read_text().strip())
        pids = [*pids_of(running), int(log.read_text())]

    wait_until(lambda: not any(is_running(pid) for pid in pids))


def test_an_error_in_the_block_ends_the_processes_too():
    running = Supervisor()
    running.start("one", SLEEP)
    pids = pids_of(running)

    running.__exit__(KeyboardInterrupt, KeyboardInterrupt(), None)

    assert not any(is_running(pid) for pid in pids)


def test_a_process_that_ignores_the_request_is_ended(monkeypatch, folder):
    monkeypatch.setattr(supervisor, "STOP_SECONDS", 0.1)
    with Supervisor() as running:
        running.start("deaf", [sys.executable, "-c", DEAF])
        wait_until(lambda: (folder / "logs" / "deaf.log").read_text())
        pids = pids_of(running)

    assert not any(is_running(pid) for pid in pids)


def test_a_process_that_ends_by_itself_is_started_again():
    with Supervisor() as running:
        running.start("one", SLEEP)
        (first,) = pids_of(running)
        os.kill(first, signal.SIGKILL)
        wait_until(lambda: not is_running(first))

        running.check()

        (second,) = pids_of(running)
        assert second != first
        assert is_running(second)


def test_a_process_that_keeps_ending_is_given_up_in_a_sentence():
    def check_until_it_gives_up(running):
        deadline = time.monotonic() + DEADLINE_SECONDS
        while time.monotonic() < deadline:
            running.check()
            time.sleep(0.02)

    with Supervisor() as running:
        running.start("hasty", [sys.executable, "-c", "raise SystemExit(3)"])
        with pytest.raises(ServiceDiedError, match="The hasty process keeps ending"):
            check_until_it_gives_up(running)


def test_killing_the_supervisor_outright_leaves_no_process(folder):
    script = (
        "import os, sys, time\n"
        "os.environ['DJANGO_SETTINGS_MODULE'] = 'portal.settings.test'\n"
        f"os.environ['ASSAY_DATA'] = {str(folder)!r}\n"
        "from portal.home.supervisor import Supervisor\n"
        "running = Supervisor()\n"
        f"running.start('one', {SLEEP!r})\n"
        "print(running._services[0].process.pid, flush=True)\n"
        "time.sleep(600)\n"
    )
    outer = subprocess.Popen(
        [sys.executable, "-W", "ignore", "-c", script], stdout=subprocess.PIPE, text=True
    )
    pid = int(outer.stdout.readline())
    outer.stdout.close()
    assert is_running(pid)

    outer.kill()
    outer.wait()

    wait_until(lambda: not is_running(pid))


def test_a_port_in_use_is_said_in_a_sentence_before_any_work():
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]

        for command in ("demo", "up"):
            with pytest.raises(CommandError, match=f"Port {port} is in use"):
                call_command(command, port=port)


def test_a_full_disk_is_said_in_a_sentence(monkeypatch):
    monkeypatch.setattr(serving, "LEAST_FREE_BYTES", 1 << 60)

    with pytest.raises(CommandError, match="Free some space"):
        serving.look_before(port=0)


def test_a_disk_that_fills_up_later_is_said_in_a_sentence():
    with pytest.raises(CommandError, match="No space left on device"), serving.plain_failures():
        raise OSError(28, "No space left on device")

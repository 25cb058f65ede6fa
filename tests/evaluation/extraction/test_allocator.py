"""Page faults are counted by the system; a process of its own starts with fresh settings."""

import subprocess
import sys

import pytest

from evaluation.extraction.allocator import keep_freed_memory

FAULTS = """
import resource, threading
from evaluation.extraction.allocator import keep_freed_memory
counted = []
def work():
    def fill():
        return [bytearray(3 << 20) for _ in range(4)]
    for _ in range(5):
        fill()
    before = resource.getrusage(resource.RUSAGE_THREAD).ru_minflt
    for _ in range(50):
        fill()
    counted.append(resource.getrusage(resource.RUSAGE_THREAD).ru_minflt - before)
KEEP
thread = threading.Thread(target=work)
thread.start()
thread.join()
print(counted[0])
"""


def faults(keep):
    code = FAULTS.replace("KEEP", keep)
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return int(done.stdout)


def test_memory_that_is_kept_is_not_asked_for_again():
    if not keep_freed_memory():
        pytest.skip("this C library cannot be told to keep memory")
    assert faults("keep_freed_memory()") < 50 < faults("")

"""How many workers this machine has memory for.

The number of workers has no influence on a result, so it may depend on the machine.
"""

from __future__ import annotations

from pathlib import Path

RUNTIME_BYTES = 256 << 20
"""Of a child without its model: the interpreter, the runtime, one batch and its activations."""
COPIES_OF_MODEL = 5
"""The file, its parsed form, its weights and how the runtime lays them out, while it loads."""
SHARE_OF_MEMORY = 0.5
"""The other half stays with templates, images and whoever else is on the machine."""

_MEMORY_INFO = Path("/proc/meminfo")
_CGROUP = Path("/sys/fs/cgroup")


def workers_for(threads: int, *models: bytes, available_bytes: int | None) -> int:
    """Bound the number of workers, each with children of its own, by memory.

    Parameters
    ----------
    threads : int
        Workers that are wanted.
    models : bytes
        The ONNX files of which every worker has a child.
    available_bytes : int or None
        Memory of the machine that is free; None where that is not known.

    Returns
    -------
    int
        From 1 to ``threads``: so many that they fill at most half of what is free. A
        child takes about 75 MiB and 4 times its model; 256 MiB and 5 times are counted.
    """
    if available_bytes is None:
        return threads
    each = sum(RUNTIME_BYTES + COPIES_OF_MODEL * len(model) for model in models)
    return max(1, min(threads, int(available_bytes * SHARE_OF_MEMORY) // max(1, each)))


def available_memory_bytes() -> int | None:
    """Memory that is free to be taken, within the container's limit; None where not told."""
    told = [amount for amount in (_free_of_machine(), _free_of_container()) if amount is not None]
    return min(told, default=None)


def _free_of_machine() -> int | None:
    try:
        lines = _MEMORY_INFO.read_text(encoding="ascii").splitlines()
    except OSError:
        return None
    found = [int(line.split()[1]) * 1024 for line in lines if line.startswith("MemAvailable:")]
    return found[0] if found else None


def _free_of_container() -> int | None:
    try:
        limit = (_CGROUP / "memory.max").read_text(encoding="ascii").strip()
        used = (_CGROUP / "memory.current").read_text(encoding="ascii").strip()
    except OSError:
        return None
    return max(0, int(limit) - int(used)) if limit.isdigit() else None

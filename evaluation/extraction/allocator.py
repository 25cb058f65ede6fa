"""Keep memory that pictures were decoded into, for the next ones.

The C library gives a freed picture's memory back to the system and asks for it again, page
by page, for the next: a thousand page faults for a photograph of three megabytes, which
take as long as a third of its decoding.
"""

from __future__ import annotations

import ctypes
from functools import cache

_TRIM_THRESHOLD, _MMAP_THRESHOLD = -1, -3  # glibc's names for them, from malloc.h
_KEEP_BYTES = 64 << 20
_LARGEST_KEPT_BYTES = 32 << 20  # the most that glibc takes


@cache
def keep_freed_memory() -> bool:
    """Tell the C library once to keep up to 64 MiB of freed memory per thread.

    Returns
    -------
    bool
        False where the C library has no such setting: then nothing changes.
    """
    try:
        mallopt = ctypes.CDLL(None).mallopt
    except (OSError, AttributeError):
        return False
    kept = mallopt(_TRIM_THRESHOLD, _KEEP_BYTES)
    return bool(kept and mallopt(_MMAP_THRESHOLD, _LARGEST_KEPT_BYTES))

"""Landlock with no rule at all: no file, no TCP, no signal or socket beyond the child.

Binds the calling thread and those it starts later, so it must come before any
other thread. UDP is beyond Landlock; the system-call filter takes care of it.
"""

from __future__ import annotations

import ctypes
import os

from evaluation.sandbox import kernel

_CREATE_RULESET = 444
_RESTRICT_SELF = 446
_GET_VERSION = 1

# How many file-system rights each interface version knows (they are the lowest bits).
_FILE_RIGHTS = {1: 13, 2: 14, 3: 15, 4: 15}
_NEWEST_FILE_RIGHTS = 16
_FIRST_WITH_TCP = 4
_FIRST_WITH_SCOPES = 6
_TCP_BIND_AND_CONNECT = 0b11
_ABSTRACT_SOCKETS_AND_SIGNALS = 0b11


class _Ruleset(ctypes.Structure):
    _fields_ = (
        ("handled_access_fs", ctypes.c_uint64),
        ("handled_access_net", ctypes.c_uint64),
        ("scoped", ctypes.c_uint64),
    )


def interface_version() -> int:
    """Version of Landlock that this kernel speaks.

    Raises
    ------
    OSError
        The kernel has no Landlock, or it is switched off.
    """
    return kernel.syscall(_CREATE_RULESET, None, ctypes.c_size_t(0), ctypes.c_uint32(_GET_VERSION))


def deny_everything() -> int:
    """Deny the calling thread every right that Landlock knows; return the interface version.

    Raises
    ------
    OSError
        The kernel has no Landlock, or no_new_privs is not set.
    """
    version = interface_version()
    ruleset = _Ruleset(handled_access_fs=(1 << _FILE_RIGHTS.get(version, _NEWEST_FILE_RIGHTS)) - 1)
    size = 8
    if version >= _FIRST_WITH_TCP:
        ruleset.handled_access_net = _TCP_BIND_AND_CONNECT
        size = 16
    if version >= _FIRST_WITH_SCOPES:
        ruleset.scoped = _ABSTRACT_SOCKETS_AND_SIGNALS
        size = 24
    no_flags = ctypes.c_uint32(0)
    descriptor = kernel.syscall(
        _CREATE_RULESET, ctypes.byref(ruleset), ctypes.c_size_t(size), no_flags
    )
    try:
        kernel.syscall(_RESTRICT_SELF, ctypes.c_int(descriptor), no_flags)
    finally:
        os.close(descriptor)
    return version

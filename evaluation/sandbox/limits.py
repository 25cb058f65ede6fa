"""What one model may use. Memory in bytes, time in seconds."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds of one sandbox child.

    Attributes
    ----------
    memory_bytes : int
        Private memory (RLIMIT_DATA), the runtime itself included.
    address_space_bytes : int
        Looser second bound (RLIMIT_AS).
    cpu_seconds : int
        Processor time over the child's life, all threads together.
    start_seconds, load_seconds, batch_seconds : float
        Wall time for starting the child, for parsing or loading the model, and for one batch.
    threads : int
        Threads that one operator may use.
    max_model_bytes, max_input_bytes, max_output_bytes : int
        Sizes of the file, of one batch and of the outputs of one batch together.
    """

    memory_bytes: int = 2 << 30
    address_space_bytes: int = 8 << 30
    cpu_seconds: int = 3600
    start_seconds: float = 60.0
    load_seconds: float = 60.0
    batch_seconds: float = 60.0
    threads: int = 1
    max_model_bytes: int = 1 << 30
    max_input_bytes: int = 1 << 28
    max_output_bytes: int = 1 << 28

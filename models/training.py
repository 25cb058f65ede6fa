"""What the scripts that train with PyTorch share; nothing else imports it."""

from __future__ import annotations

import hashlib
from pathlib import Path

import numpy as np
import torch
from torch import nn


def settle(seed: int, *, threads: int) -> None:
    """Seed PyTorch and ask for its deterministic algorithms; sums depend on the threads."""
    torch.manual_seed(seed)
    torch.use_deterministic_algorithms(True)
    torch.set_num_threads(threads)


def folded(layer: nn.Conv2d, norm: nn.BatchNorm2d) -> tuple[np.ndarray, np.ndarray]:
    """Kernels and bias of a convolution with the batch normalisation after it folded in."""
    gain = norm.weight / torch.sqrt(norm.running_var + norm.eps)
    kernels = (layer.weight * gain[:, None, None, None]).detach().numpy()
    return kernels, (norm.bias - norm.running_mean * gain).detach().numpy()


def write_weights(path: Path, arrays: dict[str, np.ndarray]) -> None:
    """Write weights as float16, and print the file's size and SHA-256."""
    np.savez(path, **{name: array.astype(np.float16) for name, array in arrays.items()})
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    print(f"{path.name}: {path.stat().st_size} bytes, SHA-256 {digest}")

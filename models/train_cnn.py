"""Train the small convolutional network: ``python -m models.train_cnn``.

Needs PyTorch, which nothing else here does: ``pip install torch==2.13.0``. Everything random
is seeded and PyTorch's deterministic algorithms are asked for, so on one machine with the same
number of threads a second run prints the same losses and the same SHA-256.
"""

from __future__ import annotations

import cv2
import numpy as np
import torch
from torch import nn
from torch.nn import functional

from fixtures.faces.sets import training_crops
from models.cnn import DIM, LAYERS, SIZE_PX, WEIGHTS
from models.training import folded, settle, write_weights

N_SUBJECTS, N_SAMPLES = 400, 16
EPOCHS, BATCH = 18, 64
MARGIN, STEEPNESS = 0.2, 20.0
SEED = 20_261_122


class Network(nn.Module):
    """The layers of ``models.cnn`` before batch normalisation is folded in."""

    def __init__(self) -> None:
        super().__init__()
        channels = [3, *(row[0] for row in LAYERS)]
        strides = [row[1] for row in LAYERS]
        self.convolutions = nn.ModuleList(
            nn.Conv2d(before, after, 3, stride, 1, bias=False)
            for before, after, stride in zip(channels, channels[1:], strides, strict=False)
        )
        self.norms = nn.ModuleList(nn.BatchNorm2d(after) for after in channels[1:])
        size = SIZE_PX // int(np.prod(strides))
        self.drop = nn.Dropout(0.3)
        self.linear = nn.Linear(channels[-1] * size * size, DIM)
        self.last_norm = nn.BatchNorm1d(DIM, affine=False)

    def forward(self, tensor: torch.Tensor) -> torch.Tensor:
        for layer, norm, (_, _, is_residual) in zip(
            self.convolutions, self.norms, LAYERS, strict=True
        ):
            filtered = norm(layer(tensor))
            tensor = functional.relu(filtered + tensor if is_residual else filtered)
        return self.last_norm(self.linear(self.drop(tensor.flatten(1))))


def main() -> None:
    settle(SEED, threads=2)
    crops, labels = training_crops(N_SUBJECTS, N_SAMPLES)
    small = np.stack(
        [cv2.resize(c, (SIZE_PX, SIZE_PX), interpolation=cv2.INTER_LINEAR) for c in crops]
    )
    network = train(small, labels)
    write_weights(WEIGHTS, weights_of(network))


def train(crops: np.ndarray, labels: np.ndarray) -> Network:
    """Large-margin cosine classification of the training people (CosFace)."""
    rng = np.random.default_rng(SEED)
    network = Network()
    classes = nn.Parameter(torch.randn(int(labels.max()) + 1, DIM))
    optimiser = torch.optim.AdamW([*network.parameters(), classes], lr=2e-3, weight_decay=5e-4)
    steps = EPOCHS * (len(crops) // BATCH)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, 4e-3, total_steps=steps)
    for epoch in range(EPOCHS):
        losses = []
        order = rng.permutation(len(crops))[: steps // EPOCHS * BATCH]
        for chosen in order.reshape(-1, BATCH):
            batch = torch.from_numpy(varied(crops[chosen], rng))
            target = torch.from_numpy(labels[chosen])
            cosine = functional.normalize(network(batch)) @ functional.normalize(classes).T
            penalty = MARGIN * functional.one_hot(target, cosine.shape[1])
            loss = functional.cross_entropy(STEEPNESS * (cosine - penalty), target)
            optimiser.zero_grad()
            loss.backward()
            optimiser.step()
            schedule.step()
            losses.append(loss.item())
        print(f"epoch {epoch + 1:2} of {EPOCHS}: loss {np.mean(losses):.4f}", flush=True)
    return network.eval()


def varied(crops: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Mirror, shift, brighten and cover crops; float32 (n, 3, height, width), normalised."""
    out = (crops.astype(np.float32) - 127.5) / 127.5
    flip = rng.random(len(out)) < 0.5
    out[flip] = out[flip, :, ::-1]
    out = out * rng.uniform(0.7, 1.3, (len(out), 1, 1, 1)) + rng.normal(
        0, 0.12, (len(out), 1, 1, 1)
    )
    for picture in out:
        dy, dx = rng.integers(-2, 3, 2)
        picture[:] = np.roll(picture, (dy, dx), axis=(0, 1))
        if rng.random() < 0.3:
            y, x = rng.integers(0, SIZE_PX - 20, 2)
            picture[y : y + 20, x : x + 20] = rng.normal(0, 0.3)
    return np.ascontiguousarray(out.transpose(0, 3, 1, 2), dtype=np.float32)


def weights_of(network: Network) -> dict[str, np.ndarray]:
    """Weights with batch normalisation folded in."""
    arrays: dict[str, np.ndarray] = {}
    for index, (layer, norm) in enumerate(zip(network.convolutions, network.norms, strict=True)):
        arrays[f"kernels_{index}"], arrays[f"bias_{index}"] = folded(layer, norm)
    last = network.last_norm
    gain = 1 / torch.sqrt(last.running_var + last.eps)
    arrays["linear"] = (network.linear.weight * gain[:, None]).detach().numpy()
    arrays["linear_bias"] = ((network.linear.bias - last.running_mean) * gain).detach().numpy()
    return arrays


if __name__ == "__main__":
    main()

"""Train the face detector: ``python -m models.train_detector``.

Needs PyTorch, as ``models.train_cnn`` does, and is as repeatable.
"""

from __future__ import annotations

from typing import NamedTuple

import cv2
import numpy as np
import torch
from torch import nn
from torch.nn import functional

from fixtures.faces.sets import TrainingScene, training_scenes
from models.detector import CHANNELS, LAYERS, STRIDES, WEIGHTS
from models.training import folded, settle, write_weights

N_SCENES = 500
EPOCHS, BATCH = 24, 8
PATCH_PX = 256
SCALES = (0.75, 1.0, 1.0, 1.5)
# Longer side of the faces that each stride looks for, px.
SIZES = ((0, 34), (28, 68), (56, 1000))
FOCUS = 1.5
SEED = 20_261_123


class Wanted(NamedTuple):
    """What one head should say at each of its places.

    ``sure`` is 1 where a face is, 0 where none is, -1 where either answer is right;
    ``shape`` is the four numbers of the box and the ten of the landmarks.
    """

    sure: np.ndarray
    shape: np.ndarray


class Network(nn.Module):
    """The layers of ``models.detector`` before batch normalisation is folded in."""

    def __init__(self) -> None:
        super().__init__()
        self.stages, self.heads = nn.ModuleList(), nn.ModuleList()
        before = 3
        for layers in LAYERS:
            stage = nn.ModuleList()
            for channels, step in layers:
                layer = nn.Conv2d(before, channels, 3, step, 1, bias=False)
                stage.append(nn.ModuleList([layer, nn.BatchNorm2d(channels)]))
                before = channels
            self.stages.append(stage)
            head = nn.Conv2d(before, sum(CHANNELS.values()), 1)
            nn.init.constant_(head.bias[:1], -4.0)  # faces are rare
            self.heads.append(head)

    def forward(self, tensor: torch.Tensor) -> list[torch.Tensor]:
        found = []
        for layers, stage, head in zip(LAYERS, self.stages, self.heads, strict=True):
            for (_, step), (layer, norm) in zip(layers, stage, strict=True):
                filtered = norm(layer(tensor))
                tensor = functional.relu(filtered + tensor if step == 1 else filtered)
            found.append(head(tensor).permute(0, 2, 3, 1))
        return found


def main() -> None:
    settle(SEED, threads=1)
    write_weights(WEIGHTS, weights_of(train(training_scenes(N_SCENES))))


def train(scenes: list[TrainingScene], epochs: int = EPOCHS) -> Network:
    """Learn to find faces in patches of the scenes."""
    rng = np.random.default_rng(SEED)
    network = Network()
    optimiser = torch.optim.AdamW(network.parameters(), lr=4e-3, weight_decay=1e-4)
    per_epoch = len(scenes) // BATCH
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, 4e-3, total_steps=epochs * per_epoch)
    for epoch in range(epochs):
        losses = []
        order = rng.permutation(len(scenes))[: per_epoch * BATCH]
        for chosen in order.reshape(-1, BATCH):
            patches = [patch_of(scenes[number], rng) for number in chosen]
            pictures = torch.from_numpy(np.stack([patch.picture for patch in patches]))
            loss = loss_of(network(normalised(pictures)), patches)
            optimiser.zero_grad()
            loss.backward()
            optimiser.step()
            schedule.step()
            losses.append(loss.item())
        print(f"epoch {epoch + 1:2} of {epochs}: loss {np.mean(losses):.4f}", flush=True)
    return network.eval()


def normalised(pictures: torch.Tensor) -> torch.Tensor:
    return (pictures.permute(0, 3, 1, 2).float() - 127.5) / 127.5


def patch_of(scene: TrainingScene, rng: np.random.Generator) -> TrainingScene:
    """Cut a square part of a scene at one of a few scales, perhaps mirrored, lighter or darker."""
    scale = float(rng.choice(SCALES))
    picture = cv2.resize(scene.picture, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    low = [int(rng.integers(0, max(side - PATCH_PX, 0) + 1)) for side in picture.shape[1::-1]]
    picture = picture[low[1] : low[1] + PATCH_PX, low[0] : low[0] + PATCH_PX].astype(np.float32)
    picture = np.clip(picture * rng.uniform(0.7, 1.3) + rng.normal(0, 8), 0, 255).astype(np.uint8)
    boxes, points = scene.boxes * scale, scene.landmarks * scale - low
    boxes[:, :2] -= low
    if rng.random() < 0.5:
        width = picture.shape[1]
        picture = picture[:, ::-1]
        boxes[:, 0] = width - boxes[:, 0] - boxes[:, 2]
        points = (points * (-1, 1) + (width, 0))[:, [1, 0, 2, 4, 3]]
    canvas = np.zeros((PATCH_PX, PATCH_PX, 3), np.uint8)
    canvas[: picture.shape[0], : picture.shape[1]] = picture
    return TrainingScene(canvas, boxes, points, scene.ignored)


def wanted_of(patch: TrainingScene, level: int) -> Wanted:
    """Say what the head of a level should say of a patch: faces of its size, at their middles."""
    stride, (least, most) = STRIDES[level], SIZES[level]
    n = PATCH_PX // stride
    sure, shape = np.zeros((n, n), np.float32), np.zeros((n, n, 14), np.float32)
    cells = np.stack(np.meshgrid(np.arange(n), np.arange(n)), axis=2).astype(np.float32)
    for box, points, ignored in zip(patch.boxes, patch.landmarks, patch.ignored, strict=True):
        middle, size = (box[:2] + box[2:] / 2) / stride, np.maximum(box[2:], 1.0) / stride
        apart = np.abs(cells + 0.5 - middle)
        inside, near = (
            (apart <= size / 2).all(axis=2),
            (apart <= np.maximum(0.15 * size, 0.75)).all(2),
        )
        if ignored:
            sure[inside & (sure == 0)] = -1
            continue
        sure[near & (sure == 0)] = -1  # faces of other sizes are no mistake
        if least <= max(box[2:]) < most:
            sure[near] = 1
            shape[near, :2] = (middle - cells)[near]
            shape[near, 2:4] = np.log(size)
            shape[near, 4:] = (points / stride - cells[..., None, :])[near].reshape(-1, 10)
    return Wanted(sure, shape)


def loss_of(found: list[torch.Tensor], patches: list[TrainingScene]) -> torch.Tensor:
    """Focal loss of how sure, overlap of the boxes, and distance of all points in face sizes."""
    sure_sum, shape_sum, n_faces = torch.zeros(()), torch.zeros(()), 0
    for level, rows in enumerate(found):
        wanted = [wanted_of(patch, level) for patch in patches]
        sure = torch.from_numpy(np.stack([each.sure for each in wanted]))
        shape = torch.from_numpy(np.stack([each.shape for each in wanted]))
        sure_sum = sure_sum + focal(rows[..., 0], sure)
        has_face = sure == 1
        n_faces += int(has_face.sum())
        shape_sum = shape_sum + shape_loss(rows[..., 1:][has_face], shape[has_face])
    return (sure_sum + shape_sum) / max(n_faces, 1)


def focal(logits: torch.Tensor, sure: torch.Tensor) -> torch.Tensor:
    """Cross-entropy that weighs what is known well already little (Lin and others 2017)."""
    known = sure >= 0
    target = sure[known]
    loss = functional.binary_cross_entropy_with_logits(logits[known], target, reduction="none")
    missed = (torch.sigmoid(logits[known]) - target).abs()
    return (missed**FOCUS * loss).sum()


def shape_loss(found: torch.Tensor, wanted: torch.Tensor) -> torch.Tensor:
    """Want of overlap and distance of the points, in parts of the face's size."""
    side = torch.exp(wanted[:, 2:4])
    points = (found[:, 4:] - wanted[:, 4:]) / side.repeat(1, 5)
    middles = (found[:, :2] - wanted[:, :2]) / side
    near = functional.smooth_l1_loss(points, torch.zeros_like(points), beta=0.05, reduction="none")
    sizes = torch.cat([middles, found[:, 2:4] - wanted[:, 2:4]], dim=1)
    placed = functional.smooth_l1_loss(sizes, torch.zeros_like(sizes), beta=0.1, reduction="none")
    return near.mean(dim=1).sum() + 4 * placed.mean(dim=1).sum()


def weights_of(network: Network) -> dict[str, np.ndarray]:
    """Weights with batch normalisation folded in."""
    arrays: dict[str, np.ndarray] = {}
    for stride, stage, head in zip(STRIDES, network.stages, network.heads, strict=True):
        for index, (layer, norm) in enumerate(stage):
            kernels, bias = folded(layer, norm)
            arrays[f"kernels_{stride}_{index}"], arrays[f"bias_{stride}_{index}"] = kernels, bias
        arrays[f"head_{stride}"] = head.weight.detach().numpy()
        arrays[f"head_bias_{stride}"] = head.bias.detach().numpy()
    return arrays


if __name__ == "__main__":
    main()

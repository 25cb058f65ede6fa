"""Faces written cell by cell into the maps of each published detector format.

Each encoder goes the way back on its own: it looks for the cell or prior box that stands
for a face, and writes the numbers from which the published decoder would find it.
"""

import math
from typing import NamedTuple

import numpy as np


class MadeFace(NamedTuple):
    """A face in px of the detector's input."""

    score: float
    left: float
    top: float
    right: float
    bottom: float
    points: tuple = ((110, 70), (140, 71), (125, 85), (112, 100), (138, 101))

    @property
    def centre(self):
        return (self.left + self.right) / 2, (self.top + self.bottom) / 2

    @property
    def box(self):
        return self.left, self.top, self.right - self.left, self.bottom - self.top


FACES = (
    MadeFace(0.9, 100.0, 50.0, 150.0, 110.0),
    MadeFace(0.8, 10.5, 20.25, 42.0, 64.5, ((18, 30), (33, 31), (25, 40), (19, 52), (32, 53))),
)


def scrfd(faces, width, height, *, strides=(8, 16, 32), anchors=2, landmarks=True, at=0):
    """Put each face on the stride numbered ``at``, on the last anchor of its cell."""
    maps = {"score": [], "bbox": [], "kps": []}
    for number, stride in enumerate(strides):
        across, down = width // stride, height // stride
        n = across * down * anchors
        score, bbox, kps = (np.zeros((n, c), np.float32) for c in (1, 4, 10))
        for face in faces if number == at else ():
            column, row = int(face.centre[0] // stride), int(face.centre[1] // stride)
            x, y = column * stride, row * stride
            place = (row * across + column) * anchors + anchors - 1
            score[place] = face.score
            bbox[place] = [
                (x - face.left) / stride,
                (y - face.top) / stride,
                (face.right - x) / stride,
                (face.bottom - y) / stride,
            ]
            for k, (px, py) in enumerate(face.points):
                kps[place, 2 * k : 2 * k + 2] = (px - x) / stride, (py - y) / stride
        for kind, table in (("score", score), ("bbox", bbox), ("kps", kps)):
            maps[kind].append(table)
    kinds = ("score", "bbox", "kps") if landmarks else ("score", "bbox")
    tables = [table for kind in kinds for table in maps[kind]]
    return {str(448 + 3 * k): table for k, table in enumerate(tables)}


def retinaface(faces, width, height, *, landmarks=True):
    """Put each face on the prior box of nearest size whose centre is nearest."""
    priors = []
    for stride, sizes in ((8, (16, 32)), (16, (64, 128)), (32, (256, 512))):
        for row in range(math.ceil(height / stride)):
            for column in range(math.ceil(width / stride)):
                for size in sizes:
                    priors.append(((column + 0.5) * stride, (row + 0.5) * stride, size))
    loc = np.zeros((1, len(priors), 4), np.float32)
    conf = np.tile(np.array([1.0, 0.0], np.float32), (1, len(priors), 1))
    landm = np.zeros((1, len(priors), 10), np.float32)
    for face in faces:
        (cx, cy), (_, _, w, h) = face.centre, face.box
        distance = [abs(x - cx) + abs(y - cy) + abs(s - w) for x, y, s in priors]
        k = distance.index(min(distance))
        x, y, s = priors[k]
        conf[0, k] = 1 - face.score, face.score
        loc[0, k] = (
            (cx - x) / (0.1 * s),
            (cy - y) / (0.1 * s),
            math.log(w / s) / 0.2,
            math.log(h / s) / 0.2,
        )
        landm[0, k] = [
            v for px, py in face.points for v in ((px - x) / (0.1 * s), (py - y) / (0.1 * s))
        ]
    outputs = {"loc": loc, "conf": conf, "landm": landm}
    return outputs if landmarks else {"loc": loc, "conf": conf}


def yolo(faces, numbers, *, n=50, boxes_across=True):
    """Give rows of cx, cy, w, h, score and points, in one of the four lengths."""
    table = np.zeros((n, numbers), np.float32)
    for place, face in enumerate(faces):
        row = [*face.centre, face.right - face.left, face.bottom - face.top]
        if numbers == 16:
            objectness = 0.95
            row += [objectness, *np.ravel(face.points), face.score / objectness]
        elif numbers == 20:
            row += [face.score, *(v for x, y in face.points for v in (x, y, 0.7))]
        elif numbers == 15:
            row += [face.score, *np.ravel(face.points)]
        else:
            row += [face.score]
        table[7 * place + 3] = row
    return {"output0": (table.T if boxes_across else table)[None]}

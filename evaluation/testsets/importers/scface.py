"""SCface: mugshots against surveillance cameras at three distances.

``mugshot_frontal_original_all`` (or ``..._cropped_all``) holds ``001_frontal.jpg``;
``surveillance_cameras_distance_1/cam_1`` and so on, or ``surveillance_cameras_all``, hold
``001_cam1_1.jpg``: person, camera, distance. Distance 1 is 4.20 m, 2 is 2.60 m, 3 is
1.00 m. Cameras 1 to 5 see visible light; 6 and 7 are infrared and get protocols of
their own. Infrared mugshots (camera 8) and rotated mugshots are left out.

References
----------
Grgic, Delac, Grgic, SCface: surveillance cameras face database, Multimedia Tools and
Applications 51, 2011, doi:10.1007/s11042-009-0417-2.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from evaluation.errors import TestSetError
from evaluation.testsets.importers.files import folders, images_below
from evaluation.testsets.importers.source import Source
from evaluation.testsets.new import NewIdentification, NewSample, Origin
from evaluation.testsets.paths import locate_inside

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

CAMERA, DISTANCE = "camera", "distance"
MUGSHOTS = ("original", "cropped")
_MUGSHOT = re.compile(r"(?P<person>\d{3})_frontal")
_CAMERA = re.compile(r"(?P<person>\d{3})_cam(?P<camera>[1-7])_(?P<distance>[1-3])")
_INFRARED_MUGSHOT = re.compile(r"\d{3}_cam8")
_DISTANCES = {1: "4.20 m", 2: "2.60 m", 3: "1.00 m"}
_INFRARED = (6, 7)


@dataclass(frozen=True, slots=True)
class _Image:
    """A mugshot has camera and distance 0."""

    file: str
    person: str
    camera: int = 0
    distance: int = 0


def read_scface(
    root: Path, *, mugshots: str = "original", gallery_sizes: tuple[int, ...] = ()
) -> Source:
    """Read SCface with one protocol of identification for each distance.

    Parameters
    ----------
    root : Path
        Folder of the folders named above.
    mugshots : str
        ``original`` or ``cropped``.
    gallery_sizes : tuple of int
        Numbers of enrolled subjects to measure with beside the whole gallery.

    Raises
    ------
    TestSetError
        A folder is missing, or a file's name is no such name; names the file.
    """
    references = list(_mugshots(root, f"mugshot_frontal_{mugshots}_all"))
    probes = list(_camera_images(root))
    protocols = [
        protocol
        for distance in _DISTANCES
        for infrared in (False, True)
        if (protocol := _protocol(references, probes, distance, infrared, gallery_sizes))
    ]
    samples = (_sample(root, image) for image in (*references, *probes))
    return Source(samples, protocols, (CAMERA, DISTANCE))


def _mugshots(root: Path, folder: str) -> Iterator[_Image]:
    empty = True
    for file in images_below(root, folder):
        found = _MUGSHOT.fullmatch(PurePosixPath(file).stem)
        if found is None:
            raise TestSetError("the file's name is not NNN_frontal", path=root / file)
        empty = False
        yield _Image(file, found["person"])
    if empty:
        raise TestSetError("there is no image in this folder", path=root / folder)


def _camera_images(root: Path) -> Iterator[_Image]:
    names = [folder.name for folder in folders(root)]
    by_distance = [name for name in names if name.startswith("surveillance_cameras_distance_")]
    empty = True
    for folder in by_distance or ["surveillance_cameras_all"]:
        for file in images_below(root, folder):
            stem = PurePosixPath(file).stem
            found = _CAMERA.fullmatch(stem)
            if found is not None:
                empty = False
                yield _Image(file, found["person"], int(found["camera"]), int(found["distance"]))
            elif _INFRARED_MUGSHOT.fullmatch(stem) is None:
                raise TestSetError("the file's name is not NNN_camC_D", path=root / file)
    if empty:
        raise TestSetError("there is no image of a surveillance camera", path=root)


def _protocol(
    references: Sequence[_Image],
    probes: Sequence[_Image],
    distance: int,
    infrared: bool,
    gallery_sizes: tuple[int, ...],
) -> NewIdentification | None:
    """Protocol of one distance and light; None where there is no such image."""
    files = [
        image.file
        for image in probes
        if image.distance == distance and (image.camera in _INFRARED) == infrared
    ]
    if not files:
        return None
    light = " in infrared" if infrared else ""
    return NewIdentification(
        f"distance_{distance}{'_infrared' if infrared else ''}",
        f"Cameras at {_DISTANCES[distance]}{light} searched among mugshots",
        [image.file for image in references],
        files,
        gallery_sizes,
    )


def _sample(root: Path, image: _Image) -> NewSample:
    return NewSample(
        sample=image.file,
        image=locate_inside(root, image.file),
        suffix=PurePosixPath(image.file).suffix,
        subject=image.person,
        attributes={
            CAMERA: f"cam{image.camera}" if image.camera else "mugshot",
            DISTANCE: _DISTANCES.get(image.distance, ""),
        },
        origin=Origin(root / image.file),
    )

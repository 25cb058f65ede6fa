"""What is said of a model by its task: one table of words for every page and the API."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class TaskWords:
    """The words of one task, as a model's card names it."""

    key: str
    name: str
    measures: str
    """What such a model is measured for: a sentence."""
    extract: str
    """What a run does first: has the model look at every image."""
    compare: str
    """What it does with the model's answers then; empty where each answer stands alone."""
    without_output: str
    """Heading of how many images the model gave no answer for."""
    failure: str
    """Name of their rate."""
    reading: tuple[str, ...] = ()
    """How the figures are to be read, a sentence or two for each."""


_ALL = (
    TaskWords(
        "embedding",
        "Face recognition",
        "How often it misses a person, and how often it takes one person for another: one to one, "
        "in searches and in live video, by group of people and by image condition.",
        "Extract templates",
        "Compare templates",
        "Images that gave no template",
        "Failure to enrol",
        (
            (
                "False non-match rate (FNMR): the share of comparisons of the same person that the "
                "model missed. Lower is better."
            ),
            (
                "False match rate (FMR): the share of comparisons of different people that the "
                "model took for the same person. The threshold is the lowest that keeps it at or "
                "below the stated rate. A score equal to the threshold is a match."
            ),
            (
                "False negative identification rate (FNIR): the share of searches, or of passages "
                "of a camera, in which a person who is enrolled was missed. False positive "
                "identification rate (FPIR): the share of those of a person who is not enrolled in "
                "which somebody was returned. Lower is better. Both hold for one number of people "
                "enrolled: among more people more is missed and more is wrongly returned."
            ),
            (
                "Rank 1: only the first candidate counts, so an enrolled person is found who "
                "stands before everybody else. Without a threshold an officer looks at the first "
                "candidates whatever their scores."
            ),
            (
                "An image that gave no template counts as missed in every comparison of the same "
                "person and in every search for that person; failure to enrol says how many there "
                "were."
            ),
        ),
    ),
    TaskWords(
        "quality",
        "Face image quality",
        "How well its scores say which images a recognition model will miss.",
        "Score image quality",
        "Compare faces with the reference recognition model",
        "Images that gave no quality score",
        "Images without a score",
        (
            (
                "False non-match rate (FNMR): the share of comparisons of the same person that a "
                "reference recognition model missed, once the images that this model rates worst "
                "were discarded. The faster it falls, the better this model knows poor images."
            ),
            (
                "False match rate (FMR): the rate at which the threshold of the reference model "
                "was fixed, before anything was discarded."
            ),
        ),
    ),
    TaskWords(
        "pad",
        "Presentation attack detection",
        "How many attacks of each kind get through, and how many live faces are turned away.",
        "Score live faces and attacks",
        "",
        "Faces and attacks that gave no score",
        "Images without a score",
        (
            (
                "Attack presentation classification error rate (APCER): the share of attacks of "
                "one kind, as prints or masks, that were taken for a live face. The kind that "
                "succeeds most often counts. Lower is better."
            ),
            (
                "Bona fide presentation classification error rate (BPCER): the share of live faces "
                "that were taken for an attack. Lower is better."
            ),
            "A face is taken for live when its score is equal to or above the threshold.",
        ),
    ),
    TaskWords(
        "detection",
        "Face detection",
        "How many faces it finds and misses, and what else it takes for a face.",
        "Find faces in photographs",
        "",
        "Photographs that could not be looked at",
        "Photographs without an answer",
        (
            (
                "Average precision: the area under the share of boxes that are faces over the "
                "share of faces that are found. 100% is perfect."
            ),
            (
                "Missed faces and false finds are counted among the boxes from the score on that "
                "the model's card names. A box is right when its overlap with a marked face "
                "(intersection over union) is at least 0.5."
            ),
        ),
    ),
)
TASKS: Final = {words.key: words for words in _ALL}
_UNKNOWN: Final = TaskWords(
    "",
    "Unknown task",
    "Nothing: its card names no task that is known.",
    "Run the model on images",
    "Compare its answers",
    "Images that gave no answer",
    "Images without an answer",
)


def words_of(task: str) -> TaskWords:
    """Return the words of a task; plain ones for a task that is not known."""
    return TASKS.get(task, _UNKNOWN)

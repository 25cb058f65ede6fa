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
    ),
    TaskWords(
        "quality",
        "Face image quality",
        "How well its scores say which images a recognition model will miss.",
        "Score image quality",
        "Compare faces with the reference recognition model",
        "Images that gave no quality score",
        "Images without a score",
    ),
    TaskWords(
        "pad",
        "Presentation attack detection",
        "How many attacks of each kind get through, and how many live faces are turned away.",
        "Score live faces and attacks",
        "",
        "Faces and attacks that gave no score",
        "Images without a score",
    ),
    TaskWords(
        "detection",
        "Face detection",
        "How many faces it finds and misses, and what else it takes for a face.",
        "Find faces in photographs",
        "",
        "Photographs that could not be looked at",
        "Photographs without an answer",
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

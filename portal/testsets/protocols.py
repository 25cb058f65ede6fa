"""What a test set's protocols ask of a model, in the words of a page."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from portal.core.task_words import words_of
from portal.core.wording import grouped, listed

if TYPE_CHECKING:
    from collections.abc import Iterable

    from portal.testsets.models import TestSet


@dataclass(frozen=True, slots=True)
class KindWords:
    """The words of one kind of protocol."""

    name: str
    asks: str
    """What is found out: a sentence without counts, which suppliers read too."""
    mated: str = "comparisons of the same person"
    non_mated: str = "comparisons of different people"
    galleries: str = ""
    """Who is enrolled in the galleries that are searched."""


KIND_WORDS = {
    "pairs": KindWords(
        "One to one, listed pairs",
        "Are two images, listed as a pair, taken for the same person?",
    ),
    "all_pairs": KindWords(
        "One to one, all pairs",
        "Is any image taken for the same person as any other image of the set?",
    ),
    "template_pairs": KindWords(
        "One to one, templates of several images",
        "Are two templates, each made of several images of a person, taken for the same person?",
    ),
    "identification": KindWords(
        "One to many, a gallery",
        "Is a person found in a gallery, and is nobody returned for a person who is not in it?",
        "searches for people in the gallery",
        "searches for people who are not in it",
        "people enrolled",
    ),
    "leave_one_out": KindWords(
        "One to many, every image against all others",
        "Is the best match of an image, among all other images, the same person?",
        "searches for a person who has another image",
        "searches for a person who has none",
        "people enrolled, the one searched for among them",
    ),
    "live": KindWords(
        "Live video, passages",
        "Does a person on a watchlist raise an alert on passing a camera, and how soon? "
        "Do others pass without one?",
        "passages of people on the watchlist",
        "passages of people who are not on it",
        "people on the watchlist",
    ),
    "robustness": KindWords(
        "Image conditions",
        "How many more matches are missed as images get worse, step by step?",
    ),
    "quality": KindWords(
        "Face image quality",
        "Are fewer matches missed when the images that the model rates worst are discarded?",
    ),
    "presentation_attack": KindWords(
        "Presentation attacks",
        "Are attacks such as prints, screens and masks told from live faces?",
        "live faces",
        "attacks",
    ),
    "detection": KindWords(
        "Face detection",
        "Are the faces in photographs found, and is nothing else taken for a face?",
    ),
}
_NAMED_ELSEWHERE = (
    "gallery sizes",
    "watchlist sizes",
    "enrolled subjects",
    "people on the watchlist",
)

_OF_BASE = {
    "mated comparisons of the base": "comparisons of the same person",
    "non-mated comparisons of the base": "comparisons of different people",
}


@dataclass(frozen=True, slots=True)
class ProtocolRow:
    """One protocol of a test set's page."""

    title: str
    measures: str
    asks: str
    trials: tuple[str, ...]
    smallest: float | None


@dataclass(frozen=True, slots=True)
class TaskRows:
    """The protocols for the models of one task."""

    task: str
    name: str
    protocols: tuple[ProtocolRow, ...]

    @property
    def asks(self) -> tuple[str, ...]:
        """What is asked of such models, each question once."""
        return tuple(dict.fromkeys(row.asks for row in self.protocols))


def task_rows(test_set: TestSet) -> list[TaskRows]:
    """Return what is asked of the models of each task, protocol by protocol."""
    by_task: dict[str, list[ProtocolRow]] = {}
    for protocol in test_set.protocols:
        by_task.setdefault(protocol.get("task") or "embedding", []).append(_row(protocol))
    return [TaskRows(task, words_of(task).name, tuple(rows)) for task, rows in by_task.items()]


def _row(protocol: dict[str, Any]) -> ProtocolRow:
    kind = str(protocol.get("kind", ""))
    words = KIND_WORDS.get(kind, KindWords(kind, ""))
    return ProtocolRow(
        title=protocol.get("title") or str(protocol["name"]),
        measures=words.name,
        asks=words.asks,
        trials=tuple(_trials(protocol, words)),
        smallest=protocol.get("smallest_printable_rate"),
    )


def _trials(protocol: dict[str, Any], words: KindWords) -> Iterable[str]:
    """Say how many trials of each sort there are, and in what they are searched for."""
    counts = {words.mated: protocol.get("n_mated"), words.non_mated: protocol.get("n_non_mated")}
    others = dict(protocol.get("counts") or {})
    sizes = protocol.get("gallery_sizes") or ()
    if sizes:
        others = {name: n for name, n in others.items() if name not in _NAMED_ELSEWHERE}
    counts |= others | {"folds": protocol.get("n_folds")}
    for name, count in counts.items():
        if count:
            yield f"{grouped(count)} {_OF_BASE.get(name, name)}"
    if sizes:
        yield f"{listed([grouped(size) for size in sizes])} {words.galleries}"

"""Which texts fit the words of a search, and how well, with letters missing, wrong or swapped."""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from rapidfuzz.distance import OSA
from rapidfuzz.process import extract

if TYPE_CHECKING:
    from collections.abc import Sequence

LONG_WORD = 8
MIDDLE_WORD = 4
TITLE_COUNTS = 2.0
"""How much more a word says in a title than in a text."""
BEGUN = 0.9
"""How well a word fits one that it begins."""


@dataclass(frozen=True, slots=True)
class Text:
    """What is searched of one record."""

    title: str
    body: str = ""


def words_of(text: str) -> list[str]:
    """Return the words of a text in small letters without accents: "Čapek's" is capek, s."""
    plain = unicodedata.normalize("NFKD", text.casefold())
    return re.findall(r"\w+", "".join(one for one in plain if not unicodedata.combining(one)))


def ranked(query: str, texts: Sequence[Text]) -> list[int]:
    """Return the places of the texts that have every word of the query, the best first.

    A word fits when it is the same, begins the word, or differs by one slip (a letter missing,
    more, wrong or swapped) in words of four letters and more, two in words of eight and more.
    """
    wanted = list(dict.fromkeys(words_of(query)))
    if not wanted:
        return []
    index = _index(texts)
    scores = [_scores(word, index) for word in wanted]
    found = set.intersection(*(set(one) for one in scores))
    total = {place: sum(one[place] for one in scores) for place in found}
    return sorted(found, key=lambda place: (-total[place], texts[place].title, place))


def _index(texts: Sequence[Text]) -> dict[str, dict[int, float]]:
    """Return for each word the texts that hold it, and how much it counts there."""
    index: dict[str, dict[int, float]] = defaultdict(dict)
    for place, text in enumerate(texts):
        for word in words_of(text.body):
            index[word][place] = 1.0
        for word in words_of(text.title):
            index[word][place] = TITLE_COUNTS
    return index


def _scores(word: str, index: dict[str, dict[int, float]]) -> dict[int, float]:
    """Return how well each text fits one word; texts that do not fit are left out."""
    best: dict[int, float] = {}
    for known, fits in _like(word, list(index)):
        for place, counts in index[known].items():
            best[place] = max(best.get(place, 0.0), fits * counts)
    return best


def _like(word: str, known: Sequence[str]) -> list[tuple[str, float]]:
    """Return the known words that a word may stand for, and how well, from 0 to 1."""
    begun = [(one, 1.0 if one == word else BEGUN) for one in known if one.startswith(word)]
    slips = 2 if len(word) >= LONG_WORD else 1 if len(word) >= MIDDLE_WORD else 0
    if not slips:
        return begun
    near = extract(word, known, scorer=OSA.distance, score_cutoff=slips, limit=None)
    return begun + [(one, BEGUN - 0.2 * distance) for one, distance, _ in near if distance]

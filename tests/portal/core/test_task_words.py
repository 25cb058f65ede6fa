"""Every page speaks of a model by its task, from one table."""

from evaluation.card import Task
from portal.core.task_words import TASKS, words_of


def test_every_task_that_a_card_may_name_has_words_of_its_own():
    assert set(TASKS) == {str(task) for task in Task}
    for field in ("name", "measures", "extract", "without_output", "failure", "reading"):
        said = [getattr(words, field) for words in TASKS.values()]
        assert all(said)
    assert len({words.extract for words in TASKS.values()}) == len(TASKS)


def test_only_recognition_speaks_of_templates():
    for words in TASKS.values():
        said = str(words).lower()
        assert ("template" in said) == (words.key == "embedding")


def test_a_task_that_is_not_known_has_plain_words():
    assert words_of("weather").name == "Unknown task"
    assert words_of("").extract == "Run the model on images"

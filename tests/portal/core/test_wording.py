import pytest

from portal.core import wording


def test_a_column_becomes_a_heading():
    assert wording.in_words("age_band") == "Age band"
    assert wording.in_words("") == ""


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (RuntimeError("The package is  gone.\n"), "The package is gone."),
        (
            OSError(28, "No space left on device", "/data/x"),
            "The system said: No space left on device.",
        ),
        (
            KeyError("x"),
            "Something unexpected happened: KeyError ('x'). The worker's log says more.",
        ),
        (
            MemoryError(),
            "Something unexpected happened: MemoryError. The worker's log says more.",
        ),
    ],
)
def test_a_fault_of_ours_reaches_staff_as_a_sentence(error, words):
    assert wording.fault(error) == words

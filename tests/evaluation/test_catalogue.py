"""What every refusal owes its reader."""

import re
from pathlib import Path

import pytest

from evaluation.catalogue import CATALOGUE
from tests.hostile.shelf import FOUND_OUT_LATER, SHELF

# Made by a signal or by taking over the child, which test_model shows, or by the end of a worker,
# which tests/faults shows; no file does it, but that on x86 one crashes.
_WITHOUT_A_FILE = {"MODEL-CRASHED", "MODEL-FORBIDDEN", "MODEL-ENDS-WORKER"}


@pytest.mark.parametrize("refusal", CATALOGUE.values(), ids=CATALOGUE)
def test_a_refusal_is_a_code_a_sentence_and_an_action(refusal):
    assert re.fullmatch(r"[A-Z]+(-[A-Z]+)*", refusal.code)
    for text in (refusal.sentence, refusal.action):
        assert text[0].isupper()
        assert text.endswith(".")
        assert "/" not in text


def test_every_code_that_the_source_names_is_in_the_catalogue():
    source = Path(__file__).resolve().parents[2]
    pattern = re.compile(
        r'"((?:FILE|NOT|EXTERNAL|OPERATOR|OPSET|MODEL|WEIGHTS|INPUT|OUTPUT)-[A-Z-]+)"'
    )
    named = set()
    for folder in (
        "evaluation/sandbox",
        "evaluation/intake",
        "evaluation/runtime",
        "evaluation/throughput",
        "evaluation/pipeline",
        "portal",
    ):
        for file in (source / folder).rglob("*.py"):
            named |= set(pattern.findall(file.read_text(encoding="utf-8")))
    assert named == set(CATALOGUE)


def test_every_code_has_a_model_on_the_shelf():
    shown = {item.code for item in (*SHELF, *FOUND_OUT_LATER)}
    assert shown | _WITHOUT_A_FILE == set(CATALOGUE)

"""The comparison on one page of paper."""

import io

import pytest
from django.http import QueryDict
from django.urls import reverse
from pypdf import PdfReader
from pypdf.errors import PyPdfError

from portal.comparison.compare.comparing import MOST_MODELS
from portal.runs.models import ReleaseState
from tests.portal.builders import make_product, make_submission, make_supplier
from tests.portal.comparison.results import make_result, make_wide_test_set

pytestmark = pytest.mark.django_db

PDF = reverse("comparison:compare_pdf")


def asked_for(runs):
    return {"model": [str(run.submission_id) for run in runs]}


@pytest.fixture
def test_set():
    return make_wide_test_set(title="Hard faces")


def read(response):
    assert response["Content-Type"] == "application/pdf"
    return PdfReader(io.BytesIO(response.content))


def test_the_page_says_what_is_compared_on_what_and_when(sign_in, official, test_set):
    runs = [
        make_result(4.6, product="Alpha", test_set=test_set),
        make_result(3.0, product="Beta", test_set=test_set),
    ]

    (page,) = read(sign_in(official).get(PDF, asked_for(runs))).pages
    words = " ".join(page.extract_text().split())

    assert "Face-recognition models compared: Hard faces" in words
    for run in runs:
        assert str(run.submission) in words
        assert run.submission.model_sha256[:12] in words
    # Alpha at FMR 1e-3: 131 of 2,000 mated comparisons missed, Wilson 5.55% to 7.72%.
    assert "6.55% Best 5.55% to 7.72%; 131 of 2,000" in words
    assert "Not enough evidence" in words
    assert f"model={runs[0].submission_id}" in words.replace(" ", "")


def test_six_models_with_the_longest_names_stand_on_one_page(sign_in, official, test_set):
    runs = []
    for number in range(MOST_MODELS):
        supplier = make_supplier(legal_name=f"{number} An Unusually Long Company Name of Limited")
        product = make_product(
            supplier=supplier, name=f"{number} Recognition Platform for Retrospective Search"
        )
        submission = make_submission(product=product, version="2026.11.23-candidate")
        runs.append(make_result(3 + number / 3, submission=submission, test_set=test_set))

    pages = read(sign_in(official).get(PDF, asked_for(runs))).pages

    assert len(pages) == 1
    words = " ".join(pages[0].extract_text().split())
    assert all(f"{number} Recognition" in words for number in range(MOST_MODELS))


def test_what_is_not_released_is_marked_on_paper_too(sign_in, jsarc, test_set):
    run = make_result(product="Secret", release=ReleaseState.PRIVATE, test_set=test_set)

    (page,) = read(sign_in(jsarc).get(PDF, asked_for([run]))).pages

    assert "Not released" in page.extract_text()


def test_the_charts_have_words_for_those_who_cannot_see_them(sign_in, official, test_set):
    run = make_result(product="Alpha", test_set=test_set)

    reader = read(sign_in(official).get(PDF, asked_for([run])))

    said = [
        str(found["/Alt"])
        for number in range(1, len(reader.xref_objStm) + len(reader.xref[0]) + 1)
        if isinstance(found := _object(reader, number), dict) and "/Alt" in found
    ]
    assert len(said) == 2
    assert any(
        text.startswith("Error trade-off (DET). With false matches held to") for text in said
    )


def _object(reader, number):
    try:
        return reader.get_object(number)
    except PyPdfError:  # a number that is not used
        return None


@pytest.mark.parametrize("query", ["", "model=nonsense"])
def test_without_a_model_the_answer_says_what_to_do(sign_in, official, test_set, query):
    make_result(test_set=test_set)

    response = sign_in(official).get(PDF, QueryDict(query).dict())

    assert response.status_code == 409
    assert "Choose at least one model" in response.content.decode()

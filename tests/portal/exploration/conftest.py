import pytest

from tests.portal.builders import make_call, make_supplier, make_supplier_user


@pytest.fixture
def supplier():
    return make_supplier(slug="acme", legal_name="Acme")


@pytest.fixture
def person(supplier):
    return make_supplier_user(supplier)


@pytest.fixture
def call():
    return make_call(slug="night", title="Night")


@pytest.fixture
def question(call):
    return call.questions.get()


@pytest.fixture
def offer(question):
    """An answer as its form sends it."""
    return {
        "product_name": "Owl", "summary": "Sees at night", "uses": ["lfr"], "trl_now": 6,
        "timescale": "six", "sharing": "government", f"q_{question.pk}": "On licensed data",
    }  # fmt: skip

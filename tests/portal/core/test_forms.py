"""Forms as GOV.UK components; oracle: the published markup of govuk-frontend 6."""

import datetime

import pytest
from django import forms
from django.http import QueryDict

from portal.core.forms import (
    ErrorLink,
    GovukDateField,
    GovukFilterForm,
    GovukForm,
    GovukModelForm,
    ask_for,
)
from portal.suppliers.models import Claim


class EveryKindForm(GovukForm):
    name = forms.CharField(label="Legal name", help_text="As in the register")
    notes = forms.CharField(widget=forms.Textarea, required=False)
    kind = forms.ChoiceField(choices=[("a", "Kind A"), ("b", "Kind B")])
    role = forms.ChoiceField(choices=[("a", "A"), ("b", "B")], widget=forms.RadioSelect)
    uses = forms.MultipleChoiceField(
        choices=[("a", "A"), ("b", "B")], widget=forms.CheckboxSelectMultiple
    )
    agreed = forms.BooleanField(label="I agree")
    starts = GovukDateField(label="Start", required=False)
    card = forms.FileField(widget=forms.FileInput)
    secret = forms.CharField(widget=forms.PasswordInput)
    token = forms.CharField(widget=forms.HiddenInput, required=False)


@pytest.mark.parametrize(
    "markup",
    [
        '<label class="govuk-label" for="id_name">Legal name</label>',
        '<div id="id_name-hint" class="govuk-hint">As in the register</div>',
        '<textarea name="notes"',
        'class="govuk-select"',
        '<legend class="govuk-fieldset__legend">Role</legend>',
        'class="govuk-radios__input"',
        'class="govuk-checkboxes__input"',
        'class="govuk-label govuk-checkboxes__label" for="id_agreed">I agree</label>',
        'class="govuk-input govuk-date-input__input govuk-input--width-4"',
        'class="govuk-file-upload"',
        'data-module="govuk-password-input"',
        '<input type="hidden" name="token"',
    ],
)
def test_each_kind_of_field_renders_its_component(markup):
    assert markup in str(EveryKindForm())


def test_optional_fields_say_so_and_required_ones_do_not():
    page = str(EveryKindForm())

    assert "Notes (optional)</label>" in page
    assert "Start (optional)</legend>" in page
    assert "Legal name (optional)" not in page


def test_hint_and_error_are_tied_to_the_control():
    page = str(EveryKindForm({}))

    assert 'aria-describedby="id_name-hint id_name-error"' in page
    assert '<p id="id_name-error" class="govuk-error-message">' in page
    assert '<fieldset class="govuk-fieldset" aria-describedby="id_role-error">' in page


def test_the_browser_is_not_asked_to_check_what_the_server_checks():
    assert " required" not in str(EveryKindForm())


def test_error_links_lead_to_the_first_control_of_what_is_wrong():
    form = EveryKindForm({"starts_day": "31", "starts_month": "2", "starts_year": "2027"})

    links = form.error_links()

    assert links[0] == ErrorLink("#id_name", "Enter legal name.")
    assert ErrorLink("#id_role_0", "Choose role.") in links
    assert ErrorLink("#id_uses_0", "Choose uses.") in links
    assert ErrorLink("#id_starts_0", "Enter a real date with a day, a month and a year.") in links
    page = str(form)
    assert all(f'id="{link.href[1:]}"' in page for link in links)


def test_an_error_of_the_whole_form_leads_to_the_page():
    form = EveryKindForm({})
    form.add_error(None, "This version exists already.")

    assert form.error_links()[0] == ErrorLink("#main-content", "This version exists already.")


@pytest.mark.parametrize(
    ("label", "kind", "sentence"),
    [
        ("Legal name", "input", "Enter legal name."),
        ("TRL now", "input", "Enter TRL now."),
        ("Supplier", "select", "Choose supplier."),
        ("I agree", "checkbox", "Tick “I agree” to go on."),
    ],
)
def test_a_missing_answer_is_asked_for_in_plain_words(label, kind, sentence):
    assert ask_for(label, kind) == sentence


def test_a_form_keeps_its_own_words_for_a_missing_answer():
    class OwnWordsForm(GovukForm):
        name = forms.CharField(error_messages={"required": "Say who you are."})

    assert OwnWordsForm({}).errors["name"] == ["Say who you are."]


class DatedForm(GovukForm):
    on = GovukDateField()


def dated(day, month, year):
    return DatedForm({"on_day": day, "on_month": month, "on_year": year})


def test_a_date_is_read_from_its_three_boxes():
    form = dated("1", "12", "2026")

    assert form.is_valid()
    assert form.cleaned_data["on"] == datetime.date(2026, 12, 1)


@pytest.mark.parametrize("parts", [("31", "2", "2026"), ("1", "", "2026"), ("1", "13", "2026")])
def test_an_unreal_date_is_refused(parts):
    form = dated(*parts)

    assert not form.is_valid()
    assert form.errors["on"] == ["Enter a real date with a day, a month and a year."]


def test_a_date_is_shown_in_its_three_boxes():
    page = str(DatedForm(initial={"on": datetime.date(2026, 12, 1)}))

    assert [f'value="{part}"' in page for part in ("1", "12", "2026")] == [True] * 3


class ListFilterForm(GovukFilterForm):
    q = forms.CharField()
    state = forms.ChoiceField(choices=[("", "All"), ("ready", "Accepted")])


def test_filters_are_those_that_are_set_and_right():
    assert ListFilterForm(QueryDict("q=&state=ready")).chosen() == {"state": "ready"}
    assert ListFilterForm(QueryDict("q=x&state=bogus")).chosen() == {"q": "x"}
    assert ListFilterForm(QueryDict("")).chosen() == {}


def test_filters_do_not_call_themselves_optional():
    assert "(optional)" not in str(ListFilterForm())


def test_what_was_typed_is_escaped():
    page = str(EveryKindForm({"name": "<script>alert(1)</script>"}))

    assert "<script>" not in page


def test_nothing_chosen_yet_is_said_in_words():
    class ClaimForm(GovukModelForm):
        class Meta:
            model = Claim
            fields = ("metric",)

    assert '<option value="" selected>Choose one</option>' in str(ClaimForm())

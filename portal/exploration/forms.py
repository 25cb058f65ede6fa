"""What is entered about calls, questions, answers and assessments."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, cast

from django import forms
from django.forms.models import model_to_dict

from portal.core.forms import GovukDateField, GovukModelForm
from portal.exploration.answers import LONGEST_REPLY, MARKS, OFFERED
from portal.exploration.calls import CALL, QUESTION
from portal.exploration.models import Answer, Assessment, Call, Question
from portal.exploration.models.assessment import Mark
from portal.suppliers.forms import level_input
from portal.suppliers.models import UseCase
from portal.suppliers.selectors import FLAGS

if TYPE_CHECKING:
    from collections.abc import Iterable

    from django.http import QueryDict


class CallForm(GovukModelForm):
    closes_on = GovukDateField(
        label="Last day for answers",
        error_messages={"required": "Enter the last day for answers."},
    )

    class Meta:
        model = Call
        fields = CALL
        widgets: ClassVar = {"purpose": forms.Textarea(attrs={"rows": 6})}
        help_texts: ClassVar = {"purpose": "Suppliers read this."}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = cast("forms.ModelChoiceField[Any]", self.fields["capability"])
        field.empty_label = "No capability of the roadmap"


class QuestionForm(GovukModelForm):
    choices = forms.CharField(
        label="Choices",
        required=False,
        help_text="One a line, where the answer is one of several",
        widget=forms.Textarea(attrs={"rows": 4}),
    )

    class Meta:
        model = Question
        fields = QUESTION

    def __init__(self, *args: Any, initial: dict[str, Any] | None = None, **kwargs: Any) -> None:
        shown = dict(initial or {"is_required": True, "kind": Question.Kind.TEXT})
        shown["choices"] = "\n".join(shown.get("choices") or [])
        super().__init__(*args, initial=shown, **kwargs)

    def clean_choices(self) -> list[str]:
        lines = self.cleaned_data["choices"].splitlines()
        return [line.strip() for line in lines if line.strip()]


class AnswerForm(GovukModelForm):
    """An offer and the replies to a call's questions; nothing is needed to save a draft."""

    uses = forms.MultipleChoiceField(
        label="Uses",
        choices=UseCase.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="Select every use that the product is for.",
    )
    version = forms.IntegerField(required=False, widget=forms.HiddenInput)
    field_order = ("product_name", "summary", "uses")

    class Meta:
        model = Answer
        fields = tuple(name for name in OFFERED if name not in FLAGS.values())
        widgets: ClassVar = {
            "summary": forms.Textarea(attrs={"rows": 5}),
            "trl_now": level_input(),
            "trl_in_18_months": level_input(),
            "trl_evidence": forms.Textarea(attrs={"rows": 3}),
            "timescale": forms.RadioSelect,
            "sharing": forms.RadioSelect,
        }
        help_texts: ClassVar = {
            "trl_now": "A whole number from 1 to 9",
            "trl_in_18_months": "A whole number from 1 to 9",
            "sharing_note": "For example, until a patent is granted",
        }

    def __init__(
        self,
        data: QueryDict | None,
        *,
        questions: Iterable[Question],
        answer: Answer | None,
        version: int | None = None,
    ) -> None:
        initial: dict[str, Any] = model_to_dict(answer, OFFERED) if answer else {}
        initial["uses"] = [use for use, flag in FLAGS.items() if initial.get(flag)]
        initial["version"] = answer.version if answer else None
        super().__init__(data, initial=initial)
        self.is_filter = True  # nothing is needed yet, so nothing is called optional
        self.questions = list(questions)
        for name in ("timescale", "sharing"):
            choices = cast("forms.ChoiceField", self.fields[name])
            choices.choices = [one for one in Answer._meta.get_field(name).flatchoices if one[0]]  # type: ignore[union-attr]
        replies = answer.replies if answer else {}
        for question in self.questions:
            self.fields[f"q_{question.pk}"] = _reply_field(question)
            self.initial[f"q_{question.pk}"] = replies.get(str(question.pk), "")

    @property
    def offered(self) -> dict[str, Any]:
        """What is said of the product, as the service takes it."""
        said = {name: self.cleaned_data[name] for name in self.Meta.fields}
        uses = self.cleaned_data["uses"]
        return said | {flag: use in uses for use, flag in FLAGS.items()}

    @property
    def replies(self) -> dict[str, str]:
        """The replies by the number of their question."""
        return {
            str(question.pk): str(self.cleaned_data.get(f"q_{question.pk}") or "")
            for question in self.questions
        }


def _reply_field(question: Question) -> forms.Field:
    about: dict[str, Any] = {
        "label": question.text,
        "help_text": question.hint,
        "required": False,
    }
    if question.kind == Question.Kind.YES_NO:
        return forms.ChoiceField(
            choices=[("Yes", "Yes"), ("No", "No")], widget=forms.RadioSelect, **about
        )
    if question.kind == Question.Kind.CHOICE:
        choices = [(one, one) for one in question.choices]
        return forms.ChoiceField(choices=choices, widget=forms.RadioSelect, **about)
    widget = None if question.kind == Question.Kind.NUMBER else forms.Textarea(attrs={"rows": 4})
    return forms.CharField(max_length=LONGEST_REPLY, widget=widget, **about)


class AssessmentForm(GovukModelForm):
    class Meta:
        model = Assessment
        fields = MARKS
        widgets: ClassVar = {
            **dict.fromkeys(MARKS[:-1], forms.RadioSelect),
            "reason": forms.Textarea(attrs={"rows": 5}),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in MARKS[:-1]:
            field = cast("forms.ChoiceField", self.fields[name])
            field.choices = Mark.choices

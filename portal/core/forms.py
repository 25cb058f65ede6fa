"""Forms that render themselves as GOV.UK Design System components.

A page writes ``{% include "components/error_summary.html" %}`` before its heading, ``{{ form }}``
and a button. Django's own forms look the same, because the renderer does it.
"""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any, cast

from django import forms
from django.core.exceptions import ValidationError
from django.forms.boundfield import BoundField
from django.forms.renderers import TemplatesSetting

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from django.http import QueryDict


@dataclass(frozen=True, slots=True)
class ErrorLink:
    """One line of the error summary; it leads to the control that is wrong."""

    href: str
    text: str


class GovukDateWidget(forms.MultiWidget):
    """Day, month and year in three boxes."""

    template_name = "components/fields/date_inputs.html"
    use_fieldset = True

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        boxes: dict[str, forms.Widget | type[forms.Widget]] = {
            name: forms.TextInput() for name in ("day", "month", "year")
        }
        super().__init__(widgets=boxes, attrs=attrs)

    def decompress(self, value: Any) -> list[Any]:
        if isinstance(value, str):
            value = datetime.date.fromisoformat(value)
        return [value.day, value.month, value.year] if value else [None, None, None]


class GovukDateField(forms.MultiValueField):
    """A calendar date, typed as day, month and year."""

    widget = GovukDateWidget

    def __init__(self, **kwargs: Any) -> None:
        fields = [forms.IntegerField(required=False) for _ in range(3)]
        kwargs.setdefault("help_text", "For example, 27 3 2027")
        super().__init__(fields=fields, require_all_fields=False, **kwargs)

    def compress(self, data_list: Sequence[int | None]) -> datetime.date | None:
        if not any(data_list):
            return None
        try:
            day, month, year = (int(part or 0) for part in data_list)
            return datetime.date(year, month, day)
        except ValueError as error:
            raise ValidationError(
                "Enter a real date with a day, a month and a year.", code="invalid"
            ) from error


KINDS: tuple[tuple[type[forms.Widget], str], ...] = (
    (GovukDateWidget, "date"),
    (forms.HiddenInput, "hidden"),
    (forms.CheckboxSelectMultiple, "checkboxes"),
    (forms.RadioSelect, "radios"),
    (forms.CheckboxInput, "checkbox"),
    (forms.Select, "select"),
    (forms.Textarea, "textarea"),
    (forms.FileInput, "file"),
    (forms.PasswordInput, "password"),
)
"""Widget -> template in ``components/fields``; the first that fits is taken, else ``input``."""

CLASSES = {
    "input": "govuk-input",
    "password": "govuk-input govuk-password-input__input govuk-js-password-input-input",
    "select": "govuk-select",
    "textarea": "govuk-textarea",
    "file": "govuk-file-upload",
    "checkbox": "govuk-checkboxes__input",
    "checkboxes": "govuk-checkboxes__input",
    "radios": "govuk-radios__input",
    "date": "govuk-input govuk-date-input__input",
}
ERROR_CLASSES = {
    "input": "govuk-input--error",
    "password": "govuk-input--error",
    "select": "govuk-select--error",
    "textarea": "govuk-textarea--error",
    "file": "govuk-file-upload--error",
    "date": "govuk-input--error",
}


def kind_of(widget: forms.Widget) -> str:
    return next((kind for known, kind in KINDS if isinstance(widget, known)), "input")


class GovukBoundField(BoundField):
    """A field that knows its component, and ties its hint and its error to the control."""

    @property
    def kind(self) -> str:
        return kind_of(self.field.widget)

    @property
    def component(self) -> str:
        return f"components/fields/{self.kind}.html"

    @property
    def hint_id(self) -> str:
        return f"{self.id_for_label or self.auto_id}-hint" if self.help_text else ""

    @property
    def error_id(self) -> str:
        return f"{self.id_for_label or self.auto_id}-error" if self.errors else ""

    @property
    def described_by(self) -> str:
        return " ".join(part for part in (self.hint_id, self.error_id) if part)

    @property
    def first_control_id(self) -> str:
        """Where a link of the error summary leads: for a group, its first control."""
        is_group = self.kind in ("radios", "checkboxes", "date")
        return f"{self.auto_id}_0" if is_group else str(self.auto_id)

    def build_widget_attrs(
        self, attrs: dict[str, Any], widget: forms.Widget | None = None
    ) -> dict[str, Any]:
        widget = widget or self.field.widget
        if widget.is_hidden:
            return attrs
        classes = [CLASSES[self.kind], widget.attrs.get("class", "")]
        classes.append(ERROR_CLASSES.get(self.kind, "") if self.errors else "")
        attrs = attrs | {"class": " ".join(name for name in classes if name)}
        if self.described_by and not widget.use_fieldset:
            attrs["aria-describedby"] = self.described_by
        if self.field.disabled:
            attrs["disabled"] = True
        return attrs


class GovukRenderer(TemplatesSetting):
    """Renders every form of the project with the templates in ``components``."""

    form_template_name = "components/form.html"
    field_template_name = "components/field.html"
    bound_field_class = GovukBoundField


def ask_for(label: str, kind: str) -> str:
    """Return what to say where an answer is missing: "Enter the name"."""
    if kind == "checkbox":
        return f"Tick “{label}” to go on."
    verb = "Choose" if kind in ("select", "radios", "checkboxes", "file") else "Enter"
    is_acronym = label[1:2].isupper()
    return f"{verb} {label if is_acronym else label[:1].lower() + label[1:]}."


class ErrorLinks(forms.BaseForm):
    """What an error summary asks of a form."""

    is_filter = False
    """Filters are all optional, so they do not say so one by one."""
    either: frozenset[str] = frozenset()
    """Fields of which one must be given: none of them is called optional."""

    def say_what_is_missing(self) -> None:
        """Replace Django's "This field is required" where the form has no words of its own."""
        for name, field in self.fields.items():
            if field.error_messages["required"] == forms.Field.default_error_messages["required"]:
                label = str(field.label or name.replace("_", " "))
                field.error_messages["required"] = ask_for(label, kind_of(field.widget))

    def error_links(self) -> list[ErrorLink]:
        """Every message with the address of the control it belongs to."""
        links = [ErrorLink("#main-content", str(text)) for text in self.non_field_errors()]
        for bound in self:
            links += [
                ErrorLink(f"#{getattr(bound, 'first_control_id', bound.auto_id)}", str(text))
                for text in bound.errors
            ]
        return links


class GovukForm(ErrorLinks, forms.Form):
    """A form; messages come from the server, so that all of them can be read in one place."""

    use_required_attribute = False

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("label_suffix", "")
        super().__init__(*args, **kwargs)
        self.say_what_is_missing()


class GovukModelForm(ErrorLinks, forms.ModelForm):  # type: ignore[type-arg]  # not subscriptable
    """A form over one row of a table.

    What must hold between its columns is the service's to say, beside the field that is wrong.
    """

    use_required_attribute = False

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("label_suffix", "")
        super().__init__(*args, **kwargs)
        checked = partial(self.instance.full_clean, validate_constraints=False)
        self.instance.full_clean = checked
        self.say_what_is_missing()
        self._name_the_empty_choice()

    def _name_the_empty_choice(self) -> None:
        """Put words where a row of dashes would stand for nothing chosen yet."""
        for field in self.fields.values():
            if isinstance(field, forms.TypedChoiceField) and field.required:
                choices = cast("Iterable[tuple[Any, Any]]", field.choices)
                field.choices = [
                    (value, name if value else "Choose one") for value, name in choices
                ]


class GovukFilterForm(GovukForm):
    """Filters of a list, kept in the address: ``GovukFilterForm(request.GET)``.

    An answer that is not among the choices is left out of ``chosen`` and shown as an error.
    """

    is_filter = True

    def __init__(self, data: QueryDict | dict[str, Any] | None = None, **kwargs: Any) -> None:
        super().__init__(data if data is not None else {}, **kwargs)
        for field in self.fields.values():
            field.required = False

    def chosen(self) -> dict[str, Any]:
        """Return the filters that are set and right, by field name."""
        self.is_valid()
        return {name: value for name, value in self.cleaned_data.items() if value not in EMPTY}


EMPTY: tuple[object, ...] = (None, "", [], False)

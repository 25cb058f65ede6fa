"""What a supplier enters to submit a model. A form with errors keeps the file that was received."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from django import forms
from django.conf import settings
from django.core import signing
from django.core.exceptions import ValidationError
from django.http import QueryDict

from portal.core.forms import GovukFilterForm, GovukForm
from portal.submissions import files, selectors
from portal.submissions.errors import InvalidCardError
from portal.submissions.execution import MAX_CARD_BYTES, require_valid_card
from portal.submissions.models import SubmissionState
from portal.submissions.uploads import ReceivedUpload
from portal.suppliers.models import Product

if TYPE_CHECKING:
    from portal.accounts.models import User
    from portal.submissions.files import ReceivedModel

_SALT = "submissions.received"
_KEEP_SECONDS = 86_400


class ModelFileField(forms.FileField):
    """A file that lies in quarantine by now, or was refused on its way there."""

    def to_python(self, data: Any) -> Any:
        if isinstance(data, ReceivedUpload) and data.refusal:
            raise ValidationError(data.refusal, code="refused")
        return super().to_python(data)

    def validate(self, value: Any) -> None:
        """Leave it to the form whether a file is missing: it may have come with an earlier try."""


class SubmissionForm(GovukForm):
    either = frozenset({"card_file", "card"})

    product: Any = forms.ModelChoiceField(
        queryset=Product.objects.none(),
        label="Product",
        empty_label="Choose a product",
        error_messages={"required": "Choose the product that the model belongs to."},
    )
    version = forms.CharField(
        label="Version",
        max_length=60,
        required=False,
        help_text="Leave it empty to use the version on the card.",
    )
    model_file = ModelFileField(label="Model")
    detector_file = ModelFileField(
        label="Its own face detector",
        required=False,
        help_text="Only if the model is to find faces in photographs with a detector of its own, "
        "whose card stands under “detector” on the model's card. One .onnx file.",
    )
    card_file = forms.FileField(
        label="Model card, as a file",
        required=False,
        help_text="A JSON file that says what the model does (its task) and how it is run: its "
        "input size, layout, colour order, normalisation and output.",
    )
    card = forms.CharField(
        label="Or enter the card here",
        required=False,
        max_length=MAX_CARD_BYTES,
        widget=forms.Textarea(attrs={"rows": 12, "class": "assay-code", "spellcheck": "false"}),
    )
    received = forms.CharField(required=False, widget=forms.HiddenInput)
    received_detector = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._user = user
        product: Any = self.fields["product"]
        product.queryset = selectors.products_open_to(user)
        limit = settings.ASSAY_MAX_MODEL_BYTES / (1 << 20)
        self.fields["model_file"].help_text = f"One .onnx file of at most {limit:,.0f} MiB."

    def clean_received(self) -> ReceivedModel | None:
        return self._kept("received")

    def clean_received_detector(self) -> ReceivedModel | None:
        return self._kept("received_detector")

    def _kept(self, field: str) -> ReceivedModel | None:
        """Find the file again that came with an earlier try of this form."""
        try:
            kept = signing.loads(self.cleaned_data[field], salt=_SALT, max_age=_KEEP_SECONDS)
        except signing.BadSignature:
            return None
        if kept.pop("user") != self._user.pk:
            return None
        return files.kept_upload(**kept)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        upload = cleaned.get("model_file")
        if isinstance(upload, ReceivedUpload):
            cleaned["received"] = upload.received
        elif not cleaned.get("received") and "model_file" not in self.errors:
            self.add_error("model_file", "Choose the model, an .onnx file.")
        detector = cleaned.get("detector_file")
        if isinstance(detector, ReceivedUpload):
            cleaned["received_detector"] = detector.received
        self._clean_card(cleaned)
        return cleaned

    def _clean_card(self, cleaned: dict[str, Any]) -> None:
        text = self._card_text(cleaned)
        if text is None or "card" in self.errors:
            return
        try:
            document = json.loads(text)
        except (ValueError, RecursionError) as error:
            self.add_error("card", f"The card is not readable as JSON: {error}.")
            return
        if not isinstance(document, dict):
            self.add_error("card", "The card must be a JSON object, in curly brackets.")
            return
        try:
            require_valid_card(document)
        except InvalidCardError as error:
            for problem in error.problems:
                self.add_error("card", f"On the card, {problem}.")
        else:
            cleaned["card"] = document

    def _card_text(self, cleaned: dict[str, Any]) -> str | None:
        """Text of the card, from the file if there is one; shown in the box from then on."""
        upload = cleaned.get("card_file")
        if upload is not None:
            if upload.size > MAX_CARD_BYTES:
                self.add_error("card_file", "The card is too large: it may have 64 kB.")
                return None
            text = upload.read().decode("utf-8-sig", errors="replace")
            self._show("card", text)
            return str(text)
        if not cleaned.get("card"):
            self.add_error("card_file", "Choose the model's card, or enter it below.")
            return None
        return str(cleaned["card"])

    def keep_received(self) -> None:
        """Put the received files' tokens into the form, so that they need not be sent again."""
        self._keep("received", "model_file")
        self._keep("received_detector", "detector_file")

    def _keep(self, field: str, upload_field: str) -> None:
        received: ReceivedModel | None = self.cleaned_data.get(field)
        if received is None or not received.path.exists():
            return
        upload = self.files.get(upload_field)
        if isinstance(upload, ReceivedUpload):
            upload.keep()
        token = {
            "file_name": received.path.name,
            "name": received.name,
            "sha256": received.sha256,
            "size_bytes": received.size_bytes,
            "user": self._user.pk,
        }
        self._show(field, signing.dumps(token, salt=_SALT))
        kept = f"{received.name} was received. Choose a file only to send another one."
        self[upload_field].help_text = kept

    def _show(self, field: str, value: str) -> None:
        """Put a value into the form as if it had been typed."""
        data = QueryDict(mutable=True)
        data.update({name: self.data.get(name, "") for name in self.data})
        data[field] = value
        self.data = data


class SubmissionFilterForm(GovukFilterForm):
    q = forms.CharField(label="Product, version or supplier", max_length=100)
    state = forms.ChoiceField(label="State", choices=[("", "All"), *SubmissionState.choices])

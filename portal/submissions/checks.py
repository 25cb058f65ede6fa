"""What ``manage.py check --deploy`` says of the sandbox on this machine."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Info, Tags, Warning, register

from portal.submissions.execution import sandbox_in_words

if TYPE_CHECKING:
    from collections.abc import Sequence


@register(Tags.security, deploy=True)
def sandbox_is_whole(**_: Any) -> Sequence[CheckMessage]:
    """Report each missing layer; an error where the settings ask for all of them."""
    words, is_whole = sandbox_in_words()
    if is_whole:
        return [Info(words, id="submissions.I001")]
    if settings.SANDBOX_REQUIRES_ALL_LAYERS:
        hint = "No model is checked or evaluated here. Use a Linux with Landlock and seccomp."
        return [Error(words, hint=hint, id="submissions.E001")]
    hint = "Models are run with the layers that there are, and every result says so."
    return [Warning(words, hint=hint, id="submissions.W001")]

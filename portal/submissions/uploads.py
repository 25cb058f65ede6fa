"""Receiving a model from a browser: its bytes go to quarantine as they arrive, not to memory."""

from __future__ import annotations

from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import (
    FileUploadHandler,
    MemoryFileUploadHandler,
    StopFutureHandlers,
    TemporaryFileUploadHandler,
)
from django.http import HttpRequest

from portal.core.errors import DomainError
from portal.submissions.files import ReceivedModel, Receiver

MODEL_FIELDS = ("model_file", "detector_file")


class ReceivedUpload(UploadedFile):  # type: ignore[type-arg]  # not subscriptable
    """What a form sees: a file in quarantine, or the reason why there is none.

    The file is removed when the request ends, unless a submission took it or it is to be kept.
    """

    def __init__(self, name: str, received: ReceivedModel | None, refusal: str) -> None:
        super().__init__(name=name, size=received.size_bytes if received else 0)
        self.received = received
        self.refusal = refusal
        self._is_kept = False

    def keep(self) -> None:
        self._is_kept = True

    def close(self) -> None:
        if self.received is not None and not self._is_kept:
            self.received.discard()


class QuarantineUploadHandler(FileUploadHandler):
    """Streams the fields of models to quarantine; other files go to Django's handlers."""

    _receiver: Receiver | None = None
    _refusal = ""
    _is_model = False

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        super().new_file(*args, **kwargs)
        self._is_model = self.field_name in MODEL_FIELDS
        self._receiver, self._refusal = None, ""
        if self._is_model:
            try:
                self._receiver = Receiver(str(self.file_name), field=str(self.field_name))
            except DomainError as error:
                self._refusal = str(error)
            raise StopFutureHandlers

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes | None:
        if not self._is_model:
            return raw_data
        if self._receiver is not None:
            try:
                self._receiver.write(raw_data)
            except DomainError as error:
                self._give_up(str(error))
        return None

    def file_complete(self, file_size: int) -> ReceivedUpload | None:
        if not self._is_model:
            return None
        received = None
        if self._receiver is not None:
            try:
                received = self._receiver.finish()
            except DomainError as error:
                self._give_up(str(error))
        self._receiver = None
        return ReceivedUpload(str(self.file_name), received, self._refusal)

    def upload_interrupted(self) -> None:
        if self._receiver is not None:
            self._receiver.discard()

    def _give_up(self, refusal: str) -> None:
        self._refusal = refusal
        if self._receiver is not None:
            self._receiver.discard()
            self._receiver = None


def stream_to_quarantine(request: HttpRequest) -> None:
    """Install the handlers; before anything reads the request's body."""
    request.upload_handlers = [
        QuarantineUploadHandler(request),
        MemoryFileUploadHandler(request),
        TemporaryFileUploadHandler(request),
    ]

"""Logs: one record a line, with what it belongs to, and without what must not leave.

Every logger of the process writes through here, also those of Django, Celery and the libraries.
Arrays and bytes are not written; secrets, and the names of images and files of test sets, are
struck out of messages and tracebacks.
"""

from __future__ import annotations

import os
import re
import socket
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import structlog
from django.conf import settings
from django.utils.functional import empty
from structlog.contextvars import bound_contextvars
from structlog.typing import EventDict

if TYPE_CHECKING:
    import logging
    from collections.abc import Callable

    from django.http import HttpRequest, HttpResponse

STRUCK_OUT = "[not logged]"
SECRET_NAMES = re.compile(r"passw|secret|token|authorization|cookie|session|csrf", re.IGNORECASE)
MAX_ITEMS = 20
MIN_SECRET_LENGTH = 8
_SECRET = "|".join(
    ("password", "passwd", "secret", "secret[_-]?key", "token", "sessionid", "csrftoken")
)
_PATTERNS = [
    (re.compile(r"\bb'(?:[^'\\\n]|\\.)*'|\bb\"(?:[^\"\\\n]|\\.)*\""), STRUCK_OUT),
    (re.compile(r"(?:[-+]?\d+(?:\.\d*)?(?:e[-+]?\d+)?[,;\s]+){8,}[-+.e\d]*"), STRUCK_OUT),
    (re.compile(r"(?i)\b(bearer|token|basic)\s+[\w.~+/=-]{8,}"), rf"\1 {STRUCK_OUT}"),
    (
        re.compile(rf"(?i)((?:{_SECRET})['\"]?\s*[=:]\s*)(?:'[^']*'|\"[^\"]*\"|[^\s,;&)]+)"),
        rf"\1{STRUCK_OUT}",
    ),
    (re.compile(r"(://[^/\s:@]*):[^/\s@]+@"), rf"\1:{STRUCK_OUT}@"),
    (re.compile(r"(?i)'[^'\n]*\.(?:png|jpe?g|bmp|webp|tiff?|npy|npz)'"), f"'{STRUCK_OUT}'"),
    (re.compile(r'(?i)"[^"\n]*\.(?:png|jpe?g|bmp|webp|tiff?|npy|npz)"'), f'"{STRUCK_OUT}"'),
    (re.compile(r"(?i)[^\s'\"]*\.(?:png|jpe?g|bmp|webp|tiff?|npy|npz)\b"), STRUCK_OUT),
]
_request: ContextVar[HttpRequest | None] = ContextVar("request", default=None)
Processor = structlog.typing.Processor


def log_settings(*, as_json: bool, level: str) -> dict[str, Any]:
    """Return Django's LOGGING: JSON for machines, or lines for a developer's eyes."""
    writer: Processor = (
        structlog.processors.JSONRenderer(default=_refused)
        if as_json
        else structlog.dev.ConsoleRenderer(
            colors=False, exception_formatter=structlog.dev.plain_traceback, event_key="message"
        )
    )
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True, key="time"),
        _add_request,
        _add_process,
        structlog.processors.format_exc_info,  # no values of variables are in it
        structlog.processors.EventRenamer("message"),
    ]
    formatter = {
        "()": structlog.stdlib.ProcessorFormatter,
        "foreign_pre_chain": shared,
        "processors": [
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            strike_out,
            writer,
        ],
    }
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "filters": {"data": {"()": DataFilter}},
        "formatters": {"structured": formatter},
        "handlers": {
            "stderr": {
                "class": "logging.StreamHandler",
                "formatter": "structured",
                "filters": ["data"],
            }
        },
        "root": {"handlers": ["stderr"], "level": level},
        "loggers": {
            "django": {"handlers": [], "level": "NOTSET", "propagate": True},
            "django.server": {"handlers": [], "level": "NOTSET", "propagate": True},
            # What they say for debugging holds whole requests, forms and rows.
            **{name: {"level": "INFO"} for name in ("django.template", "django.db", "rules")},
        },
    }


# -- what a record belongs to


class RequestLogMiddleware:
    """Give each request a number, which its records and its answer carry."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.log_id = uuid4().hex  # type: ignore[attr-defined]  # ours
        token = _request.set(request)
        try:
            response = self.get_response(request)
        finally:
            _request.reset(token)
        response["X-Request-ID"] = request.log_id  # type: ignore[attr-defined]  # as above
        return response


def _add_request(_: Any, __: str, record: EventDict) -> EventDict:
    """Add the request's number and the person's; nobody is looked up for the sake of a log."""
    request = _request.get() or getattr(record.get("_record"), "request", None)
    if request is None or not hasattr(request, "log_id"):
        return record
    record["request_id"] = request.log_id
    user = getattr(request, "user", None)
    is_looked_up = getattr(user, "_wrapped", user) is not empty
    if user is not None and is_looked_up and user.pk is not None:
        record["user_id"] = user.pk
    return record


def _add_process(_: Any, __: str, record: EventDict) -> EventDict:
    record["process"] = f"{socket.gethostname()}:{os.getpid()}"
    return record


def about(**ids: Any) -> Any:
    """Put the numbers of a run, a piece or an attempt on every record of a ``with`` block."""
    return bound_contextvars(**{name: str(value) for name, value in ids.items()})


# -- what must not be written


class DataFilter:
    """Replace arrays, bytes and long lists before a message is put together with them."""

    def filter(self, record: logging.LogRecord) -> bool:
        if not isinstance(record.msg, str):
            record.msg = str(_refused(record.msg))
        if isinstance(record.args, dict):
            record.args = _refused(record.args)
        elif record.args:
            record.args = tuple(_refused(value) for value in record.args)
        return True


def _refused(value: object) -> Any:
    """Return the value if it is small and plain enough to be written, else what it was."""
    if isinstance(value, bytes | bytearray | memoryview) or hasattr(value, "__array__"):
        return f"[{type(value).__name__}: not logged]"
    if isinstance(value, dict):
        few = list(value.items())[:MAX_ITEMS]
        return {
            str(name): STRUCK_OUT if SECRET_NAMES.search(str(name)) else _refused(one)
            for name, one in few
        }
    if isinstance(value, list | tuple | set | frozenset):
        if len(value) > MAX_ITEMS:
            return f"[{type(value).__name__} of {len(value)}: not logged]"
        return [_refused(one) for one in value]
    return value


def strike_out(_: Any, __: str, record: EventDict) -> EventDict:
    """Strike secrets and the names of images out of everything that a record says."""
    return {
        name: STRUCK_OUT if SECRET_NAMES.search(name) else _struck_out(_refused(value))
        for name, value in record.items()
    }


def _struck_out(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _struck_out(one) for name, one in value.items()}
    if isinstance(value, list):
        return [_struck_out(one) for one in value]
    if value is None or isinstance(value, bool | int | float):
        return value
    text = str(value)
    for secret in (settings.SECRET_KEY, settings.ASSAY_METRICS_TOKEN):
        if len(secret) >= MIN_SECRET_LENGTH:
            text = text.replace(secret, STRUCK_OUT)
    test_sets = re.escape(str(settings.ASSAY_TEST_SETS))
    text = re.sub(rf"{test_sets}/[^\n'\"]*", f"testsets/{STRUCK_OUT}", text)
    for pattern, instead in _PATTERNS:
        text = pattern.sub(instead, text)
    return text

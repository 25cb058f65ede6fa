"""Every address of the portal, as the URL resolver knows it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.urls import URLPattern, get_resolver

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


@dataclass(frozen=True)
class Address:
    """One method of one address; pages count as GET, whatever else they take."""

    method: str
    name: str
    parameters: tuple[str, ...]
    view: Callable[..., Any]

    @property
    def key(self) -> str:
        return self.name if self.method == "GET" else f"{self.method} {self.name}"


def all_addresses() -> list[Address]:
    return list(_walk(get_resolver().url_patterns, ()))


def _walk(patterns: list[Any], namespaces: tuple[str, ...]) -> Iterator[Address]:
    for pattern in patterns:
        if not isinstance(pattern, URLPattern):
            inner = (*namespaces, pattern.namespace) if pattern.namespace else namespaces
            yield from _walk(pattern.url_patterns, inner)
            continue
        name = ":".join([*namespaces, pattern.name or "unnamed"])
        parameters = tuple(pattern.pattern.regex.groupindex)
        for method in _methods(pattern.callback):
            yield Address(method, name, parameters, pattern.callback)


def _methods(view: Callable[..., Any]) -> list[str]:
    actions = getattr(view, "actions", None) or {"get": ""}
    allowed = getattr(getattr(view, "cls", None), "http_method_names", ["get"])
    return [method.upper() for method in actions if method in allowed]

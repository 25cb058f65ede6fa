"""Addresses of the API, version 1; one line per part, whose viewsets lie in its ``api.py``."""

from django.urls import path
from rest_framework.routers import SimpleRouter

from portal.core.api import DocsView, SchemaView

router = SimpleRouter()

app_name = "api"
urlpatterns = [
    path("schema/", SchemaView.as_view(), name="schema"),
    path("docs/", DocsView.as_view(), name="docs"),
    *router.urls,
]

"""Addresses of the portal; each app owns its own."""

from django.urls import include, path

urlpatterns = [
    path("", include("portal.home.urls")),
    path("", include("portal.core.urls")),
    path("", include("portal.accounts.urls")),
    path("", include("portal.suppliers.urls")),
    path("", include("portal.testsets.urls")),
    path("", include("portal.submissions.urls")),
    path("", include("portal.runs.urls")),
    path("", include("portal.comparison.urls")),
    path("", include("portal.deployments.urls")),
    path("", include("portal.roadmap.urls")),
    path("", include("portal.exploration.urls")),
    path("api/v1/", include("portal.api_urls")),
]

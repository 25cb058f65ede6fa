"""Addresses of the leaderboard; they belong to the app's own."""

from django.urls import path

from portal.comparison.leaderboard import views

urlpatterns = [
    path("leaderboard/", views.leaderboard, name="leaderboard"),
    path("leaderboard.csv", views.leaderboard_csv, name="leaderboard_csv"),
    path("leaderboard/versions/<uuid:product>/", views.versions, name="versions"),
    path("leaderboard/versions/<uuid:product>.csv", views.versions_csv, name="versions_csv"),
]

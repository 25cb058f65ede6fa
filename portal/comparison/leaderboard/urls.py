"""Addresses of the leaderboard; they belong to the app's own."""

from django.urls import path

from portal.comparison.leaderboard import profile_views, views

urlpatterns = [
    path("leaderboard/", views.leaderboard, name="leaderboard"),
    path("leaderboard.csv", views.leaderboard_csv, name="leaderboard_csv"),
    path("leaderboard/profile/", profile_views.profile, name="profile"),
    path("leaderboard/profile.csv", profile_views.profile_csv, name="profile_csv"),
    path("leaderboard/versions/<uuid:product>/", views.versions, name="versions"),
    path("leaderboard/versions/<uuid:product>.csv", views.versions_csv, name="versions_csv"),
]

from django.urls import path

from portal.submissions import views

app_name = "submissions"
urlpatterns = [
    path("submissions/", views.submission_list, name="submission_list"),
    path("submissions/new/", views.submission_create, name="submission_create"),
    path("submissions/<uuid:pk>/", views.submission_detail, name="submission_detail"),
    path("submissions/<uuid:pk>/progress/", views.submission_progress, name="submission_progress"),
    path("submissions/<uuid:pk>/withdraw/", views.submission_withdraw, name="submission_withdraw"),
    path("submissions/<uuid:pk>/retry/", views.submission_retry, name="submission_retry"),
]

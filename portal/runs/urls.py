from django.urls import path

from portal.runs import views

app_name = "runs"
urlpatterns = [
    path("runs/<uuid:pk>/", views.run_detail, name="run_detail"),
    path("runs/<uuid:pk>/progress/", views.run_progress, name="run_progress"),
    path("runs/<uuid:pk>/cancel/", views.run_cancel, name="run_cancel"),
    path("runs/<uuid:pk>/retry/", views.run_retry, name="run_retry"),
    path("runs/<uuid:pk>/preview/", views.run_preview, name="run_preview"),
    path("runs/<uuid:pk>/release/", views.run_release, name="run_release"),
    path("runs/<uuid:pk>/withhold/", views.run_withhold, name="run_withhold"),
    path("operations/queue/", views.queue, name="queue"),
    path("operations/queue/fragment/", views.queue_fragment, name="queue_fragment"),
    path("operations/queue/missing/", views.queue_missing, name="queue_missing"),
]

"""Addresses of models, their results and comparisons."""

from django.urls import path

from portal.comparison import views
from portal.comparison.claims import views as claim_views
from portal.comparison.compare import views as compare_views
from portal.comparison.differentials import views as groups_views
from portal.comparison.leaderboard.urls import urlpatterns as leaderboard
from portal.comparison.other_tasks import views as task_views
from portal.comparison.saved import views as saved_views
from portal.comparison.thresholds import views as threshold_views

app_name = "comparison"
urlpatterns = [
    path("models/", views.model_list, name="model_list"),
    path("models.csv", views.model_list_csv, name="model_list_csv"),
    path("models/tasks/<slug:task>/", task_views.task_models, name="task_models"),
    path("models/tasks/<slug:task>.csv", task_views.task_models_csv, name="task_models_csv"),
    path("models/<uuid:submission>/", views.model_detail, name="model_detail"),
    path("models/<uuid:submission>/groups/", groups_views.model_groups, name="model_groups"),
    path(
        "models/<uuid:submission>/groups.csv",
        groups_views.model_groups_csv,
        name="model_groups_csv",
    ),
    path("claims/", claim_views.claim_list, name="claim_list"),
    path("claims.csv", claim_views.claim_list_csv, name="claim_list_csv"),
    path("compare/", compare_views.compare, name="compare"),
    path("compare.csv", compare_views.compare_csv, name="compare_csv"),
    path("compare.pdf", compare_views.compare_pdf, name="compare_pdf"),
    path("compare/<slug:name>.png", compare_views.compare_chart, name="compare_chart"),
    path("compare/saved/", saved_views.saved_list, name="saved_list"),
    path("compare/saved/new/", saved_views.saved_create, name="saved_create"),
    path("compare/saved/<uuid:pk>/", saved_views.saved_edit, name="saved_edit"),
    path("compare/saved/<uuid:pk>/remove/", saved_views.saved_remove, name="saved_remove"),
    *leaderboard,
    path("models/<uuid:submission>/thresholds/", threshold_views.thresholds, name="thresholds"),
    path(
        "models/<uuid:submission>/thresholds.csv",
        threshold_views.thresholds_csv,
        name="thresholds_csv",
    ),
]

"""Addresses of models, their results and comparisons."""

from django.urls import path

from portal.comparison import task_views, views
from portal.comparison.thresholds import views as threshold_views

app_name = "comparison"
urlpatterns = [
    path("models/", views.model_list, name="model_list"),
    path("models.csv", views.model_list_csv, name="model_list_csv"),
    path("models/tasks/<slug:task>/", task_views.task_models, name="task_models"),
    path("models/tasks/<slug:task>.csv", task_views.task_models_csv, name="task_models_csv"),
    path("models/<uuid:submission>/", views.model_detail, name="model_detail"),
    path("models/<uuid:submission>/thresholds/", threshold_views.thresholds, name="thresholds"),
    path(
        "models/<uuid:submission>/thresholds.csv",
        threshold_views.thresholds_csv,
        name="thresholds_csv",
    ),
    path("compare/", views.compare, name="compare"),
    path("compare.csv", views.compare_csv, name="compare_csv"),
]

"""Addresses of models, their results and comparisons."""

from django.urls import path

from portal.comparison import views

app_name = "comparison"
urlpatterns = [
    path("models/", views.model_list, name="model_list"),
    path("models.csv", views.model_list_csv, name="model_list_csv"),
    path("models/<uuid:submission>/", views.model_detail, name="model_detail"),
    path("compare/", views.compare, name="compare"),
    path("compare.csv", views.compare_csv, name="compare_csv"),
]

"""Addresses of the calculator and of what was seen in the field."""

from django.urls import path

from portal.deployments import field_views, views

app_name = "deployments"
urlpatterns = [
    path("calculator/", views.calculator, name="calculator"),
    path("calculator.csv", views.calculator_csv, name="calculator_csv"),
    path("field-records/", field_views.record_list, name="record_list"),
    path("field-records.csv", field_views.record_csv, name="record_csv"),
    path("field-records/new/", field_views.record_create, name="record_create"),
    path("field-records/<uuid:pk>/", field_views.record_detail, name="record_detail"),
    path("field-records/<uuid:pk>/edit/", field_views.record_edit, name="record_edit"),
    path("field-records/<uuid:pk>/remove/", field_views.record_remove, name="record_remove"),
]

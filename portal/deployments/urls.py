"""Addresses of the calculator and of what was seen in the field."""

from django.urls import path

from portal.deployments import views

app_name = "deployments"
urlpatterns = [
    path("calculator/", views.calculator, name="calculator"),
    path("calculator.csv", views.calculator_csv, name="calculator_csv"),
]

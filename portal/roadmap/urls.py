from django.urls import path

from portal.roadmap import views

app_name = "roadmap"
urlpatterns = [
    path("roadmap/", views.item_list, name="item_list"),
    path("roadmap.csv", views.item_csv, name="item_csv"),
    path("roadmap/new/", views.item_create, name="item_create"),
    path("roadmap/<slug:slug>/", views.item_detail, name="item_detail"),
    path("roadmap/<slug:slug>/edit/", views.item_edit, name="item_edit"),
]

from django.urls import path

from portal.testsets import views

app_name = "testsets"
urlpatterns = [
    path("test-sets/", views.testset_list, name="testset_list"),
    path("test-sets/register/", views.testset_register, name="testset_register"),
    path("test-sets/<slug:slug>/", views.testset_detail, name="testset_detail"),
    path("test-sets/<slug:slug>/use/", views.testset_use, name="testset_use"),
]

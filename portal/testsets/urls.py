from django.urls import URLPattern

app_name = "testsets"
urlpatterns: list[URLPattern] = []

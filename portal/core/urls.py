from django.urls import path

from portal.core import views

app_name = "core"
urlpatterns = [
    path("health/live", views.health_live, name="health_live"),
    path("health/ready", views.health_ready, name="health_ready"),
    path("metrics", views.Metrics.as_view(), name="metrics"),
    path("audit/", views.audit_list, name="audit_list"),
]

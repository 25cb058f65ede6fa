from django.urls import path

from portal.home import views
from portal.home.activity import views as activity_views
from portal.home.coverage import views as coverage_views
from portal.home.market import views as market_views
from portal.home.search.views import search

app_name = "home"
urlpatterns = [
    path("", views.home, name="home"),
    path(
        "suppliers/<slug:slug>/activity/",
        activity_views.supplier_activity,
        name="supplier_activity",
    ),
    path("coverage/", coverage_views.coverage, name="coverage"),
    path("coverage.csv", coverage_views.coverage_csv, name="coverage_csv"),
    path("search/", search, name="search"),
    path("market/", market_views.market_overview, name="market"),
    path("market.csv", market_views.market_csv, name="market_csv"),
]

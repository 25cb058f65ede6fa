from django.urls import path

from portal.home import views
from portal.home.market import views as market_views

app_name = "home"
urlpatterns = [
    path("", views.home, name="home"),
    path("market/", market_views.market_overview, name="market"),
    path("market.csv", market_views.market_csv, name="market_csv"),
]

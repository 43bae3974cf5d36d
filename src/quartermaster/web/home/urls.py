"""The dashboard and the search."""

from django.urls import path

from quartermaster.web.guard import SIGNED_IN
from quartermaster.web.home import views
from quartermaster.web.menu import MenuItem

app_name = "home"
urlpatterns = [
    path("", views.Dashboard.as_view(), name="dashboard"),
    path("search/", views.Search.as_view(), name="search"),
]
menu = [MenuItem("Dashboard", "home:dashboard", SIGNED_IN, order=0, icon="home")]

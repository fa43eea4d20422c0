"""The patient's own pages."""

from django.urls import path

from care.portal.views import entry, home

app_name = "portal"
urlpatterns = [
    path("", home.home, name="home"),
    path("inn/", entry.entry, name="entry"),
    path("logg-ut/", entry.log_out, name="log_out"),
]

"""Pages about the service, open to everybody."""

from django.urls import path

from care.about import views

app_name = "about"
urlpatterns = [
    path("personvern/", views.privacy, name="privacy"),
    path("tilgjengelighet/", views.accessibility, name="accessibility"),
]

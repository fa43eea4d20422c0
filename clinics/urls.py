from django.urls import path

from clinics import views

app_name = "clinics"
urlpatterns = [
    path("dev/", views.dev, name="dev"),
]

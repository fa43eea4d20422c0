from django.urls import path

from care.desk import views

app_name = "desk"
urlpatterns = [
    path("", views.home, name="home"),
    path("<slug:clinic_slug>/dose-2/", views.dose_two, name="dose_two_to_place"),
]

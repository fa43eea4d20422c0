"""Where a person stops messages, by the link in one of them."""

from django.urls import path

from patients import views

app_name = "patients"
urlpatterns = [
    path("s/<str:stop_token>/", views.stop, name="stop"),
    path("s/<str:stop_token>/igjen/", views.start, name="start"),
    path("s/<str:stop_token>/ett-klikk/", views.one_click, name="one_click"),
]

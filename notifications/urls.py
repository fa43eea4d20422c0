from django.urls import path

from notifications import views

app_name = "notifications"
urlpatterns = [
    path("dev/outbox/", views.dev_outbox, name="dev_outbox"),
    path("meldinger/kvittering/sinch/", views.sinch_receipt, name="sinch_receipt"),
]

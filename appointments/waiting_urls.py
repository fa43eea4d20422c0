"""Waiting for a time or a place on short notice, and answering what is offered."""

from django.urls import path

from appointments.views.waiting import ask, mine, offer

app_name = "waiting"
urlpatterns = [
    path("venteliste/hos/<slug:slug>/", ask.wish, name="wish"),
    path("venteliste/kontakt/", ask.contact, name="contact"),
    path("venteliste/kode/", ask.code, name="code"),
    path("venteliste/opplysninger/", ask.details, name="details"),
    path("venteliste/tidligere/<uuid:appointment_id>/", mine.earlier, name="earlier"),
    path("venteliste/min/<uuid:entry_id>/", mine.mine, name="mine"),
    path("venteliste/min/<uuid:entry_id>/endre/", mine.change, name="change"),
    path("venteliste/min/<uuid:entry_id>/meldinger/", mine.start_messages, name="start_messages"),
    path("venteliste/min/<uuid:entry_id>/av/", mine.leave, name="leave"),
    path("tilbud/<uuid:offer_id>/", offer.offer, name="offer"),
    path("tilbud/<uuid:offer_id>/svar/", offer.answer, name="answer"),
    path("venteliste/l/<str:waiting_token>/", mine.link, name="link"),
    path("tilbud/l/<str:offer_token>/", offer.link, name="offer_link"),
]

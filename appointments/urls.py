from django.urls import path

from appointments.views import after_booking, checkout, clinic, find, mine, moves, places, tell_me

app_name = "appointments"
urlpatterns = [
    path("time/", places.clinics, name="clinics"),
    path("time/<slug:slug>/", places.slots, name="slots"),
    path("sted/<slug:slug>/", clinic.clinic_page, name="clinic"),
    path("bestilling/kontakt/", checkout.contact, name="contact"),
    path("bestilling/kode/", checkout.code, name="code"),
    path("bestilling/opplysninger/", checkout.details, name="details"),
    path("bestilling/oppsummering/", checkout.summary, name="summary"),
    path("min-time/", find.find, name="find"),
    path("min-time/kode/", find.find_code, name="find_code"),
    path("min-time/alle/", mine.all_of_mine, name="list"),
    path("min-time/<uuid:appointment_id>/", mine.mine, name="mine"),
    path("min-time/<uuid:appointment_id>/kalender.ics", mine.calendar, name="calendar"),
    path("min-time/<uuid:appointment_id>/endre/", mine.change, name="change"),
    path("min-time/<uuid:appointment_id>/avbestill/", mine.cancel, name="cancel"),
    path("min-time/<uuid:appointment_id>/flytting/", after_booking.movable, name="movable"),
    path("min-time/<uuid:appointment_id>/neste/", after_booking.take_next, name="take_next"),
    path("min-time/<uuid:appointment_id>/angre/", after_booking.undo, name="undo"),
    path("beskjed/", tell_me.ask, name="tell_me"),
    path("beskjed/kode/", tell_me.code, name="tell_me_code"),
    path("beskjed/<uuid:interest_id>/", tell_me.interest, name="interest"),
    path("beskjed/<uuid:interest_id>/av/", tell_me.leave, name="leave"),
    path("beskjed/l/<str:interest_token>/", tell_me.link, name="interest_link"),
    path("annen-tid/<uuid:ask_id>/", moves.question, name="move_ask"),
    path("annen-tid/l/<str:ask_token>/", moves.link, name="move_ask_link"),
    path("l/<str:token>/", mine.link, name="link"),
]

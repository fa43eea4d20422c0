from django.urls import include, path

from care.dayboard.views import (
    arrivals,
    board,
    clinician,
    origins,
    postponing,
    standby,
    vials,
    visits,
)

app_name = "dayboard"

_person = [
    path("", visits.person, name="person"),
    path("mott/", arrivals.arrive, name="arrive"),
    path("angre/", arrivals.take_back, name="undo_arrival"),
    path("sporsmal/", visits.rescreen, name="rescreen"),
    path("dose/", visits.give_dose, name="give_dose"),
    path("avslutt/", visits.end_without_dose, name="end_without_dose"),
    path("spor-legen/", clinician.ask, name="ask_clinician"),
    path("godkjent/", clinician.go_on, name="go_on"),
    path("ny-time/", postponing.new_time, name="new_time"),
    path("vil-ikke/", postponing.decline, name="decline"),
]

urlpatterns = [
    path("<slug:clinic_slug>/ringes/", postponing.to_call, name="to_call"),
    path("dose/<uuid:dose_id>/", origins.of_dose, name="of_dose"),
    path("hetteglass/<uuid:vial_id>/", origins.of_vial, name="of_vial"),
    path("<uuid:session_id>/", board.board, name="board"),
    path("<uuid:session_id>/na/", board.live, name="live"),
    path("<uuid:session_id>/glass/", vials.open_new, name="open_vial"),
    path("<uuid:session_id>/glass/<uuid:vial_id>/tomt/", vials.empty, name="empty_vial"),
    path("<uuid:session_id>/glass/<uuid:vial_id>/kast/", vials.throw_away, name="discard_vial"),
    path("<uuid:session_id>/glass/<uuid:vial_id>/inviter/", standby.invite, name="invite"),
    path("<uuid:session_id>/person/<uuid:appointment_id>/", include(_person)),
]

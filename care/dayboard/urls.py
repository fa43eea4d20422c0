from django.urls import include, path

from care.dayboard.views import arrivals, board, origins, vials, visits

app_name = "dayboard"

_person = [
    path("", visits.person, name="person"),
    path("mott/", arrivals.arrive, name="arrive"),
    path("angre/", arrivals.take_back, name="undo_arrival"),
    path("sporsmal/", visits.rescreen, name="rescreen"),
    path("dose/", visits.give_dose, name="give_dose"),
    path("avslutt/", visits.end_without_dose, name="end_without_dose"),
]

urlpatterns = [
    path("dose/<uuid:dose_id>/", origins.of_dose, name="of_dose"),
    path("hetteglass/<uuid:vial_id>/", origins.of_vial, name="of_vial"),
    path("<uuid:session_id>/", board.board, name="board"),
    path("<uuid:session_id>/na/", board.live, name="live"),
    path("<uuid:session_id>/glass/", vials.open_new, name="open_vial"),
    path("<uuid:session_id>/glass/<uuid:vial_id>/tomt/", vials.empty, name="empty_vial"),
    path("<uuid:session_id>/glass/<uuid:vial_id>/kast/", vials.throw_away, name="discard_vial"),
    path("<uuid:session_id>/person/<uuid:appointment_id>/", include(_person)),
]

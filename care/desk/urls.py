from django.urls import include, path

from care.desk.views import (
    callers,
    case_answers,
    case_moves,
    cases,
    displaced,
    home,
    phone,
    planning,
    times,
    waiting,
)

app_name = "desk"

_case = [
    path("", cases.case_page, name="case"),
    path("ta/", case_moves.take, name="case_claim"),
    path("legg-tilbake/", case_moves.put_back, name="case_release"),
    path("overta/", case_moves.take_from_colleague, name="case_take_over"),
    path("ring/", case_moves.ask_for_call, name="case_call"),
    path("send-videre/", case_moves.send_on, name="case_hand_over"),
    path("avslutt/", case_moves.end_undecided, name="case_close"),
    path("godkjenn/", case_answers.say_yes, name="case_approve"),
    path("avslag/", case_answers.say_no, name="case_refuse"),
]

_displaced = [
    path("", displaced.new_time, name="displaced_time"),
    path("beskjed-gitt/", displaced.was_told, name="displaced_told"),
    path("vil-ikke/", displaced.wants_none, name="displaced_declined"),
]

_time = [
    path("", times.time, name="time"),
    path("lapp/", times.slip, name="slip"),
    path("flytt/", times.move, name="time_move"),
    path("avbestill/", times.cancel, name="time_cancel"),
]

urlpatterns = [
    path("", home.home, name="home"),
    path("<slug:clinic_slug>/dose-2/", home.dose_two, name="dose_two_to_place"),
    path("<slug:clinic_slug>/venteliste/", waiting.waiting, name="waiting"),
    path(
        "<slug:clinic_slug>/venteliste/<uuid:entry_id>/fjern/",
        waiting.remove,
        name="waiting_remove",
    ),
    path("<slug:clinic_slug>/mangler-ny-time/", displaced.listed, name="displaced"),
    path("<slug:clinic_slug>/mangler-ny-time/<uuid:displaced_id>/", include(_displaced)),
    path("<slug:clinic_slug>/planlegging/", planning.planning, name="planning"),
    path(
        "<slug:clinic_slug>/planlegging/<uuid:session_id>/",
        planning.session_planning,
        name="session_planning",
    ),
    path(
        "<slug:clinic_slug>/planlegging/<uuid:session_id>/start/",
        planning.start,
        name="start_planning",
    ),
    path("<slug:clinic_slug>/finn/", callers.find, name="find"),
    path("<slug:clinic_slug>/bestill/", phone.book, name="phone"),
    path("<slug:clinic_slug>/bestill/<uuid:patient_id>/", phone.book_known, name="phone_known"),
    path("<slug:clinic_slug>/time/<uuid:appointment_id>/", include(_time)),
    path("<slug:clinic_slug>/vurderinger/", cases.queue, name="cases"),
    path("<slug:clinic_slug>/vurderinger/<uuid:case_id>/", include(_case)),
]

from django.urls import include, path

from care.desk.views import case_answers, case_moves, cases, home

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

urlpatterns = [
    path("", home.home, name="home"),
    path("<slug:clinic_slug>/dose-2/", home.dose_two, name="dose_two_to_place"),
    path("<slug:clinic_slug>/vurderinger/", cases.queue, name="cases"),
    path("<slug:clinic_slug>/vurderinger/<uuid:case_id>/", include(_case)),
]

from django.urls import include, path

from care.desk.views import (
    access_log,
    alarms,
    callers,
    case_answers,
    case_moves,
    cases,
    day_reports,
    deviations,
    displaced,
    dose_two,
    home,
    merges,
    message_log,
    phone,
    planning,
    portal_access,
    reactions,
    recalls,
    records,
    registry,
    sheet,
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

_lot = [
    path("tilbakekall/", recalls.recall, name="recall"),
    path("ringeliste/", recalls.calls, name="recall_calls"),
    path("ringeliste/csv/", recalls.as_csv, name="recall_csv"),
    path("ringeliste/<uuid:contact_id>/snakket-med/", recalls.told, name="recall_told"),
    path("ringeliste/<uuid:contact_id>/angre/", recalls.not_told, name="recall_not_told"),
]

_reaction = [
    path("", reactions.reaction, name="reaction"),
    path("linjer/", sheet.lines, name="reaction_lines"),
    path("linje/", sheet.add, name="reaction_add"),
    path("slutt/", sheet.end, name="reaction_end"),
    path("feil/", sheet.by_mistake, name="reaction_mistake"),
    path("rett/", reactions.correct, name="reaction_correct"),
    path("meldt/", reactions.reported, name="reaction_reported"),
    path("meldt/angre/", reactions.not_reported, name="reaction_not_reported"),
]

_registry = [
    path("", registry.listed, name="registry"),
    path("fort/", registry.mark, name="registry_mark"),
    path("eksport.csv", registry.as_csv, name="registry_csv"),
    path("eksport.json", registry.as_json, name="registry_json"),
    path("<uuid:report_id>/angre/", registry.undo, name="registry_undo"),
]

_person = [
    path("", records.person, name="person"),
    path("utskrift/", records.on_paper, name="person_print"),
    path("egne-sider/", portal_access.give, name="portal_access"),
    path("egne-sider/lapp/", portal_access.slip, name="portal_access_slip"),
    path("egne-sider/avslutt/", portal_access.end, name="portal_access_end"),
    path("notat/<uuid:note_id>/trekk/", records.withdraw, name="note_withdraw"),
    path("send-igjen/", records.send_again, name="messages_again"),
    path("samme-som/<uuid:other_id>/", merges.merge, name="merge"),
    path("samme-som/<uuid:other_id>/skill/", merges.unmerge, name="unmerge"),
]

_message = [
    path("", message_log.message, name="message"),
    path("send-igjen/", message_log.again, name="message_resend"),
    path("ordnet/", message_log.handled, name="message_handled"),
    path("ordnet/angre/", message_log.not_handled, name="message_not_handled"),
]

_access_log = [
    path("", access_log.listed, name="access_log"),
    path("person/", access_log.find, name="access_log_person"),
    path("csv/", access_log.as_csv, name="access_log_csv"),
    path("varsler/", alarms.listed, name="alarms"),
    path("varsler/<uuid:alarm_id>/", alarms.alarm, name="alarm"),
]

urlpatterns = [
    path("", home.home, name="home"),
    path("<slug:clinic_slug>/dose-2/", dose_two.listed, name="dose_two_to_place"),
    path("<slug:clinic_slug>/dose-2/svar/<uuid:answer_id>/", dose_two.answer, name="next_answer"),
    path("<slug:clinic_slug>/venteliste/", waiting.waiting, name="waiting"),
    path(
        "<slug:clinic_slug>/venteliste/<uuid:entry_id>/fjern/",
        waiting.remove,
        name="waiting_remove",
    ),
    path("<slug:clinic_slug>/mangler-ny-time/", displaced.listed, name="displaced"),
    path("<slug:clinic_slug>/mangler-ny-time/<uuid:displaced_id>/", include(_displaced)),
    path("<slug:clinic_slug>/meldinger/", message_log.listed, name="messages"),
    path("<slug:clinic_slug>/meldinger/<uuid:message_id>/", include(_message)),
    path("<slug:clinic_slug>/avvik/", deviations.listed, name="deviations"),
    path("<slug:clinic_slug>/avvik/<uuid:dose_id>/sett/", deviations.seen, name="deviation_seen"),
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
    path("<slug:clinic_slug>/lot/<int:lot_id>/", include(_lot)),
    path("<slug:clinic_slug>/dagsrapporter/", day_reports.reports, name="day_reports"),
    path("<slug:clinic_slug>/dagsrapporter/csv/", day_reports.reports_csv, name="day_reports_csv"),
    path("<slug:clinic_slug>/finn/", callers.find, name="find"),
    path("<slug:clinic_slug>/person/<uuid:patient_id>/", include(_person)),
    path("<slug:clinic_slug>/bestill/", phone.book, name="phone"),
    path("<slug:clinic_slug>/bestill/<uuid:patient_id>/", phone.book_known, name="phone_known"),
    path("<slug:clinic_slug>/time/<uuid:appointment_id>/", include(_time)),
    path("<slug:clinic_slug>/reaksjoner/", reactions.listed, name="reactions"),
    path("<slug:clinic_slug>/reaksjoner/ny/<uuid:dose_id>/", reactions.new, name="reaction_new"),
    path("<slug:clinic_slug>/reaksjoner/<uuid:reaction_id>/", include(_reaction)),
    path("<slug:clinic_slug>/innsyn/", include(_access_log)),
    path("<slug:clinic_slug>/sysvak/", include(_registry)),
    path("<slug:clinic_slug>/vurderinger/", cases.queue, name="cases"),
    path("<slug:clinic_slug>/vurderinger/<uuid:case_id>/", include(_case)),
]

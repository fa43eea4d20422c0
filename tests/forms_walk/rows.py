"""The table: each form there is, where it stands, what is good, and what is bad in each field."""

from django.utils import timezone

from tests.access.logins import SECRET
from tests.clinics.cast import app_code
from tests.factories import slot_at
from tests.forms_walk import bad_input as bad
from tests.forms_walk.access_log_rows import ACCESS_LOG
from tests.forms_walk.case_rows import CASES, CLINICIANS
from tests.forms_walk.check_in_rows import CHECK_IN
from tests.forms_walk.closing_rows import CLOSING
from tests.forms_walk.displaced_rows import DISPLACED
from tests.forms_walk.given_rows import GIVEN
from tests.forms_walk.message_rows import MESSAGES
from tests.forms_walk.next_time_rows import NEXT_TIME, NEXT_TIME_STAFF
from tests.forms_walk.outcome_rows import OUTCOMES
from tests.forms_walk.phone_rows import PHONE
from tests.forms_walk.place import PASSWORD, Place
from tests.forms_walk.portal_rows import PORTAL
from tests.forms_walk.reaction_rows import REACTIONS
from tests.forms_walk.record_rows import RECORD
from tests.forms_walk.row import (
    Data,
    Row,
    code,
    contact,
    just,
    questions,
    slot,
    to_come_again,
    to_move,
)
from tests.forms_walk.vial_rows import RECALLS, UNREADABLE, VIALS
from tests.forms_walk.waiting_rows import WAITING, WAITING_STAFF

PATIENTS: dict[str, Row] = {
    "eligibility:begin": Row("outside", "eligibility:landing", just()),
    **questions(),
    "eligibility:forget": Row("answered", "eligibility:result", just()),
    "appointments:slots": Row(
        "answered", "appointments:slots", slot("17.50"), {"slot": bad.key()}, writes=True
    ),
    "appointments:contact": contact("holding_a_time", "appointments:contact"),
    "appointments:code": code("waiting_for_the_code", "appointments:code"),
    "appointments:details": Row(
        "proved",
        "appointments:details",
        just(given_name="Alice", family_name="Ås"),
        {"given_name": bad.name(), "family_name": bad.name(), "interpreter": bad.language()},
    ),
    "appointments:summary": Row(
        "at_the_summary",
        "appointments:summary",
        lambda place: {"seen": [place.about["booker"].seen()]},
        {"seen": bad.key()},
        leads_away=True,
        writes=True,
    ),
    "appointments:find": contact("outside", "appointments:find"),
    "appointments:find_code": code("finding_ones_own", "appointments:find_code"),
    "appointments:tell_me": Row(
        "answered",
        "appointments:tell_me",
        just(clinic="nydalen", channel="email", email="alice@example.org", consent=["yes"]),
        {
            "clinic": bad.choice("nydalen"),
            "channel": bad.choice("email"),
            "email": bad.email(),
            "phone": bad.phone(),
            "consent": bad.choice("yes"),
        },
        beside={"phone": {"channel": ["sms"], "email": [""]}},
        writes=True,
    ),
    "appointments:tell_me_code": code("asking_to_be_told", "appointments:tell_me_code"),
    "appointments:leave": Row("to_be_told", "appointments:interest", just(), writes=True),
    **NEXT_TIME,
    **WAITING,
    "patients:stop": Row("about_to_stop", "patients:stop", just(), writes=True, by_link=True),
    "patients:start": Row("having_stopped", "patients:stop", just(), writes=True, by_link=True),
    "appointments:change": Row(
        "booked", "appointments:change", to_move, {"slot": bad.key()}, writes=True
    ),
    "appointments:move_ask": Row(
        "asked_to_move", "appointments:move_ask", just(velg="yes"), writes=True
    ),
    "appointments:subscription": Row(
        "booked", "appointments:subscription", just(), writes=True, anew=True
    ),
    "appointments:end_subscription": Row(
        "subscribed", "appointments:subscription", just(), writes=True
    ),
    "appointments:cancel": Row("booked", "appointments:cancel", just(), writes=True),
    "appointments:movable": Row(
        "booked",
        "appointments:movable",
        just(bands=["afternoon"]),
        {"bands": bad.several_or_none("afternoon")},
        writes=True,
    ),
    "appointments:take_next": Row(
        "booked", "appointments:take_next", to_come_again, {"slot": bad.key()}, writes=True
    ),
    "appointments:new_time": Row(
        "missed_it", "appointments:new_time", to_come_again, {"slot": bad.key()}, writes=True
    ),
    "appointments:undo": Row("just_cancelled", "appointments:mine", just(), writes=True),
}


def _app_code(_place: Place) -> Data:
    return {"code": [app_code(SECRET, timezone.now())]}


NEW_PASSWORD = "tre ord jeg husker"


def _new_app(place: Place) -> Data:
    secret = place.client.get("/ansatt/konto/totrinn/ny-app/").context["form"].secret
    return {"code": [app_code(secret, timezone.now())]}


ACCOUNTS: dict[str, Row] = {
    "account_login": Row(
        "outside",
        "account_login",
        just(login="kari@example.org", password=PASSWORD),
        {"login": [*bad.email(), ["ola@example.org"]], "password": bad.password()},
        above=frozenset({"login", "password"}),  # never which of the two was wrong
    ),
    "account_logout": Row("at_the_board", "account_logout", just()),
    "account_reauthenticate": Row(
        "at_the_board",
        "account_reauthenticate",
        just(password=PASSWORD),
        {"password": bad.password()},
    ),
    # Without any field, allauth just asks again.
    "mfa_authenticate": Row(
        "password_given",
        "mfa_authenticate",
        _app_code,
        {"code": [*bad.code()[1:], ["000000"]]},
        writes=True,
    ),
    "mfa_reauthenticate": Row(
        "at_work_without_the_second_factor",
        "mfa_reauthenticate",
        _app_code,
        {"code": [*bad.code(), ["000000"]]},
        writes=True,
    ),
    "mfa_activate_totp": Row(
        "at_work_without_an_app",
        "mfa_activate_totp",
        _new_app,
        {"code": [*bad.code(), ["000000"]]},
        writes=True,
    ),
    "mfa_deactivate_totp": Row("at_the_account", "mfa_deactivate_totp", just(), writes=True),
    "account_change_password": Row(
        "at_the_account",
        "account_change_password",
        just(oldpassword=PASSWORD, password1=NEW_PASSWORD, password2=NEW_PASSWORD),
        {
            "oldpassword": bad.password(),
            "password1": bad.new_password(),
            "password2": bad.password(),
        },
        writes=True,
    ),
    "account_logins": Row("logged_in_elsewhere", "account_logins", just(others="1"), writes=True),
    "account_invitation": Row(
        "invited",
        "account_invitation",
        just(password1=NEW_PASSWORD, password2=NEW_PASSWORD),
        {"password1": bad.new_password(), "password2": bad.password()},
        writes=True,
        by_link=True,
    ),
    "mfa_generate_recovery_codes": Row(
        "at_the_account", "mfa_generate_recovery_codes", just(), writes=True, anew=True
    ),
}


def _dose(place: Place) -> Data:
    decision, vial = place.about["arrived"].decision_id, place.about["vial"].pk
    return {"decision": [str(decision)], "vial": [str(vial)], "site": ["left_upper_arm"]}


def _new_time(place: Place) -> Data:
    slot = slot_at(place.about["later"], "17.00").pk
    return {"decision": [str(place.about["arrived"].decision_id)], "slot": [str(slot)]}


BOARD: dict[str, Row] = {
    "dayboard:undo_arrival": Row("at_the_board", "dayboard:person", just(), writes=True),
    "dayboard:rescreen": Row(
        "with_a_dose_from_elsewhere",
        "dayboard:person",
        just(asked="all_no", papers_0="seen"),
        {
            "papers_0": bad.choice("seen"),
            "asked": bad.choice("all_no"),
            # Nothing ticked is no answer to these three together, so its refusal stands above.
            "yes": bad.several("none", "fever_over_38")[2:],
            "immunosuppressed": bad.choice("unsure")[2:],
            "allergies": bad.several("none", "gentamicin")[2:],
        },
        beside={
            name: {"asked": ["as_ticked"]} for name in ("yes", "immunosuppressed", "allergies")
        },
        above=frozenset({"asked"}),
        writes=True,
    ),
    "dayboard:give_dose": Row(
        "about_to_give",
        "dayboard:person",
        _dose,
        {
            "decision": bad.key(),
            "vial": bad.key(),
            "site": bad.choice("left_upper_arm"),
            "route": bad.choice("intradermal")[2:],  # left out: as planned
            "reason": bad.words_if_any(),
        },
        above=frozenset({"decision", "vial"}),
        writes=True,
    ),
    "dayboard:new_time": Row(
        "stopped_by_a_fever",
        "dayboard:new_time",
        _new_time,
        {"decision": bad.key(), "slot": bad.key()},
        above=frozenset({"decision"}),
        writes=True,
    ),
    "dayboard:decline": Row("stopped_by_a_fever", "dayboard:person", just(), writes=True),
    "dayboard:ask_clinician": Row("to_be_decided", "dayboard:person", just(), writes=True),
    "dayboard:go_on": Row("approved_at_the_visit", "dayboard:person", just(), writes=True),
    "dayboard:end_without_dose": Row("stopped_by_a_fever", "dayboard:person", just(), writes=True),
    "dayboard:open_vial": Row(
        "at_the_board",
        "dayboard:open_vial",
        lambda place: {"lot": [str(place.about["lot"].pk)], "letter": ["B"]},
        {"lot": bad.key(), "letter": bad.key(), "code": [*UNREADABLE]},
        above=frozenset({"lot", "letter"}),
        writes=True,
    ),
    **VIALS,
    "dayboard:display": Row(
        "at_the_board",
        "dayboard:board",
        just(vis="initialer"),
        {"vis": bad.choice("initialer")},
        leads_away=True,
    ),
    "dayboard:invite": Row(
        "with_a_dose_to_spare",
        "dayboard:board",
        just(number="1"),
        {"number": bad.choice("1")},
        leads_away=True,
        writes=True,
    ),
    "dayboard:empty_vial": Row("at_the_board", "dayboard:empty_vial", just(), writes=True),
    "dayboard:discard_vial": Row(
        "at_the_board",
        "dayboard:discard_vial",
        just(reason="window_ended"),
        {"reason": bad.choice("window_ended")},
        writes=True,
    ),
}


PLANNERS: dict[str, Row] = {
    "desk:start_planning": Row("about_to_plan", "desk:start_planning", just(), writes=True),
}

ROWS: dict[str, Row] = {
    **PATIENTS,
    **CASES,
    **CHECK_IN,
    **ACCOUNTS,
    **BOARD,
    **CLINICIANS,
    **CLOSING,
    **DISPLACED,
    **GIVEN,
    **ACCESS_LOG,
    **MESSAGES,
    **OUTCOMES,
    **PHONE,
    **PORTAL,
    **RECORD,
    **PLANNERS,
    **RECALLS,
    **REACTIONS,
    **NEXT_TIME_STAFF,
    **WAITING_STAFF,
}
# On every page; its own test is in test_links.py.
LANGUAGE_SWITCH = "set_language"

"""The table: each form there is, where it stands, what is good, and what is bad in each field."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from django.utils import timezone

from appointments.models import Slot
from tests.access.logins import SECRET
from tests.appointments.views.line import newest_code
from tests.clinics.cast import app_code
from tests.factories import slot_at
from tests.forms_walk import bad_input as bad
from tests.forms_walk.bad_input import Sent
from tests.forms_walk.places import PASSWORD, Place

Data = dict[str, Sent]
Good = Callable[[Place], Data]


@dataclass(frozen=True)
class Row:
    """One form. ``bad`` holds what is sent under each field's name, the rest being good.

    ``beside``: what else is sent with a field's bad values, where the good does not fit them.
    ``above``: fields whose refusal stands on top only, as the service says it or it needs two.
    ``leads_away``: bad input leads to another page, with a message.
    ``attempts``: tables that count wrong guesses.
    ``writes``: good input changes rows. ``anew``: each press makes new ones, and shows them.
    """

    place: str
    page: str
    good: Good
    bad: Mapping[str, list[Sent]] = field(default_factory=dict)
    beside: Mapping[str, Data] = field(default_factory=dict)
    above: frozenset[str] = frozenset()
    leads_away: bool = False
    attempts: frozenset[str] = frozenset()
    writes: bool = False
    anew: bool = False


def _just(**fields: str | list[str]) -> Good:
    data = {
        name: list(value) if isinstance(value, list) else [value] for name, value in fields.items()
    }
    return lambda _place: dict(data)


def _ask(place: str, good: str, values: list[Sent]) -> Row:
    return Row(place, "eligibility:step", _just(answer=good), {"answer": values})


def _yes_no(place: str = "answered") -> Row:
    return _ask(place, "no", bad.choice("no"))


def _one(good: str, place: str = "answered") -> Row:
    return _ask(place, good, bad.choice(good))


def _some(other: str) -> Row:
    return _ask("answered", "none", bad.several("none", other))


def _questions() -> dict[str, Row]:
    dose = {"number": ["1"], "day_1": ["01.10.2026"], "why_1": ["ppv"], "where_1": ["norway"]}
    doses = Row(
        "answered",
        "eligibility:step",
        lambda _place: {name: list(sent) for name, sent in dose.items()},
        {
            "number": bad.choice("1"),
            "day_1": [*bad.day(), ["13.03.1991"]],
            "why_1": bad.choice("ppv"),
            "where_1": bad.choice("norway"),
            "day_2": [*bad.day(), ["01.10.2026"], ["30.09.2026"]],
            "why_2": bad.choice("ppv"),
            "where_2": bad.choice("norway"),
        },
        beside={
            name: {
                "number": ["2"],
                "day_2": ["01.11.2026"],
                "why_2": ["ppv"],
                "where_2": ["abroad"],
            }
            for name in ("day_2", "why_2", "where_2")
        },
    )
    rows = {
        "fodselsdato": _ask("at_the_first_question", "14.03.1991", bad.day()),
        "symptomer": _yes_no(),
        "smitte": _yes_no(),
        "smittedato": _ask("answered_as_exposed", "17.11.2026", [*bad.day(), ["13.03.1991"]]),
        "kontakt": _one("sexual", "answered_as_exposed"),
        "allergi": _some("gentamicin"),
        "tidligere-sykdom": _yes_no(),
        "tidligere": doses,
        "senere-sykdom": _yes_no("answered_as_ill_after_a_dose"),
        "barndom": _one("none"),
        "immunforsvar": _one("no"),
        "fremover": _yes_no("answered_after_exposure_before"),
        "arbeid": _one("none"),
        "kjonn": _one("man"),
        "partnere": _yes_no(),
        "forebygging": _yes_no(),
        "oppfolging": _yes_no(),
        "betaling": _yes_no(),
        "vaner": _ask("answered", "casual_sex", bad.several("none", "casual_sex")),
        "prover": _some("syphilis"),
        "graviditet": _some("pregnant"),
        "hud": _some("keloid_tendency"),
    }
    return {f"eligibility:step/{step}": row for step, row in rows.items()}


def _slot(clock: str) -> Good:
    return lambda place: {"slot": [str(slot_at(place.about["session"], clock).pk)]}


def _to_move(place: Place) -> Data:
    session = place.about["mine"].slot.session
    return {"slot": [str(Slot.objects.get(session=session, starts_at=_half_past(session)).pk)]}


def _half_past(session: object) -> object:
    return slot_at(session, "18.10").starts_at  # type: ignore[arg-type]


def _contact(place: str, page: str) -> Row:
    return Row(
        place,
        page,
        _just(channel="email", email="alice@example.org", phone=""),
        {"channel": bad.choice("email"), "email": bad.email(), "phone": bad.phone()},
        beside={"phone": {"channel": ["sms"], "email": [""]}},
        writes=True,
    )


def _code(place: str, page: str) -> Row:
    # A well-formed wrong code is a guess: it is counted.
    wrong = ["000000"]
    return Row(
        place,
        page,
        lambda _place: {"code": [newest_code()]},
        {"code": [*bad.code(), wrong]},
        attempts=frozenset({"patients_onetimecode"}),
        writes=True,
    )


PATIENTS: dict[str, Row] = {
    "eligibility:begin": Row("outside", "eligibility:landing", _just()),
    **_questions(),
    "appointments:slots": Row(
        "answered", "appointments:slots", _slot("17.50"), {"slot": bad.key()}, writes=True
    ),
    "appointments:contact": _contact("holding_a_time", "appointments:contact"),
    "appointments:code": _code("waiting_for_the_code", "appointments:code"),
    "appointments:details": Row(
        "proved",
        "appointments:details",
        _just(given_name="Alice", family_name="Ås"),
        {"given_name": bad.name(), "family_name": bad.name()},
    ),
    "appointments:summary": Row(
        "at_the_summary",
        "appointments:summary",
        lambda place: {"seen": [place.about["booker"].seen()]},
        {"seen": bad.key()},
        leads_away=True,
        writes=True,
    ),
    "appointments:find": _contact("outside", "appointments:find"),
    "appointments:find_code": _code("finding_ones_own", "appointments:find_code"),
    "appointments:change": Row(
        "booked", "appointments:change", _to_move, {"slot": bad.key()}, writes=True
    ),
    "appointments:cancel": Row("booked", "appointments:cancel", _just(), writes=True),
}


def _app_code(_place: Place) -> Data:
    return {"code": [app_code(SECRET, timezone.now())]}


def _new_app(place: Place) -> Data:
    secret = place.client.get("/ansatt/konto/totrinn/ny-app/").context["form"].secret
    return {"code": [app_code(secret, timezone.now())]}


ACCOUNTS: dict[str, Row] = {
    "account_login": Row(
        "outside",
        "account_login",
        _just(login="kari@example.org", password=PASSWORD),
        {"login": [*bad.email(), ["ola@example.org"]], "password": bad.password()},
        above=frozenset({"login", "password"}),  # never which of the two was wrong
    ),
    "account_logout": Row("at_the_board", "account_logout", _just()),
    "account_reauthenticate": Row(
        "at_the_board",
        "account_reauthenticate",
        _just(password=PASSWORD),
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
    "mfa_deactivate_totp": Row("at_the_account", "mfa_deactivate_totp", _just(), writes=True),
    "mfa_generate_recovery_codes": Row(
        "at_the_account", "mfa_generate_recovery_codes", _just(), writes=True, anew=True
    ),
}


def _dose(place: Place) -> Data:
    decision, vial = place.about["arrived"].decision_id, place.about["vial"].pk
    return {"decision": [str(decision)], "vial": [str(vial)], "site": ["left_upper_arm"]}


BOARD: dict[str, Row] = {
    "dayboard:arrive": Row("at_the_board", "dayboard:arrive", _just(), writes=True),
    "dayboard:undo_arrival": Row("at_the_board", "dayboard:person", _just(), writes=True),
    "dayboard:rescreen": Row(
        "at_the_board",
        "dayboard:person",
        _just(asked="all_no"),
        {
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
        {"decision": bad.key(), "vial": bad.key(), "site": bad.choice("left_upper_arm")},
        above=frozenset({"decision", "vial"}),
        writes=True,
    ),
    "dayboard:end_without_dose": Row("stopped_by_a_fever", "dayboard:person", _just(), writes=True),
    "dayboard:open_vial": Row(
        "at_the_board",
        "dayboard:open_vial",
        lambda place: {"lot": [str(place.about["lot"].pk)], "letter": ["B"]},
        {"lot": bad.key(), "letter": bad.key()},
        above=frozenset({"lot", "letter"}),
        writes=True,
    ),
    "dayboard:empty_vial": Row("at_the_board", "dayboard:empty_vial", _just(), writes=True),
    "dayboard:discard_vial": Row(
        "at_the_board",
        "dayboard:discard_vial",
        _just(reason="window_ended"),
        {"reason": bad.choice("window_ended")},
        writes=True,
    ),
}

ROWS: dict[str, Row] = {**PATIENTS, **ACCOUNTS, **BOARD}
# On every page; its own test is in test_links.py.
LANGUAGE_SWITCH = "set_language"

"""What a row of the table is, and how rows are made."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from appointments.models import Slot
from tests.appointments.views.line import newest_code
from tests.factories import slot_at
from tests.forms_walk import bad_input as bad
from tests.forms_walk.bad_input import Sent
from tests.forms_walk.place import Place

Data = dict[str, Sent]
Good = Callable[[Place], Data]


@dataclass(frozen=True)
class Row:
    """One form. ``bad`` holds what is sent under each field's name, the rest being good.

    ``beside``: what else is sent with a field's bad values, where the good does not fit them.
    ``above``: fields whose refusal stands on top only, as the service says it or it needs two.
    ``leads_away``: bad input leads to another page, with a message.
    ``attempts``: tables that count wrong guesses.
    ``by_link``: the address proves whose it is, so that no cookie is needed.
    ``writes``: good input changes rows. ``anew``: each press makes new ones, and shows them.
    ``hands_out``: good input is answered with a file.
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
    by_link: bool = False
    anew: bool = False
    hands_out: bool = False


def just(**fields: str | list[str]) -> Good:
    data = {
        name: list(value) if isinstance(value, list) else [value] for name, value in fields.items()
    }
    return lambda _place: dict(data)


def ask(place: str, good: str, values: list[Sent]) -> Row:
    return Row(place, "eligibility:step", just(answer=good), {"answer": values})


def yes_no(place: str = "answered") -> Row:
    return ask(place, "no", bad.choice("no"))


def one(good: str, place: str = "answered") -> Row:
    return ask(place, good, bad.choice(good))


def some(other: str) -> Row:
    return ask("answered", "none", bad.several("none", other))


def told_dose(number: int) -> Data:
    return {
        f"day_{number}": [f"0{number}.10.2026"],
        f"why_{number}": ["ppv"],
        f"where_{number}": ["norway"],
    }


def questions() -> dict[str, Row]:
    doses = Row(
        "answered",
        "eligibility:step",
        lambda _place: {"number": ["1"], **told_dose(1)},
        {
            "number": bad.choice("1"),
            "day_1": [*bad.day(), ["13.03.1991"]],
            "why_1": bad.choice("ppv"),
            "where_1": bad.choice("norway"),
            **{
                name: values
                for number in (2, 3, 4)
                for name, values in {
                    f"day_{number}": [*bad.day(), ["01.10.2026"]],
                    f"why_{number}": bad.choice("ppv"),
                    f"where_{number}": bad.choice("norway"),
                }.items()
            },
        },
        beside={
            name: {
                "number": [str(number)],
                **{key: sent for n in range(2, number + 1) for key, sent in told_dose(n).items()},
            }
            for number in (2, 3, 4)
            for name in told_dose(number)
        },
    )
    rows = {
        "fodselsdato": ask("at_the_first_question", "14.03.1991", bad.day()),
        "symptomer": yes_no(),
        "smitte": yes_no(),
        "smittedato": ask("answered_as_exposed", "17.11.2026", [*bad.day(), ["13.03.1991"]]),
        "kontakt": one("sexual", "answered_as_exposed"),
        "allergi": some("gentamicin"),
        "tidligere-sykdom": yes_no(),
        "tidligere": doses,
        "senere-sykdom": yes_no("answered_as_ill_after_a_dose"),
        "barndom": one("none"),
        "immunforsvar": one("no"),
        "fremover": yes_no("answered_after_exposure_before"),
        "arbeid": one("none"),
        "kjonn": one("man"),
        "partnere": yes_no(),
        "forebygging": yes_no(),
        "oppfolging": yes_no(),
        "betaling": yes_no(),
        "vaner": ask("answered", "casual_sex", bad.several("none", "casual_sex")),
        "prover": some("syphilis"),
        "graviditet": some("pregnant"),
        "hud": some("keloid_tendency"),
    }
    return {f"eligibility:step/{step}": row for step, row in rows.items()}


def slot(clock: str) -> Good:
    return lambda place: {"slot": [str(slot_at(place.about["session"], clock).pk)]}


def to_move(place: Place) -> Data:
    session = place.about["mine"].slot.session
    return {"slot": [str(Slot.objects.get(session=session, starts_at=half_past(session)).pk)]}


def to_come_again(place: Place) -> Data:
    return {"slot": [str(slot_at(place.about["in_five_weeks"], "17.00").pk)]}


def half_past(session: object) -> object:
    return slot_at(session, "18.10").starts_at  # type: ignore[arg-type]


def contact(place: str, page: str) -> Row:
    return Row(
        place,
        page,
        just(channel="email", email="alice@example.org", phone=""),
        {"channel": bad.choice("email"), "email": bad.email(), "phone": bad.phone()},
        beside={"phone": {"channel": ["sms"], "email": [""]}},
        writes=True,
    )


def code(place: str, page: str) -> Row:
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

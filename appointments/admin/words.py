"""The words of moves, states and refusals of sessions."""

from datetime import date, datetime

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.text import get_text_list
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from appointments.domain.session_series import Fault
from appointments.domain.session_states import SessionMove, SessionMoveNotAllowedError
from appointments.domain.vial_policy import ImpossiblePolicyError
from appointments.forms.sessions import CLOSES_TOO_EARLY
from appointments.models import ClinicSession
from appointments.services.session_changes import (
    ClosesTooEarlyError,
    CutoffTooLateError,
    SessionEndedError,
    TooFewVialsError,
)
from appointments.services.session_impact import (
    AlreadyBegunError,
    NothingChangedError,
    OpensInThePastError,
    PeopleHaveComeError,
    TooShortNoticeError,
)
from appointments.services.sessions import (
    NoInUseWindowError,
    NotADraftError,
    PeopleBookedError,
    SessionOverError,
    SessionsOverlapError,
)
from clinics.domain.calendar import oslo_date
from clinics.domain.roles import Role
from clinics.selectors import names_with_role
from clinics.templatetags.oslo_time import clock, day_and_year

Words = str | Promise

# The button, the question of its confirm page, what has been done (with a count).
MOVE_LABELS: dict[SessionMove, Words] = {
    SessionMove.OPEN: _("Åpne for bestilling"),
    SessionMove.CLOSE: _("Steng for bestilling"),
    SessionMove.REOPEN: _("Åpne igjen"),
    SessionMove.CANCEL: _("Avlys"),
}
MOVE_MEANINGS: dict[SessionMove, Words] = {
    SessionMove.OPEN: _("Folk kan bestille time med en gang."),
    SessionMove.CLOSE: _(
        "Ingen nye kan bestille. De som har time, beholder den, og dagen blir stående på tavlen."
    ),
    SessionMove.REOPEN: _("Folk kan bestille de ledige timene igjen."),
    SessionMove.CANCEL: _(
        "Dagen blir borte for dem som bestiller, og kan ikke åpnes igjen. Har noen time den dagen, "
        "avlyser du den med «Endre eller avlys dagen», som finner ny tid til dem."
    ),
}

FAULTS: dict[Fault, Words] = {
    Fault.OVERLAPS: _("Stedet har en annen vaksinasjonsdag samtidig"),
    Fault.PAST: _("Tiden er passert"),
    Fault.NO_SUCH_TIME: _("Klokka stilles denne natten, og tidspunktet finnes ikke"),
    Fault.HOLIDAY: _("Helligdag"),
}

# The field of the form that a refusal belongs to; where it is not shown, the top of the form.
FIELDS: dict[type[Exception], str] = {
    NoInUseWindowError: "clinic",
    ImpossiblePolicyError: "clinic",
    SessionsOverlapError: "opens",
    ClosesTooEarlyError: "closes",
    CutoffTooLateError: "cutoff_at",
    TooFewVialsError: "vials_allotted",
}
REFUSALS: tuple[type[Exception], ...] = (
    *FIELDS,
    NotADraftError,
    SessionEndedError,
    SessionOverError,
    SessionMoveNotAllowedError,
    PeopleBookedError,
)


def moved(by_move: SessionMove, count: int) -> str:
    """Say what has been done to how many sessions."""
    words = {
        SessionMove.OPEN: ngettext(
            "%(count)d dag er åpnet for bestilling.",
            "%(count)d dager er åpnet for bestilling.",
            count,
        ),
        SessionMove.CLOSE: ngettext(
            "%(count)d dag er stengt for bestilling.",
            "%(count)d dager er stengt for bestilling.",
            count,
        ),
        SessionMove.REOPEN: ngettext(
            "%(count)d dag er åpnet igjen.", "%(count)d dager er åpnet igjen.", count
        ),
        SessionMove.CANCEL: ngettext(
            "%(count)d dag er avlyst.", "%(count)d dager er avlyst.", count
        ),
    }
    return words[by_move] % {"count": count}


def refusal(error: Exception, *, clinic_id: int, state: str = "") -> str:
    """Say in plain words why something was refused and what to do."""
    if isinstance(error, NoInUseWindowError | ImpossiblePolicyError):
        return _no_policy(error, clinic_id)
    if isinstance(error, PeopleBookedError | PeopleHaveComeError):
        return _people_booked(error) if isinstance(error, PeopleBookedError) else _have_come(error)
    if isinstance(error, TooFewVialsError):
        return ngettext(
            "De som har time, trenger %(needed)d hetteglass. Sett av minst så mange, eller bruk "
            "«Endre eller avlys dagen» for å gi noen en annen tid.",
            "De som har time, trenger %(needed)d hetteglass. Sett av minst så mange, eller bruk "
            "«Endre eller avlys dagen» for å gi noen en annen tid.",
            error.needed,
        ) % {"needed": error.needed}
    if isinstance(error, SessionsOverlapError):
        return _now(
            "Stedet har en annen vaksinasjonsdag samtidig (%(days)s). Velg et annet klokkeslett, "
            "eller ha flere stasjoner på den dagen som finnes."
        ) % {"days": days_in_words(error.days)}
    if isinstance(error, SessionMoveNotAllowedError):
        label = dict(ClinicSession.State.choices).get(state, state)
        return _now("Dagen er nå: %(state)s. Det kan ikke gjøres med den.") % {"state": label}
    return str(_PLAIN[type(error)])


def days_in_words(days: list[date]) -> str:
    """Write days one after the other."""
    return get_text_list([day_and_year(day) for day in days], _now("og"))


def hours_in_words(starts_at: datetime, ends_at: datetime) -> str:
    """Write when a session opens and closes: "16.00–20.00"."""
    return f"{clock(starts_at)}–{clock(ends_at)}"


_PLAIN: dict[type[Exception], Words] = {
    ClosesTooEarlyError: CLOSES_TOO_EARLY,
    CutoffTooLateError: _("Fristen må være før dagen åpner."),
    NotADraftError: _(
        "Åpningstid, stasjoner og minutter per time kan bare endres i et utkast. Last siden på "
        "nytt for å se hva som kan endres nå."
    ),
    SessionEndedError: _(
        "Dagen er stengt eller avlyst og kan ikke endres. Åpne den igjen hvis den skal endres."
    ),
    SessionOverError: _("Dagen er over. Den kan ikke åpnes for bestilling eller endres."),
    AlreadyBegunError: _(
        "Dagen har begynt. Den kan ikke flyttes eller avlyses lenger, men du kan stenge tidligere: "
        "velg «Endre åpningstid»."
    ),
    NothingChangedError: _("Dagen er slik allerede. Endre noe, eller gå tilbake."),
    OpensInThePastError: _("Tiden er passert. Velg en dag eller et klokkeslett fram i tid."),
    TooShortNoticeError: _(
        "Folk kan ikke få en tidligere tid med mindre enn et døgns varsel. Velg en senere tid, "
        "eller avlys dagen."
    ),
}


def _no_policy(error: NoInUseWindowError | ImpossiblePolicyError, clinic_id: int) -> str:
    if isinstance(error, NoInUseWindowError):
        return _no_window(clinic_id)
    return _now(
        "Et av stedets tall for planlegging kan ikke brukes (%(field)s). Rett det under «Tall for "
        "planlegging», og prøv igjen."
    ) % {"field": error.field}


def _no_window(clinic_id: int) -> str:
    doctors = names_with_role(clinic_id, Role.CLINICIAN, oslo_date(timezone.now()))
    why = _now(
        "Ingen har bestemt hvor lenge et åpnet hetteglass kan brukes her, så dagen kan ikke "
        "planlegges eller åpnes."
    )
    who = (
        _now("En med rollen behandler må signere brukstiden: %(names)s.")
        % {"names": get_text_list(doctors, _now("eller"))}
        if doctors
        else _now(
            "En med rollen behandler må signere brukstiden, og ingen har rollen her i dag. Gi den "
            "til noen under Vaksinasjonssteder."
        )
    )
    return f"{why} {who}"


def _people_booked(error: PeopleBookedError) -> str:
    if not error.booked:
        return _now(
            "Noen holder på å bestille time akkurat nå. Steng for bestilling, vent ti minutter og "
            "prøv igjen."
        )
    return ngettext(
        "%(count)d person har time denne dagen. Åpne dagen og bruk «Endre eller avlys dagen»: der "
        "ser du hvilken ny tid personen får, før noe skjer.",
        "%(count)d personer har time denne dagen. Åpne dagen og bruk «Endre eller avlys dagen»: "
        "der ser du hvilke nye tider de får, før noe skjer.",
        error.booked,
    ) % {"count": error.booked}


def _have_come(error: PeopleHaveComeError) -> str:
    return ngettext(
        "%(count)d person har møtt til en time som ville bli borte. La dagen være åpen så lenge og "
        "stasjonene stå, eller angre oppmøtet på tavlen først.",
        "%(count)d personer har møtt til timer som ville bli borte. La dagen være åpen så lenge, "
        "og stasjonene stå, eller angre oppmøtet på tavlen først.",
        error.number,
    ) % {"count": error.number}

"""Opening a person's pages: with a reason at hand, or one that is asked for and written down.

A rule of ``on_person`` lets in by role and clinic like any other, and then looks whom the address
names. What the clinic has to do with that person now is the reason, and goes into the log with
whatever the request reads or changes. Where there is none, a page asks for it; what a form sent is
kept in that page, and done once the reason is given.
"""

from collections.abc import Callable, Iterator, Mapping, MutableMapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, cast
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils import timezone
from django.utils.cache import add_never_cache_headers
from django_htmx.http import HttpResponseClientRefresh

from appointments.models import ClinicSession
from appointments.permissions import clinic_of_session
from audit.domain.why import LASTS, OPEN_FOR, GivenCode, Tie, Why
from audit.services.giving_reasons import give_reason
from care.opening_form import ASKED, ReasonForm
from care.services.ties import PERSON_OF, person_of_message, tie_of, tie_of_message
from clinics import kept_input
from clinics.domain.calendar import oslo_date
from clinics.domain.roles import Role
from clinics.models import Clinic
from clinics.permissions import AtClinic, StaffRequest
from notifications.models import Message

# Key of the login's session: until when whom it may open, and for which given reason.
OPENED = "with_reason"


@dataclass(frozen=True)
class _Wanted:
    """Whose pages are wanted: a person's or, with none, those of a day long past."""

    person: UUID | None
    object_id: UUID


class OnPerson(AtClinic):
    """Staff with one of the roles, who have or give a reason to open whom the address names."""

    def asks(self, request: HttpRequest, kwargs: Mapping[str, Any]) -> HttpResponse | None:
        """Note the reason there is; ask for one where there is none."""
        staff = cast("StaffRequest", request)
        now, actor = timezone.now(), staff.actor
        for found in self.looked_up(staff, kwargs, now):
            if isinstance(found, Tie):
                actor = actor if actor.why else actor.because(found.why, found.id)
                continue
            given = _given(staff, found, now)
            if given is not None:
                actor = actor.because(Why.GIVEN, given)
                continue
            answer = _ask(staff, found, now)
            if answer is not None:
                return answer
            actor = staff.actor
        staff.actor = actor
        return None

    def looked_up(
        self, request: StaffRequest, kwargs: Mapping[str, Any], now: datetime
    ) -> Iterator[Tie | _Wanted]:
        """Yield for each of whom the address names the reason there is, or who it is."""
        clinic_id = request.actor.clinic_id
        assert clinic_id is not None  # the rule found it
        arguments = [name for name in kwargs if name in PERSON_OF]
        for name in arguments:
            tie = tie_of(clinic_id, name, kwargs[name], now=now)
            person = None if tie else PERSON_OF[name](kwargs[name]).first()
            if tie or person:
                yield tie or _Wanted(person, kwargs[name])
        if "message_id" in kwargs:
            message = Message.objects.get(pk=kwargs["message_id"])
            person = person_of_message(message)
            if person:
                tie = tie_of_message(message, now=now)
                yield (
                    tie
                    or tie_of(clinic_id, "patient_id", person, now=now)
                    or _Wanted(person, message.pk)
                )


class OnDay(OnPerson):
    """Staff at the clinic of a session, who give a reason once its day is long past.

    The board asks every few seconds, so its clinic and its day are read at once.
    """

    def clinic_of(self, request: HttpRequest, kwargs: Mapping[str, Any]) -> int | None:
        """Return the session's clinic, and keep its day until the reason is asked for."""
        sessions = ClinicSession.objects.filter(pk=kwargs["session_id"])
        clinic_id, day = sessions.values_list("clinic_id", "date").first() or (None, None)
        request.session_day = day  # type: ignore[attr-defined]
        return clinic_id

    def looked_up(
        self, request: StaffRequest, kwargs: Mapping[str, Any], now: datetime
    ) -> Iterator[Tie | _Wanted]:
        """Yield the session when its day is no reason any more."""
        day: date = request.session_day  # type: ignore[attr-defined]
        if day + LASTS[Why.APPOINTMENT] < oslo_date(now):
            yield _Wanted(None, kwargs["session_id"])


def on_person(*roles: Role, by: Callable[[Mapping[str, Any]], int | None]) -> OnPerson:
    """Make a rule like ``at_clinic`` for pages that may open one person."""
    return OnPerson("at clinic: " + ", ".join(roles), roles=roles, by=by)


def on_day(*roles: Role) -> OnDay:
    """Make a rule like ``at_clinic`` for the pages of a session that name nobody."""
    return OnDay("at clinic: " + ", ".join(roles), roles=roles, by=clinic_of_session)


def _key(request: StaffRequest, wanted: _Wanted) -> str:
    return f"{request.user.pk} {request.actor.clinic_id} {wanted.person or wanted.object_id}"


def _given(request: StaffRequest, wanted: _Wanted, now: datetime) -> UUID | None:
    """Return the reason that this session gave for these pages, while it lasts."""
    found = request.session.get(OPENED, {}).get(_key(request, wanted))
    if not found or datetime.fromisoformat(found["until"]) <= now:
        return None
    return UUID(found["given"])


def _ask(request: StaffRequest, wanted: _Wanted, now: datetime) -> HttpResponse | None:
    """Ask for a reason. None when it came with a form, which may now be done."""
    answered = request.method == "POST" and ASKED in request.POST
    form = ReasonForm(request.POST if answered else None)
    if answered and form.is_valid():
        request.actor = give_reason(
            patient_id=wanted.person,
            object_id=wanted.object_id,
            code=GivenCode(form.cleaned_data["code"]),
            text=form.cleaned_data["text"],
            by=request.actor,
            now=now,
        )
        _remember(request.session, _key(request, wanted), request.actor.why_id, now)
        if request.POST[ASKED] == "POST":
            return None
        return HttpResponseRedirect(request.get_full_path())
    if getattr(request, "htmx", None):
        return HttpResponseClientRefresh()
    return _page(request, wanted, form)


def _remember(
    session: MutableMapping[str, Any], key: str, given: UUID | None, now: datetime
) -> None:
    """Let a session open these pages for a while, and forget what is over."""
    still = {
        name: one
        for name, one in session.get(OPENED, {}).items()
        if datetime.fromisoformat(one["until"]) > now
    }
    until = (now + OPEN_FOR).isoformat()
    session[OPENED] = {**still, key: {"until": until, "given": str(given)}}


def _page(request: StaffRequest, wanted: _Wanted, form: ReasonForm) -> HttpResponse:
    sent = request.method == "POST" and request.POST.get(ASKED) != "GET"
    assert request.actor.clinic_id is not None  # the rule found it
    context = {
        "clinic": Clinic.objects.get(pk=request.actor.clinic_id),
        "form": form,
        "asked": ASKED,
        "method": "POST" if sent else "GET",
        "action": request.get_full_path(),
        "form_of": request.POST.get(kept_input.FORM_OF, request.user.pk),
        "fields": [
            (name, value)
            for name, value in kept_input.fields_of(request)
            if name != ASKED and name not in {form.add_prefix(each) for each in form.fields}
        ]
        if sent
        else [],
        "is_day": wanted.person is None,
        "minutes": int(OPEN_FOR.total_seconds() // 60),
    }
    response = render(request, "desk/give_reason.html", context, status=409 if sent else 200)
    add_never_cache_headers(response)
    return response

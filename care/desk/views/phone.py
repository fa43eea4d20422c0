"""A time for somebody on the phone: one page, one form, from the keyboard."""

from datetime import date, datetime
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from appointments.selectors.places import SessionPlaces, free_places
from appointments.services.booking import AlreadyBookedError, TooEarlyError
from appointments.services.seats import SlotUnavailableError
from audit.services import record
from care.desk.permissions import AT_DESK, ON_KNOWN
from care.desk.phone_basis import found_by_name, screened_by, send_to_clinicians
from care.desk.phone_form import (
    DayShown,
    PhoneForm,
    as_typed,
    days_shown,
    days_to_choose,
    first_choice,
)
from care.desk.phone_questions import ASKED
from care.desk.phone_words import (
    REFUSED,
    Stop,
    elsewhere,
    not_for_the_course,
    say_merged,
    stop_of,
)
from care.services.known_people import coming_appointments
from care.services.phone_booking import (
    HasTimeError,
    Standing,
    Wanted,
    book_by_phone,
    standing_of,
    wanted_of,
)
from clinics.domain.calendar import oslo_date
from clinics.domain.roles import Role
from clinics.models import Clinic
from clinics.permissions import StaffRequest, access, may
from eligibility.domain.decision import Outcome, Route
from eligibility.services.cases import waiting_case_of
from eligibility.services.decisions import as_domain
from eligibility.services.offering import offer_of
from eligibility.services.screening import Screened
from limits.refusal import limited
from limits.rules import LOOK_UP
from patients.models import Patient

# The buttons beside the one that books.
BUTTON, DAY, ALL_DAYS, CASE = "velg", "dag:", "alle", "sak"
ASKED_FIRST = (ASKED[0].value,)


@access(AT_DESK)
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@limited(LOOK_UP)
def book(request: StaffRequest, clinic_slug: str) -> HttpResponse:
    """Book for somebody who may be new; whoever the clinic knows by name is filled in."""
    clinic = get_object_or_404(Clinic, slug=clinic_slug)
    return Booking(request, clinic, known=None).answer()


@access(ON_KNOWN)
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def book_known(request: StaffRequest, clinic_slug: str, patient_id: UUID) -> HttpResponse:
    """Book for somebody whom the clinic knows; who has a time is shown that instead."""
    clinic = get_object_or_404(Clinic, slug=clinic_slug)
    known = get_object_or_404(Patient, pk=patient_id)
    if known.merged_into_id is not None:
        say_merged(request)
        return redirect("desk:phone_known", clinic_slug, known.merged_into_id)
    now = timezone.now()
    coming = coming_appointments(known.pk, now=now)
    case = waiting_case_of(known.pk)
    if coming or case:
        record(action="patient.read", by=request.actor, now=now, patient_id=known.pk)
        context = {
            "clinic": clinic,
            "known": known,
            "here": [one for one in coming if one.slot.session.clinic_id == clinic.pk],
            "elsewhere": any(one.slot.session.clinic_id != clinic.pk for one in coming),
            "case_waits": case is not None,
            "may_decide": _may_decide(request, clinic, now),
        }
        return render(request, "desk/phone_has_time.html", context)
    return Booking(request, clinic, known=known).answer()


def _may_decide(request: StaffRequest, clinic: Clinic, now: datetime) -> bool:
    """Tell whether the queue of cases opens for the reader."""
    return may(request.user, clinic.pk, Role.CLINICIAN, on=oslo_date(now))


class Booking:
    """The page while one request lasts: nothing of it is kept anywhere else."""

    def __init__(self, request: StaffRequest, clinic: Clinic, *, known: Patient | None) -> None:
        self.request, self.clinic, self.known = request, clinic, known
        self.now: datetime = timezone.now()
        self.today = oslo_date(self.now)
        self.standing: Standing | None = standing_of(known.pk) if known else None
        self.wanted = (
            self.standing.wanted
            if self.standing
            else Wanted(Route.INTRADERMAL, 1, earliest_on=self.today, group=None)
        )
        self.pressed: str = request.POST.get(BUTTON, "")

    def answer(self) -> HttpResponse:
        """Show the form, or do what was pressed."""
        if self.request.method != "POST":
            return self._page(self._form(None))
        if self.pressed == ALL_DAYS or self.pressed.startswith(DAY):
            return self._another_day()
        form = self._form(self.request.POST)
        if not form.is_valid():
            return self._known_already(form) or self._page(form)
        basis = self.standing or screened_by(form, now=self.now)
        stop = self._stop(basis)
        if stop is None:
            return self._book(form, basis)
        if self.pressed == CASE and stop.may_send and isinstance(basis, Screened):
            send_to_clinicians(self.request, form, basis, now=self.now)
            return redirect("desk:phone", self.clinic.slug)
        return self._page(form, stop=stop)

    def _form(self, data: QueryDict | None) -> PhoneForm:
        return PhoneForm(data, today=self.today, known=self.known, asks=self.standing is None)

    def _another_day(self) -> HttpResponse:
        form = self._form(None)
        form.initial = {**form.initial, **as_typed(form, self.request.POST)}
        try:
            only = date.fromisoformat(self.pressed.removeprefix(DAY))
        except ValueError:
            only = None
        return self._page(form, only=only, to_times=True)

    def _known_already(self, form: PhoneForm) -> HttpResponse | None:
        """Lead to what is known of somebody of whom only name and birth date were typed."""
        if self.known:
            return None
        found = found_by_name(self.request, form, clinic_id=self.clinic.pk)
        return redirect("desk:phone_known", self.clinic.slug, found.pk) if found else None

    def _stop(self, basis: Screened | Standing) -> Stop | None:
        """Say why nothing is booked; else note what the person may book."""
        if isinstance(basis, Standing):
            if basis.wanted.dose_number > 1 or basis.wanted.group is None:
                return None
            decision = as_domain(basis.decision)
        else:
            decision = basis.decision
            if decision.outcome is not Outcome.ELIGIBLE or decision.course is None:
                return stop_of(decision)
            self.wanted = wanted_of(decision.course, decision.priority_group)
        offer = offer_of(decision, on=self.today)
        if offer is not None and self.clinic in offer.clinics:
            return None
        return elsewhere(offer.clinics if offer else [])

    def _book(self, form: PhoneForm, basis: Screened | Standing) -> HttpResponse:
        slot_id = form.cleaned_data["slot"]
        found = self._found()
        if not any(place.slot_id == slot_id for one in found for place in one.places):
            waits = self.wanted.earliest_on > self.today
            form.add_error("slot", not_for_the_course(self.wanted.earliest_on if waits else None))
            return self._page(form, found=found)
        try:
            booked = book_by_phone(
                caller=form.caller(),
                basis=basis,
                slot_id=slot_id,
                asked_by=self.request.user,
                by=self.request.actor,
                now=self.now,
            )
        except HasTimeError as error:
            return self._has_time(form, error)
        except (SlotUnavailableError, TooEarlyError, AlreadyBookedError) as error:
            about = "slot" if not isinstance(error, AlreadyBookedError) else None
            form.add_error(about, str(REFUSED[type(error)]))
            return self._page(form)
        messages.success(self.request, _("Timen er bestilt."))
        return redirect("desk:time", self.clinic.slug, booked.pk)

    def _has_time(self, form: PhoneForm, error: HasTimeError) -> HttpResponse:
        """Lead to the time the person has: perhaps the button was pressed twice."""
        has = error.appointment
        if has.slot.session.clinic_id != self.clinic.pk:
            words = _("Personen har en time et annet sted. Be dem avbestille den først.")
            form.add_error(None, words)
            return self._page(form)
        if has.slot_id != form.cleaned_data["slot"]:
            words = _("Personen har denne timen fra før. Flytt eller avbestill den her.")
            messages.info(self.request, words)
        else:
            messages.success(self.request, _("Timen er bestilt."))
        return redirect("desk:time", self.clinic.slug, has.pk)

    def _found(self) -> list[SessionPlaces]:
        return free_places(
            self.clinic.pk,
            route=self.wanted.route,
            group=self.wanted.group,
            not_before=max(self.wanted.earliest_on, self.today),
            now=self.now,
        )

    def _page(
        self,
        form: PhoneForm,
        *,
        found: list[SessionPlaces] | None = None,
        stop: Stop | None = None,
        only: date | None = None,
        to_times: bool = False,
    ) -> HttpResponse:
        """Show the form with all that is typed. A time that is gone leaves none chosen."""
        found = self._found() if found is None else found
        of_day = [one for one in found if one.session.date == only] if only else found
        typed = str(form["slot"].value() or "")
        is_there = any(str(p.slot_id) == typed for one in of_day for p in one.places)
        chosen = typed if is_there else "" if form.is_bound else first_choice(of_day)
        days = days_shown(found, chosen=chosen, only=only)
        _begin_at(form, to_times=to_times)
        if self.known:
            record(
                action="patient.read",
                by=self.request.actor,
                now=self.now,
                patient_id=self.known.pk,
            )
        return render(
            self.request,
            "desk/phone.html",
            {
                "clinic": self.clinic,
                "may_decide": _may_decide(self.request, self.clinic, self.now),
                "known": self.known,
                "standing": self.standing,
                "form": form,
                "days": days,
                **_of_times(days),
                "days_to_choose": days_to_choose(found),
                "only": only,
                "to_times": to_times,
                "stop": stop,
                "dose_number": self.wanted.dose_number,
            },
        )


def _begin_at(form: PhoneForm, *, to_times: bool) -> None:
    """Let the cursor stand in the first field of a fresh page; errors take it themselves."""
    names = [name for name in ("given_name", *ASKED_FIRST) if name in form.fields]
    if names and not form.is_bound and not to_times:
        form.fields[names[0]].widget.attrs["autofocus"] = True


def _of_times(days: list[DayShown]) -> dict[str, object]:
    """Say what the times need to know of each other."""
    sharing = [time for one in days for time in one.sharing]
    others = [time for one in days for time in one.others]
    first = next(iter([*sharing, *others]), None)
    return {
        "sharing": bool(sharing),
        "others": bool(others),
        "others_open": any(time.is_chosen for time in others),
        "first_value": first.value if first else "",
    }

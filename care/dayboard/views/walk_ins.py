"""Somebody who came without a time: one page, one form, from the keyboard."""

from datetime import datetime
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from appointments.domain.spare_doses import Spare
from appointments.domain.status import Status
from appointments.models import Appointment, ClinicSession
from appointments.selectors.day import is_under_way
from appointments.selectors.places import WHOLE_VIAL_ROUTE
from appointments.services.booking import AlreadyBookedError, TooEarlyError
from appointments.services.day import NotTodayError
from appointments.services.walk_ins import NoSpareDoseError
from audit.services import record
from care.dayboard.permissions import ON_KNOWN, ON_SESSION
from care.dayboard.views.board import session_or_404
from care.dayboard.walk_in_form import WalkInForm
from care.dayboard.walk_in_words import spare_in_words, too_early, whole_vial
from care.dayboard.words import refusal
from care.desk.phone_basis import found_by_name, screened_by, send_to_clinicians
from care.desk.phone_words import Stop, elsewhere, say_merged, stop_of
from care.services.known_people import coming_appointments
from care.services.phone_booking import (
    HasTimeError,
    Standing,
    Wanted,
    standing_of,
    wanted_of,
)
from care.services.spare import spare_now
from care.services.walk_in import take_in_walk_in
from clinics.domain.calendar import oslo_date
from clinics.domain.roles import Role
from clinics.permissions import StaffRequest, access, may
from eligibility.domain.decision import Decision, Outcome
from eligibility.services.cases import waiting_case_of
from eligibility.services.decisions import as_domain
from eligibility.services.offering import offer_of
from eligibility.services.screening import Screened
from limits.refusal import limited
from limits.rules import LOOK_UP
from patients.models import Patient

# The button that sends what is typed to the clinicians.
BUTTON, CASE = "velg", "sak"


@access(ON_SESSION)
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@limited(LOOK_UP)
def new(request: StaffRequest, session_id: UUID) -> HttpResponse:
    """Take in somebody who may be new; whoever the clinic knows by name is filled in."""
    return WalkIn(request, session_or_404(session_id), known=None, now=timezone.now()).answer()


@access(ON_KNOWN)
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def known(request: StaffRequest, session_id: UUID, patient_id: UUID) -> HttpResponse:
    """Take in somebody whom the clinic knows; who has a time is led to that."""
    now = timezone.now()
    session = session_or_404(session_id)
    patient = get_object_or_404(Patient, pk=patient_id)
    if patient.merged_into_id is not None:
        say_merged(request)
        return redirect("dayboard:walk_in_known", session_id, patient.merged_into_id)
    walk_in = WalkIn(request, session, known=patient, now=now)
    coming = coming_appointments(patient.pk, now=now)
    return walk_in.lead_to(coming[0]) if coming else walk_in.answer()


class WalkIn:
    """The page while one request lasts: the answers are kept nowhere else."""

    def __init__(
        self,
        request: StaffRequest,
        session: ClinicSession,
        *,
        known: Patient | None,
        now: datetime,
    ) -> None:
        self.request, self.session, self.known, self.now = request, session, known, now
        self.today = oslo_date(now)
        self.standing: Standing | None = standing_of(known.pk) if known else None
        self.spare: Spare | None = (
            spare_now(session, now=now) if is_under_way(session, now) else None
        )

    def answer(self) -> HttpResponse:
        """Show the form, or take the person in."""
        if self.spare is None:
            messages.info(self.request, str(refusal(NotTodayError())[0]))
            return redirect("dayboard:board", self.session.pk)
        if self.request.method != "POST":
            return self._page(self._form(None))
        return self._posted(self._form(self.request.POST))

    def _posted(self, form: WalkInForm) -> HttpResponse:
        if not form.is_valid():
            return self._known_already(form) or self._page(form)
        if self.known and waiting_case_of(self.known.pk):
            form.add_error(None, _("En sak om personen venter på svar fra en lege."))
            return self._page(form)
        basis = self.standing or screened_by(form, now=self.now)
        stop = self._stop(basis)
        if stop is None:
            return self._take_in(form, basis)
        if self.request.POST.get(BUTTON) == CASE and stop.may_send and isinstance(basis, Screened):
            send_to_clinicians(self.request, form, basis, now=self.now)
            return redirect("dayboard:board", self.session.pk)
        return self._page(form, stop=stop)

    def lead_to(self, has: Appointment) -> HttpResponse:
        """Lead to the time the person has: here today, or another day."""
        if has.slot.session_id == self.session.pk:
            if has.status == Status.BOOKED:
                messages.info(self.request, _("Personen har time i dag. Registrer oppmøtet her."))
                return redirect("dayboard:arrive", self.session.pk, has.pk)
            return redirect("dayboard:person", self.session.pk, has.pk)
        if has.slot.session.clinic_id == self.session.clinic_id:
            messages.info(
                self.request,
                _("Personen har en time en annen dag. Avbestill den her, og ta så imot personen."),
            )
            return redirect("desk:time", self.session.clinic.slug, has.pk)
        messages.info(
            self.request,
            _("Personen har en time et annet sted. Be dem avbestille den først."),
        )
        return redirect("dayboard:walk_in", self.session.pk)

    def _form(self, data: QueryDict | None) -> WalkInForm:
        return WalkInForm(data, today=self.today, known=self.known, asks=self.standing is None)

    def _known_already(self, form: WalkInForm) -> HttpResponse | None:
        """Lead to what is known of somebody of whom only name and birth date were typed."""
        if self.known:
            return None
        found = found_by_name(self.request, form, clinic_id=self.session.clinic_id)
        return redirect("dayboard:walk_in_known", self.session.pk, found.pk) if found else None

    def _stop(self, basis: Screened | Standing) -> Stop | None:
        """Say why the person cannot have a spare dose today, by the same rules as elsewhere."""
        if isinstance(basis, Standing):
            decision, wanted = as_domain(basis.decision), basis.wanted
        else:
            decision = basis.decision
            if decision.outcome is not Outcome.ELIGIBLE or decision.course is None:
                return stop_of(decision)
            wanted = wanted_of(decision.course, decision.priority_group)
        return self._stop_for(wanted) or self._not_offered(decision, wanted)

    def _stop_for(self, wanted: Wanted) -> Stop | None:
        if wanted.earliest_on > self.today:
            return too_early(wanted.earliest_on)
        return whole_vial() if wanted.route == WHOLE_VIAL_ROUTE else None

    def _not_offered(self, decision: Decision, wanted: Wanted) -> Stop | None:
        """A second dose is given whatever groups are open; a first where the person's is."""
        if wanted.dose_number > 1 or wanted.group is None:
            return None
        offer = offer_of(decision, on=self.today)
        here = offer is not None and self.session.clinic in offer.clinics
        if here and wanted.group in self.session.offered_groups:
            return None
        return elsewhere(list(offer.clinics) if offer else [])

    def _take_in(self, form: WalkInForm, basis: Screened | Standing) -> HttpResponse:
        try:
            visit = take_in_walk_in(
                session_id=self.session.pk,
                caller=form.caller(),
                basis=basis,
                asked_by=self.request.user,
                by=self.request.actor,
                now=self.now,
            )
        except HasTimeError as error:
            return self.lead_to(error.appointment)
        except NoSpareDoseError as error:
            self.spare = spare_now(self.session, now=self.now)
            form.add_error(None, str(refusal(error)[0]))
            return self._page(form)
        except (NotTodayError, TooEarlyError, AlreadyBookedError) as error:
            form.add_error(None, str(refusal(error)[0]))
            return self._page(form)
        return redirect("dayboard:person", self.session.pk, visit.pk)

    def _page(self, form: WalkInForm, *, stop: Stop | None = None) -> HttpResponse:
        assert self.spare is not None
        first = "given_name" if not self.known else "symptomer" if form.asks else "id_seen"
        if not form.is_bound and first in form.fields:
            form.fields[first].widget.attrs["autofocus"] = True
        clinic = self.session.clinic
        if self.known:
            record(
                action="patient.read",
                by=self.request.actor,
                now=self.now,
                patient_id=self.known.pk,
            )
        context = {
            "session": self.session,
            "clinic": clinic,
            "known": self.known,
            "standing": self.standing,
            "form": form,
            "spare": spare_in_words(self.spare, self.session),
            "stop": stop,
            "may_decide": may(self.request.user, clinic.pk, Role.CLINICIAN, on=self.today),
            # Whoever has typed something is not met by an empty page when the dose is gone.
            "shows_form": bool(self.spare.number) or form.is_bound,
        }
        return render(self.request, "dayboard/walk_in.html", context)

"""The product's pages, and two more that only book."""

from uuid import UUID

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import get_token
from django.shortcuts import redirect
from django.urls import path
from django.utils import timezone

from appointments.domain.status import OCCUPYING, Status
from appointments.models import Appointment, ClinicSession
from appointments.services.booking import book
from audit.domain import Actor
from benchmarks.four_statements import numbers_of
from benchmarks.world import FIRST_CLINIC, uuid_of
from clinics.domain.calendar import oslo_date
from clinics.permissions import PUBLIC, access
from mpoxclinic.urls import handler404, handler500
from mpoxclinic.urls import urlpatterns as pages
from notifications.models import Message

__all__ = ["handler404", "handler500", "urlpatterns"]


def bare(request: HttpRequest) -> HttpResponse:
    """Make the same four statements as pgbench, and nothing else."""
    numbers = numbers_of(int(request.POST["n"]), int(request.POST["slots"]))
    now = timezone.now()
    with transaction.atomic():
        session = ClinicSession.objects.select_for_update(no_key=True).get(pk=numbers.session_id)
        list(
            Appointment.objects.filter(
                status__in=OCCUPYING, slot__session_id=session.pk
            ).values_list("slot_id", "seat", "slot__starts_at", "route")
        )
        booked = Appointment.objects.create(
            slot_id=numbers.slot_id,
            seat=numbers.seat,
            status=Status.BOOKED,
            date=oslo_date(now),
            dose_number=numbers.seat,
            route="intradermal",
            patient_id=uuid_of("patient", numbers.slot),
            decision_id=uuid_of("decision", numbers.slot),
            booked_at=now,
        )
        Message.objects.create(
            kind="booked",
            channel="sms",
            subject_id=booked.pk,
            clinic_id=numbers.clinic + FIRST_CLINIC,
            occasion="bench",
            due_at=now,
            created_at=now,
        )
    return redirect("/")


@access(PUBLIC)
def full(request: HttpRequest) -> HttpResponse:
    """Book through the product's service, behind the product's middleware and its CSRF check.

    GET hands out the token.
    """
    if request.method != "POST":
        return HttpResponse(f'name="csrfmiddlewaretoken" value="{get_token(request)}"')
    patient_id = UUID(request.POST["patient"])
    book(
        patient_id=patient_id,
        decision_id=UUID(request.POST["decision"]),
        slot_id=UUID(request.POST["slot"]),
        route="intradermal",
        dose_number=1,
        not_before=None,
        by=Actor.patient(patient_id),
        now=timezone.now(),
    )
    return redirect("/")


urlpatterns = [path("bench/bare/", bare), path("bench/full/", full), *pages]

"""Notes what staff have entered into the national register (R38)."""

from collections.abc import Iterable
from datetime import date, datetime
from uuid import UUID

from django.db import transaction

from audit.domain import Actor
from audit.services import record, record_many
from clinics.domain.calendar import oslo_date
from vaccinations.domain.registry import ReportKind, due_of
from vaccinations.models import Dose, RegistryReport
from vaccinations.selectors.registry import on_record


class NotRegisteredError(Exception):
    """The mark is not in force: taken back already, or never made."""


def mark_registered(
    *,
    clinic_id: int,
    doses: Iterable[tuple[UUID, ReportKind]],
    on: date,
    reference: str,
    by: Actor,
    now: datetime,
) -> int:
    """Note that doses, or that they are void, stand in the register; return how many were new.

    What is not due at the clinic any more is passed over: a second click, a colleague's, or a dose
    that was voided meanwhile. The doses are locked, so that two who mark, or void, take turns.
    """
    wanted = set(doses)
    with transaction.atomic():
        locked = list(
            Dose.objects.select_for_update(of=("self",), no_key=True)
            .filter(pk__in={dose_id for dose_id, _kind in wanted}, vial__clinic_id=clinic_id)
            .order_by("pk")
        )
        patients = {dose.pk: dose.patient_id for dose in locked}
        found = (due_of(dose, today=oslo_date(now)) for dose in on_record(locked))
        due = [one for one in found if one and (one.dose_id, one.kind) in wanted]
        RegistryReport.objects.bulk_create(
            RegistryReport(
                dose_id=one.dose_id,
                kind=one.kind,
                registered_on=on,
                reference=reference,
                by_id=int(by.id),
                at=now,
            )
            for one in due
        )
        for kind in ReportKind:
            record_many(
                action="dose.registered" if kind is ReportKind.GIVEN else "dose.void_registered",
                by=by,
                now=now,
                patients={patients[one.dose_id]: one.dose_id for one in due if one.kind is kind},
            )
    return len(due)


def take_back(*, report_id: UUID, by: Actor, now: datetime) -> None:
    """Take back a mark that was made by mistake: what it was about is due again.

    Raises NotRegisteredError.
    """
    with transaction.atomic():
        changed = RegistryReport.objects.filter(pk=report_id, taken_back_at=None).update(
            taken_back_at=now, taken_back_by=int(by.id)
        )
        if not changed:
            raise NotRegisteredError
        report = RegistryReport.objects.select_related("dose").get(pk=report_id)
        record(
            action="dose.registration_taken_back",
            by=by,
            now=now,
            patient_id=report.dose.patient_id,
            object_id=report.dose_id,
        )

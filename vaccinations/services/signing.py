"""Who may sign for a clinic: a clinician there, today, with a number in the health registry."""

from datetime import datetime

from audit.domain import Actor, ActorKind
from clinics.domain.calendar import oslo_date
from clinics.domain.roles import Role
from clinics.models import Staff
from clinics.selectors import roles_by_clinic


class NotAClinicianError(Exception):
    """Whoever signs is no clinician at the clinic today."""


class NoHprNumberError(Exception):
    """Whoever signs has no HPR number on their user."""


def signer(*, clinic_id: int, by: Actor, now: datetime) -> Staff:
    """Return the staff user who may sign. Raises NotAClinicianError, NoHprNumberError.

    A superuser has every page of the admin, but nobody's signature.
    """
    if by.kind != ActorKind.STAFF:
        raise NotAClinicianError
    staff = Staff.objects.filter(pk=int(by.id), is_active=True).first()
    if staff is None:
        raise NotAClinicianError
    held = roles_by_clinic(staff.pk, on=oslo_date(now)).get(clinic_id, set())
    if Role.CLINICIAN not in held:
        raise NotAClinicianError
    if not staff.hpr_number:
        raise NoHprNumberError
    return staff

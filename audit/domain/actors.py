"""Who acts: the words of the access log."""

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Self
from uuid import UUID


class ActorKind(StrEnum):
    """What kind of actor did it."""

    STAFF = "staff"
    PATIENT = "patient"
    SYSTEM = "system"


@dataclass(frozen=True)
class Actor:
    """Who acts, and for which clinic and role.

    ``id`` is the staff user's key for staff, the patient's for a patient, "" for the system.
    ``why`` is a code of ``audit.domain.why.Why`` once it is known what gives a member of staff a
    reason to be on a patient's pages, ``why_id`` what that is.
    """

    kind: ActorKind
    id: str = ""
    clinic_id: int | None = None
    role: str = ""
    why: str = ""
    why_id: UUID | None = None

    @classmethod
    def system(cls) -> Self:
        """The system acting by itself, for example a sweep."""
        return cls(kind=ActorKind.SYSTEM)

    @classmethod
    def patient(cls, patient_id: object = "") -> Self:
        """A patient acting on their own; no id before they have one."""
        return cls(kind=ActorKind.PATIENT, id=str(patient_id or ""))

    @classmethod
    def staff(cls, staff_id: int, *, clinic_id: int | None, role: str = "") -> Self:
        """A staff user acting at a clinic in a role."""
        return cls(kind=ActorKind.STAFF, id=str(staff_id), clinic_id=clinic_id, role=role)

    def because(self, why: str, why_id: UUID | None) -> Self:
        """Return the same actor with the reason for being on a patient's pages."""
        return replace(self, why=why, why_id=why_id)

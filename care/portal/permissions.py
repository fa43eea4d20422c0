"""Who may open a patient's own pages: only who has shown who they are, a short while ago."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from django.utils import timezone

from audit.domain import Actor
from clinics.domain.visitors import Visitor
from clinics.permissions import AccessRule, Verdict
from patients.permissions import keep_proof, proof_of, proved_person

# How long showing who one is counts for what cannot be taken back: until the page is opened, and
# until what was filled in there is sent.
TO_OPEN, TO_SEND = timedelta(minutes=10), timedelta(minutes=20)


class PatientRequest(HttpRequest):
    """A request that ``PROVED`` let through, for the annotations of views."""

    patient_id: UUID
    actor: Actor


class Proved(AccessRule):
    """The pages of the person that the visitor has shown to be; no address names one."""

    def check(self, request: HttpRequest, _kwargs: Mapping[str, Any], /) -> Verdict:
        """Allow with a proof that still holds; ``patient_id`` is the row that is kept."""
        now = timezone.now()
        proof = proof_of(request, now=now)
        patient_id = proved_person(proof) if proof else None
        if proof is None or patient_id is None:
            return Verdict.LOG_IN
        keep_proof(request, proof, now=now)
        request.patient_id = patient_id  # type: ignore[attr-defined]
        request.actor = Actor.patient(patient_id)  # type: ignore[attr-defined]
        return Verdict.ALLOW

    def grant(self, visitor: Visitor, /) -> str | None:
        """Grant it to the person themselves; no address names another."""
        return "" if visitor is Visitor.PROVED else None


class ProvedLately(Proved):
    """The same, for what whoever finds the phone lying open may not do: shown minutes ago."""

    def check(self, request: HttpRequest, kwargs: Mapping[str, Any], /) -> Verdict:
        """Lead whoever has not shown it lately to the door, and then back to the page."""
        now = timezone.now()
        proof = proof_of(request, now=now)
        counts = TO_SEND if request.method == "POST" else TO_OPEN
        if proof is not None and now >= proof.since + counts:
            return Verdict.LOG_IN
        return super().check(request, kwargs)


PROVED = Proved("the person, by ID-porten or an activated browser", log_in_at="portal:entry")
PROVED_LATELY = ProvedLately("the person, who has shown it minutes ago", log_in_at="portal:entry")

"""Where a browser is between its answers and a place on a waiting list.

What is typed on the way lies in the browser's encrypted draft, as on the way to a booking.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _

from appointments.permissions import remember_entry
from clinics.domain.calendar import oslo_date
from clinics.models import Clinic
from eligibility.services.offering import Offer, offer_of
from eligibility.services.screening import Screened, given_so_far, renew, screened
from patients.domain.contact import Contact
from patients.permissions import browser_key
from patients.services import drafts

DRAFT = "waiting"
STEPS = 4


@dataclass(frozen=True)
class WaitStep:
    """Where a browser is on the way to a list: what it answered and has filled in."""

    key: str
    screened: Screened
    offer: Offer
    draft: dict[str, Any]

    @property
    def clinic(self) -> Clinic | None:
        """The clinic that was chosen, while it can be."""
        chosen = self.draft.get("clinic")
        return next((clinic for clinic in self.offer.clinics if clinic.slug == chosen), None)

    @property
    def contact(self) -> Contact | None:
        """How to reach the person, once they have said."""
        kept = self.draft.get("contact")
        return Contact(**kept) if kept else None

    def keep(self, **changes: Any) -> None:
        """Keep what was filled in, and the answers with it, for half an hour from now."""
        draft = {name: value for name, value in self.draft.items() if name != "entry"}
        drafts.save(self.key, DRAFT, {**draft, **changes})
        renew(self.key)

    def keep_contact(self, contact: Contact) -> None:
        """Keep how to reach the person."""
        self.keep(contact={"channel": contact.channel, "address": contact.address})

    def keep_only_entry(self, entry_id: UUID) -> None:
        """Forget what was filled in; keep which entry came of it."""
        drafts.save(self.key, DRAFT, {"entry": str(entry_id)})


WaitView = Callable[..., HttpResponse]


def with_wait_step(view: WaitView) -> WaitView:
    """Give a view its step, or send the reader where the lost thread can be picked up."""

    @wraps(view)
    def wrapper(request: HttpRequest, **kwargs: Any) -> HttpResponse:
        now = timezone.now()
        key = browser_key(request)
        found = screened(key, now=now)
        if key is None or found is None:
            return to_the_entry(request) or _to_the_questions(request, key)
        offer = offer_of(found.decision, on=oslo_date(now))
        if offer is None:
            return redirect("eligibility:result")
        return view(request, WaitStep(key, found, offer, drafts.load(key, DRAFT)), **kwargs)

    return wrapper


def to_the_entry(request: HttpRequest) -> HttpResponse | None:
    """Lead to the place on a list that this browser has just got; None when it has not.

    The button was pressed twice, or the reader went back.
    """
    key = browser_key(request)
    entry_id = drafts.load(key, DRAFT).get("entry") if key else None
    if not entry_id:
        return None
    remember_entry(request, UUID(entry_id))
    return redirect("waiting:mine", entry_id=entry_id)


def _to_the_questions(request: HttpRequest, key: str | None) -> HttpResponse:
    if given_so_far(key):
        return redirect("eligibility:result")
    messages.info(request, _("Svar på noen spørsmål først, så finner vi riktig liste til deg."))
    return redirect("eligibility:landing")

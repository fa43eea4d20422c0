"""Where a browser is between a chosen time and a booking, and where to pick up a lost thread.

What is typed on the way lies in the browser's encrypted draft, not in the session: it is gone when
the browser is closed or after 30 minutes.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from appointments.forms.checkout import ContactForm, DetailsForm
from appointments.models import Appointment
from appointments.permissions import remember_opened
from appointments.selectors.mine import was_booked
from appointments.services.checkout import still_fits
from appointments.services.holding import current_hold
from eligibility.services.screening import Screened, screened
from patients.domain.contact import Contact
from patients.permissions import (
    browser_hash,
    browser_key,
    confirmed_contact,
    ensure_browser_key,
)
from patients.selectors import contact_proof
from patients.services import drafts

DRAFT = "checkout"


@dataclass(frozen=True)
class Step:
    """Where a browser is in the checkout: what it answered, holds and has filled in."""

    key: str
    screened: Screened
    held: Appointment
    draft: dict[str, Any]

    @property
    def contact(self) -> Contact | None:
        """How to reach the person, once they have said."""
        kept = self.draft.get("contact")
        return Contact(**kept) if kept else None

    @property
    def times_url(self) -> str:
        """The page of times, as it was when the time was chosen: week, days, times of day."""
        chosen_at: str = self.draft.get("times", "")
        slots = reverse("appointments:slots", args=[self.held.slot.session.clinic.slug])
        return chosen_at if chosen_at.partition("?")[0] == slots else slots

    def keep(self, **changes: Any) -> None:
        """Keep what was filled in."""
        drafts.save(self.key, DRAFT, {**self.draft, **changes})

    def keep_contact(self, contact: Contact) -> None:
        """Keep how to reach the person."""
        self.keep(contact=_as_dict(contact))

    def keep_only_booking(self) -> None:
        """Forget what was filled in; keep which appointment came of it."""
        drafts.save(self.key, DRAFT, _booking_of(self.held))

    def about_to_book(self) -> None:
        """Note what is being booked, so that a second press of the button finds it."""
        self.keep(**_booking_of(self.held))


StepView = Callable[[HttpRequest, Step], HttpResponse]


def with_step(view: StepView) -> Callable[[HttpRequest], HttpResponse]:
    """Give a view its step, or send the reader where the lost thread can be picked up."""

    @wraps(view)
    def wrapper(request: HttpRequest) -> HttpResponse:
        now = timezone.now()
        key = browser_key(request)
        answers = screened(key, now=now)
        if key is None or answers is None:
            return to_booking(request) or _to_the_questions(request)
        held = current_hold(browser_hash=browser_hash(request), now=now)
        if held is None:
            _keep_what_was_typed(request, key)
            return to_booking(request) or to_other_times(request)
        if not still_fits(held, answers.decision):
            messages.info(request, _("Svarene dine er endret. Se hva det betyr for deg."))
            return redirect("eligibility:result")
        return view(request, Step(key, answers, held, drafts.load(key, DRAFT)))

    return wrapper


def is_proved(request: HttpRequest, contact: Contact | None) -> bool:
    """Tell whether this visitor has proved a contact with a code."""
    return contact is not None and confirmed_contact(request) == contact_proof(contact)


def to_booking(request: HttpRequest) -> HttpResponse | None:
    """Lead to the appointment that this browser has just booked; None when it has not.

    The button was pressed twice, or the reader went back.
    """
    key = browser_key(request)
    booking = drafts.load(key, DRAFT).get("booking") if key else None
    if not booking or not was_booked(UUID(booking)):
        return None
    remember_opened(request, UUID(booking))
    return redirect("appointments:mine", appointment_id=booking)


def keep_times_url(request: HttpRequest) -> None:
    """Keep the address of the times that one was chosen from, for the way back to them."""
    key = ensure_browser_key(request)
    drafts.save(key, DRAFT, {**drafts.load(key, DRAFT), "times": request.get_full_path()})


def to_other_times(request: HttpRequest) -> HttpResponse:
    """Say that the place is not held any more, and show the times that it was chosen from."""
    words = _(
        "Vi holder ikke av timen lenger. Velg en tid på nytt. Det du har fylt ut, tar vi vare på."
    )
    messages.info(request, words)
    key = browser_key(request)
    chosen_at = drafts.load(key, DRAFT).get("times") if key else None
    return redirect(chosen_at or "appointments:clinics")


def _to_the_questions(request: HttpRequest) -> HttpResponse:
    messages.info(request, _("Det er gått en stund, så vi har slettet svarene dine."))
    return redirect("eligibility:landing")


def _keep_what_was_typed(request: HttpRequest, key: str) -> None:
    """Save the reader from typing again what was right, once there is a new time."""
    if request.method != "POST":
        return
    contact, names = ContactForm(request.POST), DetailsForm(request.POST)
    draft = drafts.load(key, DRAFT)
    if names.is_valid():
        drafts.save(key, DRAFT, {**draft, **names.cleaned_data})
    elif contact.is_valid():
        drafts.save(key, DRAFT, {**draft, "contact": _as_dict(contact.contact)})


def _as_dict(contact: Contact) -> dict[str, str]:
    return {"channel": contact.channel, "address": contact.address}


def _booking_of(held: Appointment) -> dict[str, str]:
    return {"booking": str(held.pk)}

"""Where a browser is between its answers and a case that is sent to a clinician.

What is typed on the way lies in the browser's encrypted draft, as on the way to a booking.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from appointments.permissions import remember_opened_case
from appointments.services.case_path import (
    ADULT_FROM,
    Place,
    Window,
    age_of,
    places_for,
    window_of,
)
from eligibility.domain.case_kinds import case_kind_of
from eligibility.domain.cases import CaseKind
from eligibility.services.screening import (
    ALONE_FROM_AGE,
    Screened,
    forget,
    given_so_far,
    renew,
    screened,
)
from patients.domain.contact import Contact
from patients.permissions import browser_key
from patients.services import drafts

DRAFT = "case"


@dataclass(frozen=True)
class CaseStep:
    """Where a browser is on the way to a clinician: what it answered and has filled in."""

    key: str
    screened: Screened
    kind: CaseKind
    places: list[Place]
    draft: dict[str, Any]

    @property
    def place(self) -> Place | None:
        """The clinic that was chosen, while it can be; the only one there is needs no choice."""
        if len(self.places) == 1:
            return self.places[0]
        chosen = self.draft.get("clinic")
        return next((place for place in self.places if place.clinic.slug == chosen), None)

    @property
    def contact(self) -> Contact | None:
        """How to reach the person, once they have said."""
        kept = self.draft.get("contact")
        return Contact(**kept) if kept else None

    @property
    def window(self) -> Window | None:
        """Until when a dose helps an exposed person."""
        return window_of(self.screened.decision)

    def keep(self, **changes: Any) -> None:
        """Keep what was filled in, and the answers with it, for half an hour from now."""
        drafts.save(self.key, DRAFT, {**self.draft, **changes})
        renew(self.key)

    def keep_only_case(self, case_id: UUID) -> None:
        """Forget the answers and what was filled in; keep which case came of it."""
        drafts.save(self.key, DRAFT, {"case": str(case_id)})
        forget(self.key)

    def keep_contact(self, contact: Contact) -> None:
        """Keep how to reach the person."""
        self.keep(contact={"channel": contact.channel, "address": contact.address})

    def context(self, **more: Any) -> dict[str, Any]:
        """Return what each page of the path shows: the window, and whom to call."""
        place = self.place or self.places[0]
        # A single clinic is not asked for, so the path is a page shorter.
        first = 1 if len(self.places) == 1 else 2
        return {
            "window": self.window,
            "clinic": place.clinic,
            "kind": self.kind,
            "contact_step": first,
            "code_step": first + 1,
            "details_step": first + 2,
            "total": first + 2,
            "is_minor": age_of(self.screened) < ADULT_FROM,
            **more,
        }


CaseView = Callable[[HttpRequest, CaseStep], HttpResponse]


def with_case_step(view: CaseView) -> Callable[[HttpRequest], HttpResponse]:
    """Give a view its step, or send the reader where the lost thread can be picked up."""

    @wraps(view)
    def wrapper(request: HttpRequest) -> HttpResponse:
        now = timezone.now()
        key = browser_key(request)
        found = screened(key, now=now)
        if key is None or found is None:
            return to_the_case(request) or _to_the_questions(request, key)
        kind, places = case_kind_of(found.decision), places_for(found.decision, now=now)
        if kind is None:
            return redirect("eligibility:result")
        if age_of(found) < ALONE_FROM_AGE or not places:
            return render(
                request,
                "cases/by_phone.html",
                {"window": window_of(found.decision), "clinics": [one.clinic for one in places]},
            )
        return view(request, CaseStep(key, found, kind, places, drafts.load(key, DRAFT)))

    return wrapper


def to_the_case(request: HttpRequest) -> HttpResponse | None:
    """Lead to the case that this browser has just sent; None when it has not.

    The button was pressed twice, or the reader went back.
    """
    key = browser_key(request)
    case_id = drafts.load(key, DRAFT).get("case") if key else None
    if not case_id:
        return None
    remember_opened_case(request, UUID(case_id))
    return redirect("cases:mine", case_id=case_id)


def _to_the_questions(request: HttpRequest, key: str | None) -> HttpResponse:
    if given_so_far(key):
        return redirect("eligibility:result")
    messages.info(request, _("Det er gått en stund, så vi har slettet svarene dine."))
    return redirect("eligibility:landing")

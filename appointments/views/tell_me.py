"""Being told when a place has times: asking, proving the contact, seeing it, leaving."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from appointments.forms.checkout import CodeForm
from appointments.forms.tell_me import TellMeForm
from appointments.permissions import OWN_INTEREST, remember_interest
from appointments.views.codes import ask_for_code, try_code
from appointments.views.links import Opened, follow
from clinics.domain.calendar import oslo_date
from clinics.permissions import PUBLIC, access
from clinics.selectors import clinic_by_slug
from eligibility.models import GroupInterest
from eligibility.services import interests
from eligibility.services.offering import Waiting, waiting_of
from eligibility.services.screening import given_so_far, renew, screened
from patients.domain.contact import Contact, mask
from patients.permissions import browser_key, confirmed_contact, ensure_browser_key
from patients.selectors import contact_proof
from patients.services import drafts

DRAFT = "tell_me"


def waiting_for(request: HttpRequest) -> Waiting | None:
    """Return what this browser's answers let it wait for; None for who needs no group's times."""
    now = timezone.now()
    found = screened(browser_key(request), now=now)
    return waiting_of(found.decision, on=oslo_date(now)) if found else None


@access(PUBLIC)
@never_cache
def ask(request: HttpRequest) -> HttpResponse:
    """Ask for place, contact and consent, and send a code to the contact."""
    waiting = waiting_for(request)
    if waiting is None:
        return _answer_first(request)
    posted = request.POST if request.method == "POST" else None
    form = TellMeForm(
        posted,
        clinics=[one.clinic for one in waiting.openings],
        initial={"clinic": request.GET.get("sted")},
    )
    if posted is not None and form.is_valid():
        contact, key = form.contact, ensure_browser_key(request)
        proved = confirmed_contact(request) == contact_proof(contact)
        if proved or ask_for_code(request, form):
            wish = {"channel": contact.channel, "address": contact.address}
            drafts.save(key, DRAFT, {**wish, "clinic": form.cleaned_data["clinic"]})
            renew(key)
            return redirect("appointments:tell_me_code")
    return render(
        request, "appointments/tell_me.html", {"form": form, "openings": waiting.openings}
    )


@access(PUBLIC)
@never_cache
def code(request: HttpRequest) -> HttpResponse:
    """Check the code, then keep the wish."""
    key = browser_key(request)
    kept = drafts.load(key, DRAFT) if key else {}
    waiting = waiting_for(request)
    if not kept or waiting is None:
        messages.info(request, _("Det er gått en stund. Begynn på nytt her."))
        return redirect("appointments:tell_me")
    contact = Contact(channel=kept["channel"], address=kept["address"])
    form = CodeForm(request.POST if request.method == "POST" else None)
    proved = confirmed_contact(request) == contact_proof(contact)
    if request.method == "POST" and (proved or try_code(request, form, contact=contact)):
        return _noted(request, contact, waiting, kept["clinic"])
    return render(
        request,
        "appointments/tell_me_code.html",
        {"form": form, "proved": proved, "masked": mask(contact)},
    )


@access(OWN_INTEREST)
@require_safe
@never_cache
def interest(request: HttpRequest, interest_id: UUID) -> HttpResponse:
    """Show what somebody waits for, with the way to a time and the way off the list."""
    found = get_object_or_404(GroupInterest.objects.select_related("clinic"), pk=interest_id)
    return render(
        request, "appointments/interest.html", {"interest": found, "clinic": found.clinic}
    )


@access(OWN_INTEREST)
@never_cache
def leave(request: HttpRequest, interest_id: UUID) -> HttpResponse:
    """Take the reader off the list; what was kept is gone."""
    if request.method == "POST":
        interests.leave(interest_id=interest_id, now=timezone.now())
    return redirect("appointments:interest", interest_id=interest_id)


@access(PUBLIC)
@require_safe
@never_cache
def link(request: HttpRequest, interest_token: str) -> HttpResponse:
    """Open what a link in a message is for; that changes nothing."""

    def opens(interest_id: UUID) -> Opened:
        remember_interest(request, interest_id)
        language = GroupInterest.objects.values_list("language", flat=True).get(pk=interest_id)
        return Opened(reverse("appointments:interest", args=[interest_id]), language or "")

    return follow(request, interest_token, purpose=interests.INTEREST_LINK, opens=opens)


def _noted(request: HttpRequest, contact: Contact, waiting: Waiting, slug: str) -> HttpResponse:
    clinic = clinic_by_slug(slug)
    if clinic is None:
        return redirect("appointments:tell_me")
    noted = interests.note_interest(
        clinic_id=clinic.pk,
        group=waiting.group,
        contact=contact,
        language=translation.get_language() or "nb",
        now=timezone.now(),
    )
    remember_interest(request, noted.pk)
    return redirect("appointments:interest", interest_id=noted.pk)


def _answer_first(request: HttpRequest) -> HttpResponse:
    if given_so_far(browser_key(request)):
        return redirect("eligibility:result")
    messages.info(request, _("Svar på noen spørsmål først, så vet vi hva vi skal si fra om."))
    return redirect(reverse("eligibility:landing"))

"""From a chosen time to a booking: contact, code, name, summary."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from appointments.forms.checkout import CodeForm, ContactForm, DetailsForm
from appointments.permissions import remember_opened
from appointments.services.booking import AlreadyBookedError, DoseGivenError, HoldExpiredError
from appointments.services.checkout import Checkout, book_held
from appointments.services.holding import release
from appointments.views.checkout_step import Step, is_proved, to_booking, to_other_times, with_step
from appointments.views.codes import ask_for_code, try_code
from clinics.permissions import PUBLIC, access
from clinics.templatetags.oslo_time import clock, day, numeric_day
from eligibility.services.screening import forget
from encryption.keys import keyed_hash
from limits.addresses import client_network
from limits.refusal import refuse
from limits.rules import BOOKING, count_one
from patients.domain.contact import Contact, mask
from patients.permissions import browser_hash
from patients.selectors import contact_hash


@access(PUBLIC)
@never_cache
@with_step
def contact(request: HttpRequest, step: Step) -> HttpResponse:
    """Ask how to reach the person, and send a code there."""
    kept = step.contact
    initial = {"channel": kept.channel, _field(kept): kept.address} if kept else {}
    form = ContactForm(request.POST if request.method == "POST" else None, initial=initial)
    if request.method == "POST" and form.is_valid():
        if is_proved(request, form.contact):
            step.keep_contact(form.contact)
            return redirect("appointments:summary")
        if ask_for_code(request, form):
            step.keep_contact(form.contact)
            return redirect("appointments:code")
    return render(
        request,
        "appointments/contact.html",
        {"form": form, "held": step.held, "back_url": step.times_url},
    )


@access(PUBLIC)
@never_cache
@with_step
def code(request: HttpRequest, step: Step) -> HttpResponse:
    """Check the code that was sent."""
    if step.contact is None:
        return redirect("appointments:contact")
    if is_proved(request, step.contact):
        return redirect("appointments:summary")
    form = CodeForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and try_code(request, form, contact=step.contact):
        return redirect("appointments:summary")
    return render(
        request,
        "appointments/code.html",
        {
            "form": form,
            "held": step.held,
            "masked": mask(step.contact),
            "back_url": reverse("appointments:contact"),
        },
    )


@access(PUBLIC)
@never_cache
@with_step
def details(request: HttpRequest, step: Step) -> HttpResponse:
    """Ask who comes."""
    if not is_proved(request, step.contact):
        return redirect("appointments:contact")
    form = DetailsForm(request.POST if request.method == "POST" else None, initial=step.draft)
    if request.method == "POST" and form.is_valid():
        step.keep(**form.cleaned_data)
        return redirect("appointments:summary")
    return render(
        request,
        "appointments/details.html",
        {"form": form, "held": step.held, "back_url": reverse("appointments:contact")},
    )


@access(PUBLIC)
@never_cache
@with_step
def summary(request: HttpRequest, step: Step) -> HttpResponse:
    """Show everything once more, and book. What is not filled in yet is asked for first."""
    if step.contact is None or not is_proved(request, step.contact):
        return redirect("appointments:contact")
    if "family_name" not in step.draft:
        return redirect("appointments:details")
    if request.method == "POST":
        if request.POST.get("seen") == _what_is_seen(step):
            return _book(request, step, step.contact)
        messages.info(request, _("Noe er endret siden sist. Se over en gang til før du bestiller."))
        return redirect("appointments:summary")
    start = step.held.slot.starts_at
    return render(
        request,
        "appointments/summary.html",
        {
            "rows": _rows(step, step.contact),
            "seen": _what_is_seen(step),
            "held": step.held,
            "back_url": reverse("appointments:details"),
            "button": _("Bestill %(day)s kl. %(clock)s")
            % {"day": day(start), "clock": clock(start)},
        },
    )


def _book(request: HttpRequest, step: Step, contact: Contact) -> HttpResponse:
    checkout = Checkout(
        given_name=step.draft["given_name"],
        family_name=step.draft["family_name"],
        contact=contact,
        language=translation.get_language() or "nb",
        interpreter=step.draft.get("interpreter", ""),
    )
    browser, now = browser_hash(request), timezone.now()
    wait = count_one(
        BOOKING,
        contact=contact_hash(contact),
        browser=browser,
        address=client_network(request),
    )
    if wait:
        return refuse(request, wait)
    step.about_to_book()
    try:
        appointment = book_held(checkout, screened=step.screened, browser_hash=browser, now=now)
    except HoldExpiredError:
        return to_booking(request) or to_other_times(request)
    except DoseGivenError:
        phone = step.held.slot.session.clinic.phone
        words = _("Du har vært hos oss før. Ring oss på %(phone)s, så finner vi riktig time.")
        messages.info(request, words % {"phone": phone})
    except AlreadyBookedError:
        messages.info(request, _("Du har en time fra før. Her kan du se eller endre den."))
    else:
        step.keep_only_booking()
        forget(step.key)
        remember_opened(request, appointment.pk)
        messages.success(request, _("Timen er bestilt."))
        return redirect("appointments:mine", appointment_id=appointment.pk)
    release(browser_hash=browser, now=now)
    return redirect("appointments:list")


def _rows(step: Step, contact: Contact) -> list[dict[str, str]]:
    session = step.held.slot.session
    start = step.held.slot.starts_at
    slots = step.times_url
    rows = [
        {
            "label": _("Tid"),
            "value": _("%(day)s kl. %(clock)s") % {"day": day(start), "clock": clock(start)},
            "url": slots,
        },
        {
            "label": _("Sted"),
            "value": f"{session.clinic.discreet_name}, {session.clinic.street}",
            "url": reverse("appointments:clinics"),
        },
        {"label": _("Pris"), "value": session.clinic.fee, "url": ""},
        {
            "label": _("Navn"),
            "value": f"{step.draft['given_name']} {step.draft['family_name']}",
            "url": reverse("appointments:details"),
        },
        {
            "label": _("Fødselsdato"),
            "value": numeric_day(step.screened.answers.date_of_birth),
            "url": reverse("eligibility:step", args=["fodselsdato"]),
        },
        {
            "label": _("Beskjeder til"),
            "value": contact.address,
            "url": reverse("appointments:contact"),
        },
        {
            "label": _("Tolk"),
            "value": step.draft.get("interpreter", ""),
            "url": reverse("appointments:details"),
        },
    ]
    return [row for row in rows if row["value"]]


def _what_is_seen(step: Step) -> str:
    """Sum up what the reader agrees to: another tab may have changed it meanwhile."""
    contact = step.contact
    assert contact is not None
    seen = (
        str(step.held.pk),
        step.draft["given_name"],
        step.draft["family_name"],
        step.draft.get("interpreter", ""),
        step.screened.answers.date_of_birth.isoformat(),
        contact.address,
    )
    return keyed_hash("summary", "\0".join(seen))


def _field(contact: Contact) -> str:
    return "phone" if contact.channel == "sms" else "email"

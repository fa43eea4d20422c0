"""How a person is reached, corrected by the person: a new contact counts once it is proved."""

from math import ceil

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from care.portal.contact_forms import AddressForm, ChannelForm, CodeForm, EmailForm, PhoneForm
from care.portal.permissions import PROVED, PROVED_LATELY, PatientRequest
from care.services.new_contact import exchange_contact
from clinics.permissions import access
from limits.addresses import client_network
from limits.refusal import mark_refused
from patients.domain.contact import Contact, mask
from patients.permissions import browser_hash, ensure_browser_key
from patients.selectors import person_of
from patients.services import drafts
from patients.services.code_messages import CodeNotSentError
from patients.services.codes import (
    CodeExpiredError,
    TooManyCodesError,
    WrongCodeError,
    check_code,
    send_code,
)
from patients.services.contacting import set_channel
from patients.services.registration import ContactMissingError

DRAFT = "new_contact"
FORMS: dict[str, type[AddressForm]] = {"sms": PhoneForm, "email": EmailForm}


@access(PROVED)
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def contact(request: PatientRequest) -> HttpResponse:
    """Show how the person is reached; change the channel and the language."""
    person = person_of(request.patient_id)
    form = ChannelForm(request.POST if request.method == "POST" else None, person=person)
    if request.method == "POST" and form.is_valid():
        try:
            set_channel(
                patient_id=person.pk,
                contact_by=form.cleaned_data["contact_by"],
                language=form.cleaned_data["language"],
                by=request.actor,
                now=timezone.now(),
            )
        except ContactMissingError:  # taken away since the page was shown
            form.add_error("contact_by", _("Velg en av dem"))
        else:
            messages.success(request, _("Endringen er lagret."))
            return redirect("portal:contact")
    return render(request, "portal/contact.html", {"person": person, "form": form})


@access(PROVED_LATELY)
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def new_contact(request: PatientRequest, channel: str) -> HttpResponse:
    """Ask for a new number or address, and send a code there."""
    form = FORMS[channel](request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid() and _ask_for_code(request, form):
        kept = {"channel": channel, "address": form.contact.address, "of": str(request.patient_id)}
        drafts.save(ensure_browser_key(request), DRAFT, kept)
        return redirect("portal:contact_code")
    return render(request, "portal/new_contact.html", {"form": form, "channel": channel})


@access(PROVED_LATELY)
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def contact_code(request: PatientRequest) -> HttpResponse:
    """Check the code; then the new contact counts, and the old one is told."""
    key = ensure_browser_key(request)
    kept = drafts.load(key, DRAFT)
    if kept.get("of") != str(request.patient_id):
        messages.info(request, _("Det er gått en stund. Be om en ny kode her."))
        return redirect("portal:contact")
    new = Contact(kept["channel"], kept["address"])
    form = CodeForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid() and _is_right(request, form, new):
        links_end = exchange_contact(
            patient_id=request.patient_id, contact=new, by=request.actor, now=timezone.now()
        )
        drafts.forget(key, DRAFT)
        messages.success(request, _("Endringen er lagret."))
        if links_end:
            words = _("Lenker i tidligere meldinger og kalenderabonnement virker ikke lenger.")
            messages.info(request, words)
        return redirect("portal:contact")
    context = {"form": form, "masked": mask(new), "channel": new.channel}
    return render(request, "portal/contact_code.html", context)


def _ask_for_code(request: PatientRequest, form: AddressForm) -> bool:
    """Send a code to the contact in a valid form; on refusal put the reason on the form."""
    try:
        send_code(
            contact=form.contact,
            browser=browser_hash(request),
            language=translation.get_language() or "nb",
            now=timezone.now(),
            address=client_network(request),
        )
    except TooManyCodesError as error:
        mark_refused(request, error.retry_after)
        minutes = max(1, ceil(error.retry_after / 60))
        words = ngettext(
            "Det er sendt mange koder. Prøv igjen om %(minutes)d minutt.",
            "Det er sendt mange koder. Prøv igjen om %(minutes)d minutter.",
            minutes,
        )
        form.add_error(None, words % {"minutes": minutes})
        return False
    except CodeNotSentError:
        form.add_error(None, _("Vi får ikke sendt koden akkurat nå. Prøv igjen om litt."))
        return False
    return True


def _is_right(request: PatientRequest, form: CodeForm, new: Contact) -> bool:
    code, browser = form.cleaned_data["code"], browser_hash(request)
    try:
        check_code(contact=new, browser=browser, code=code, now=timezone.now())
    except CodeExpiredError:
        form.add_error("code", _("Koden gjelder ikke lenger. Gå tilbake og få en ny."))
        return False
    except WrongCodeError as error:
        words = ngettext(
            "Koden er feil. Du har %(left)d forsøk igjen.",
            "Koden er feil. Du har %(left)d forsøk igjen.",
            error.attempts_left,
        )
        none_left = _("Koden er feil, og du har brukt alle forsøkene. Gå tilbake og få en ny.")
        form.add_error(
            "code", words % {"left": error.attempts_left} if error.attempts_left else none_left
        )
        return False
    return True

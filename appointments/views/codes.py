"""Sending and checking one-time codes, with their refusals in words."""

from math import ceil

from django.http import HttpRequest
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from appointments.forms.checkout import CodeForm, ContactForm
from encryption.keys import keyed_hash
from limits.addresses import client_network
from limits.counting import Limit, count
from limits.refusal import mark_refused
from patients.domain.contact import Contact
from patients.permissions import browser_hash, confirm_contact, ensure_browser_key
from patients.selectors import contact_hash, contact_proof
from patients.services import drafts
from patients.services.code_messages import CodeNotSentError
from patients.services.codes import (
    CodeExpiredError,
    TooManyCodesError,
    WrongCodeError,
    check_code,
    send_code,
)

# A button pressed twice: no second code is sent, and the right code stays right.
PRESSED_TWICE_SECONDS = 5
ACCEPTED, ACCEPTED_SECONDS = "accepted", 60


def ask_for_code(request: HttpRequest, form: ContactForm) -> bool:
    """Send a code to the contact in a valid form; on refusal put the reason on the form."""
    browser = browser_hash(request)
    just_sent = Limit(f"code:again:{browser}:{contact_hash(form.contact)}", 1)
    if count([just_sent], seconds=PRESSED_TWICE_SECONDS):
        return True
    try:
        send_code(
            contact=form.contact,
            browser=browser,
            language=translation.get_language() or "nb",
            now=timezone.now(),
            address=client_network(request),
        )
    except TooManyCodesError as error:
        mark_refused(request, error.retry_after)
        minutes = max(1, ceil(error.retry_after / 60))
        form.add_error(
            None,
            ngettext(
                "Det er sendt mange koder. Prøv igjen om %(minutes)d minutt.",
                "Det er sendt mange koder. Prøv igjen om %(minutes)d minutter.",
                minutes,
            )
            % {"minutes": minutes},
        )
        return False
    except CodeNotSentError:
        form.add_error(None, _("Vi får ikke sendt koden akkurat nå. Prøv igjen om litt."))
        return False
    return True


def try_code(request: HttpRequest, form: CodeForm, *, contact: Contact) -> bool:
    """Check a code; when it is right, this browser has proved the contact."""
    if not form.is_valid():
        return False
    code = form.cleaned_data["code"]
    try:
        check_code(contact=contact, browser=browser_hash(request), code=code, now=timezone.now())
    except CodeExpiredError:
        if not _just_accepted(request, contact, code):
            form.add_error("code", _("Koden gjelder ikke lenger. Gå tilbake og få en ny."))
            return False
    except WrongCodeError as error:
        form.add_error("code", _wrong_code(error.attempts_left))
        return False
    _note_accepted(request, contact, code)
    confirm_contact(request, contact_proof(contact))
    return True


def _wrong_code(attempts_left: int) -> str:
    if not attempts_left:
        return _("Koden er feil, og du har brukt alle forsøkene. Gå tilbake og få en ny.")
    words = ngettext(
        "Koden er feil. Du har %(left)d forsøk igjen.",
        "Koden er feil. Du har %(left)d forsøk igjen.",
        attempts_left,
    )
    return words % {"left": attempts_left}


def _note_accepted(request: HttpRequest, contact: Contact, code: str) -> None:
    proof = {"proof": _proof(contact, code)}
    drafts.save(ensure_browser_key(request), ACCEPTED, proof, seconds=ACCEPTED_SECONDS)


def _just_accepted(request: HttpRequest, contact: Contact, code: str) -> bool:
    """Tell whether this browser gave this very code a moment ago: it was sent in twice.

    The first answer, with the new session in it, may never have reached the browser. A wrong guess
    ends it.
    """
    key = ensure_browser_key(request)
    same = drafts.load(key, ACCEPTED).get("proof") == _proof(contact, code)
    if not same:
        drafts.forget(key, ACCEPTED)
    return same


def _proof(contact: Contact, code: str) -> str:
    return keyed_hash("accepted code", f"{contact_hash(contact)}\0{code}")

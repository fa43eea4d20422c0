"""Finding one's own appointment again, by a code to the phone or e-mail address it was booked with.

The answer is the same whether or not there is one.
"""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from appointments.forms.checkout import CodeForm, FindForm
from appointments.views.codes import ask_for_code, try_code
from clinics.permissions import PUBLIC, access
from patients.domain.contact import Contact, mask
from patients.permissions import browser_key, confirmed_contact, ensure_browser_key
from patients.selectors import contact_proof
from patients.services import drafts

DRAFT = "find"


@access(PUBLIC)
@never_cache
def find(request: HttpRequest) -> HttpResponse:
    """Ask for the phone number or e-mail address, and send a code there."""
    form = FindForm(request.POST if request.method == "POST" else None)
    key = ensure_browser_key(request)
    if request.method == "POST" and form.is_valid():
        contact = form.contact
        if confirmed_contact(request) == contact_proof(contact):
            return redirect("appointments:list")
        if ask_for_code(request, form):
            drafts.save(key, DRAFT, {"channel": contact.channel, "address": contact.address})
            return redirect("appointments:find_code")
    return render(request, "appointments/find.html", {"form": form})


@access(PUBLIC)
@never_cache
def find_code(request: HttpRequest) -> HttpResponse:
    """Check the code, then show the appointments."""
    key = browser_key(request)
    kept = drafts.load(key, DRAFT) if key else {}
    if not kept:
        messages.info(request, _("Det er gått en stund. Be om en ny kode her."))
        return redirect("appointments:find")
    contact = Contact(**kept)
    if confirmed_contact(request) == contact_proof(contact):
        return redirect("appointments:list")
    form = CodeForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and try_code(request, form, contact=contact):
        return redirect("appointments:list")
    return render(
        request,
        "appointments/code.html",
        {"form": form, "masked": mask(contact), "back_url": reverse("appointments:find")},
    )

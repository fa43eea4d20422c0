"""A person takes their data with them, withdraws from the offer, or has it deleted."""

import json
from datetime import datetime

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from audit.services import record as note
from care.portal.door import forget_secret
from care.portal.export import as_json
from care.portal.leaving_form import SureForm
from care.portal.leaving_words import kept_in_words, removed_in_words
from care.portal.log import entries_of
from care.portal.log import in_words as log_in_words
from care.portal.paper import as_pdf
from care.portal.permissions import PROVED, PROVED_LATELY, PatientRequest
from care.portal.record import in_words
from care.services.erasure import AtTheClinicError, BusyError, erase, preview
from care.services.own_data import own_data
from care.services.withdrawal import is_at_the_clinic, what_is_coming, withdraw
from clinics.permissions import PUBLIC, access
from patients.permissions import browser_key, forget_identity
from patients.services import drafts

# In the session of whoever has just had their data deleted: "whole", or "journal" where that stays.
_DELETED = "deleted"


@access(PROVED_LATELY)
@require_http_methods(["GET", "HEAD"])
@never_cache
def download(request: PatientRequest) -> HttpResponse:
    """Say what the two files are."""
    return render(request, "portal/download.html")


@access(PROVED_LATELY)
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def download_json(request: PatientRequest) -> HttpResponse:
    """Hand out everything as JSON; a GET leads to the page that offers it."""
    if request.method != "POST":
        return redirect("portal:download")
    now = timezone.now()
    data = own_data(request.patient_id)
    log = log_in_words(entries_of(request.patient_id))
    text = json.dumps(as_json(data, log, now=now), ensure_ascii=False, indent=2)
    return _file(request, text, "json", "application/json; charset=utf-8", now=now)


@access(PROVED_LATELY)
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def download_pdf(request: PatientRequest) -> HttpResponse:
    """Hand out everything as a PDF in the reader's language; a GET leads to its button."""
    if request.method != "POST":
        return redirect("portal:download")
    now = timezone.now()
    found = in_words(own_data(request.patient_id), now=now)
    paper = as_pdf(found, log_in_words(entries_of(request.patient_id)), now=now)
    return _file(request, paper, "pdf", "application/pdf", now=now)


@access(PROVED)
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def stop(request: PatientRequest) -> HttpResponse:
    """Say what withdrawing does, then do it."""
    if request.method == "POST":
        try:
            withdraw(patient_id=request.patient_id, by=request.actor, now=timezone.now())
        except AtTheClinicError:
            messages.info(request, _at_the_clinic())
            return redirect("portal:stop")
        messages.success(request, _("Du har trukket deg. Alt som var avtalt, er avbestilt."))
        return redirect("portal:home")
    context = {
        "coming": what_is_coming(request.patient_id),
        "is_here": is_at_the_clinic(request.patient_id, now=timezone.now()),
    }
    return render(request, "portal/stop.html", context)


@access(PROVED_LATELY)
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def delete(request: PatientRequest) -> HttpResponse:
    """Say what is deleted and what must be kept, then do just that."""
    form = SureForm(request.POST if request.method == "POST" else None)
    if request.method != "POST" or not form.is_valid():
        return _ask(request, form)
    try:
        plan = erase(patient_id=request.patient_id, by=request.actor, now=timezone.now())
    except (AtTheClinicError, BusyError) as error:
        here = isinstance(error, AtTheClinicError)
        again = _("Noe ble endret samtidig. Prøv igjen.")
        messages.info(request, _at_the_clinic() if here else again)
        return redirect("portal:delete")
    key = browser_key(request)
    if key:
        drafts.forget(key)
    forget_identity(request)
    request.session.flush()
    request.session[_DELETED] = "whole" if plan.whole else "journal"
    response = redirect("portal:deleted")
    if plan.whole:
        forget_secret(response)
    return response


@access(PUBLIC)
@require_safe
@never_cache
def deleted(request: HttpRequest) -> HttpResponse:
    """Say that it is done; whoever has had nothing deleted here is led to the door."""
    what = request.session.get(_DELETED)
    if what is None:
        return redirect("portal:entry")
    return render(request, "portal/deleted.html", {"whole": what == "whole"})


def _ask(request: PatientRequest, form: SureForm) -> HttpResponse:
    plan = preview(request.patient_id)
    context = {
        "form": form,
        "plan": plan,
        "removed": removed_in_words(plan),
        "kept": kept_in_words(plan),
        "coming": what_is_coming(request.patient_id),
        "is_here": is_at_the_clinic(request.patient_id, now=timezone.now()),
    }
    return render(request, "portal/delete.html", context)


def _at_the_clinic() -> str:
    return _("Du er registrert som møtt. Si fra til den som tar imot deg, eller vent til etterpå.")


def _file(
    request: PatientRequest, content: str | bytes, kind: str, media_type: str, *, now: datetime
) -> HttpResponse:
    """Answer with a file whose name says nothing, and note that it was handed out."""
    note(
        action="own_data.downloaded",
        by=request.actor,
        now=now,
        patient_id=request.patient_id,
        reason=kind,
    )
    response = HttpResponse(content, content_type=media_type)
    response["Content-Disposition"] = f'attachment; filename="opplysninger.{kind}"'
    return response

"""The code from the visit, once; after that the PIN of this browser."""

from math import ceil

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from care.portal.door import (
    browser_secret,
    forget_secret,
    hand_secret,
    page_after,
    take_token,
    wanted_page,
)
from care.portal.forms import ActivateForm, PinForm
from clinics.domain.calendar import oslo_date
from clinics.permissions import PUBLIC, access
from limits.addresses import client_network
from limits.refusal import mark_refused
from patients.domain.browser_names import browser_name
from patients.permissions import browser_hash, prove_identity
from patients.services import activations
from patients.services.activations import (
    Activated,
    ActivationRefusedError,
    BrowserEndedError,
    TooManyAttemptsError,
    WrongPinError,
    known_browser,
)


@access(PUBLIC)
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def activate(request: HttpRequest) -> HttpResponse:
    """Use the code, and let this browser in from now on."""
    now = timezone.now()
    sent = request.POST if request.method == "POST" else None
    form = ActivateForm(sent, today=oslo_date(now))
    if sent is not None and form.is_valid():
        try:
            came = activations.activate(
                code=form.cleaned_data["code"],
                born=form.cleaned_data["birth_date"],
                pin=form.cleaned_data["pin"],
                name=browser_name(request.headers.get("User-Agent", "")),
                browser=browser_hash(request),
                address=client_network(request),
                now=now,
            )
        except ActivationRefusedError:
            form.add_error(
                None,
                _(
                    "Koden og fødselsdatoen passer ikke sammen, eller koden er brukt eller for "
                    "gammel. Se på lappen igjen. Hjelper ikke det, kan du få en ny på neste besøk."
                ),
            )
        except TooManyAttemptsError as error:
            mark_refused(request, error.retry_after)
            form.add_error(None, _wait(error))
        else:
            return _let_in(request, came)
    return render(request, "portal/activate.html", {"form": form})


@access(PUBLIC)
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def open_again(request: HttpRequest) -> HttpResponse:
    """Ask for the PIN of an activated browser."""
    now, secret = timezone.now(), browser_secret(request)
    if known_browser(secret, now=now) is None:
        return redirect("portal:entry")
    form = PinForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            came = activations.open_again(
                secret=secret,
                pin=form.cleaned_data["pin"],
                browser=browser_hash(request),
                address=client_network(request),
                now=now,
            )
        except WrongPinError as error:
            if not error.attempts_left:
                return _ended(request)
            form.add_error("pin", _wrong_pin(error.attempts_left))
        except BrowserEndedError:
            return _ended(request)
        except TooManyAttemptsError as error:
            mark_refused(request, error.retry_after)
            form.add_error(None, _wait(error))
        else:
            return _let_in(request, came)
    return render(request, "portal/pin.html", {"form": form})


def _let_in(request: HttpRequest, came: Activated) -> HttpResponse:
    prove_identity(
        request,
        came.patient_id,
        how="activation",
        now=timezone.now(),
        activated_id=came.browser_id,
    )
    take_token(request)  # of somebody who was here before
    response = HttpResponseRedirect(page_after(wanted_page(request)))
    hand_secret(response, came.secret)
    return response


def _ended(request: HttpRequest) -> HttpResponse:
    response = render(request, "portal/browser_ended.html", status=403)
    forget_secret(response)
    return response


def _wrong_pin(attempts_left: int) -> str:
    words = ngettext(
        "PIN-koden er feil. Du har %(left)d forsøk igjen.",
        "PIN-koden er feil. Du har %(left)d forsøk igjen.",
        attempts_left,
    )
    return words % {"left": attempts_left}


def _wait(error: TooManyAttemptsError) -> str:
    minutes = max(1, ceil(error.retry_after / 60))
    words = ngettext(
        "Det er prøvd mange ganger. Prøv igjen om %(minutes)d minutt.",
        "Det er prøvd mange ganger. Prøv igjen om %(minutes)d minutter.",
        minutes,
    )
    return words % {"minutes": minutes}

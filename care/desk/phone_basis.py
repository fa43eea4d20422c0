"""What the page of the phone, and that of those who come without a time, make of their form."""

from datetime import datetime

from django.contrib import messages
from django.http import HttpRequest
from django.utils.translation import gettext as _

from care.desk.phone_form import PhoneForm
from care.services.known_people import same_person
from care.services.phone_booking import send_case_by_phone
from clinics.permissions import StaffRequest
from eligibility.services.cases import CaseWaitingError
from eligibility.services.screening import Screened, judge
from patients.models import Patient


def found_by_name(request: HttpRequest, form: PhoneForm, *, clinic_id: int) -> Patient | None:
    """Return whom a clinic knows by the name and birth date that were typed, and say so.

    None when nobody is known, or when more is wrong with the form than missing answers.
    """
    if not form.lacks_only_answers:
        return None
    typed = form.cleaned_data
    found = same_person(
        clinic_id,
        given_name=typed["given_name"],
        family_name=typed["family_name"],
        born=typed["birth_date"],
        contact=None,
    )
    if found is not None:
        messages.info(
            request,
            _(
                "Personen er her fra før. Se over mobil, tolk og skjermet adresse: "
                "det du skrev nå, er ikke tatt med."
            ),
        )
    return found


def screened_by(form: PhoneForm, *, now: datetime) -> Screened:
    """Judge the answers of a valid form."""
    assert form.told is not None
    found = judge(form.told.given, declined=form.told.declined, now=now)
    assert found is not None, "the form has asked what is left"
    return found


def send_to_clinicians(
    request: StaffRequest, form: PhoneForm, screened: Screened, *, now: datetime
) -> None:
    """Send what a valid form tells to the clinicians here, once, and say so."""
    assert form.told is not None
    try:
        send_case_by_phone(
            caller=form.caller(),
            screened=screened,
            given=form.told.given,
            asked_by=request.user,
            by=request.actor,
            now=now,
        )
    except CaseWaitingError:
        messages.info(request, _("Personen har en sak som venter på legene fra før."))
    else:
        messages.success(request, _("Saken er sendt til legene her."))

"""The note that a person takes along: what was given, when, what is normal, and whom to call."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from care.dayboard.note_sent import note_sent
from care.dayboard.permissions import ON_PERSON
from care.dayboard.views.arrivals import record_opened, visit_or_404
from care.services.visit_note import NoChannelError, NothingGivenError, send_note
from clinics.permissions import StaffRequest, access
from eligibility.rule_words import words_of
from vaccinations.models import Dose

# In the address: another language than that of the person's messages.
LANGUAGE = "sprak"
NORMAL = ("R24", "R47")
IN_THE_SKIN = "R45"
CALL = ("R42", "R46")


@access(ON_PERSON)
@require_safe
@never_cache
def note(request: StaffRequest, session_id: UUID, appointment_id: UUID) -> HttpResponse:
    """Show the note as it is printed, in the person's language unless another is chosen."""
    now = timezone.now()
    visit = visit_or_404(appointment_id, now=now)
    dose = visit.appointment.dose
    if dose is None:
        return redirect("dayboard:person", session_id, appointment_id)
    record_opened(request, visit, now=now)
    offered = dict(settings.LANGUAGES)
    language = request.GET.get(LANGUAGE, "")
    if language not in offered:
        language = visit.patient.language
    normal = [*NORMAL, *([IN_THE_SKIN] if dose.route == Dose.Route.INTRADERMAL else [])]
    with translation.override(language):
        route, site = dose.get_route_display(), dose.get_site_display()
        context: dict[str, Any] = {
            "visit": visit,
            "session": visit.appointment.slot.session,
            "clinic": visit.appointment.slot.session.clinic,
            "dose": dose,
            "route": str(route),
            "site": str(site),
            "language": language,
            "languages": list(offered.items()),
            "normal": _in_words(normal),
            "call": _in_words(CALL),
        }
    context["sent"] = note_sent(dose, visit.patient)
    return render(request, "dayboard/note.html", context)


@access(ON_PERSON)
@never_cache
def send(request: StaffRequest, session_id: UUID, appointment_id: UUID) -> HttpResponse:
    """Send the note's discreet edition to the person, once."""
    now = timezone.now()
    visit = visit_or_404(appointment_id, now=now)
    if request.method == "POST" and visit.appointment.dose is not None:
        try:
            send_note(dose_id=visit.appointment.dose.pk, by=request.actor, now=now)
        except NoChannelError:
            messages.warning(
                request, _("Personen får ikke meldinger fra oss. Skriv ut lappen i stedet.")
            )
        except NothingGivenError:
            messages.warning(request, _("Registreringen er annullert. Lappen er ikke sendt."))
    return redirect("dayboard:note", session_id, appointment_id)


def _in_words(rules: Iterable[str]) -> list[tuple[str, str]]:
    """Say what rules tell the person, in the language that is active."""
    return [(str(words_of(rule).title), str(words_of(rule).text)) for rule in rules]

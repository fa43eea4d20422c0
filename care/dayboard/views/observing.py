"""People under observation: they are let go, or something happens."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from appointments.domain.observing import minutes_left
from appointments.services.observing import (
    NotObservedError,
    ReactionUnderWayError,
    ReleasedAlreadyError,
    TooEarlyToReleaseError,
    TooLateToUndoReleaseError,
    release,
    undo_release,
)
from care.dayboard.display import display_of
from care.dayboard.permissions import ON_PERSON
from care.dayboard.views.arrivals import record_opened, visit_or_404
from care.services.reactions import start_anaphylaxis
from clinics.permissions import StaffRequest, access
from clinics.templatetags.oslo_time import clock

# In the form: the reader knows that the time is not over.
EARLY = "for_tiden"


@access(ON_PERSON)
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def let_go(request: StaffRequest, session_id: UUID, appointment_id: UUID) -> HttpResponse:
    """Let a person go; before the time is over, ask first."""
    now = timezone.now()
    visit = visit_or_404(appointment_id, now=now)
    appointment = visit.appointment
    if request.method != "POST":
        until = appointment.observe_until
        if until is None or until <= now or appointment.released_at is not None:
            return redirect("dayboard:person", session_id, appointment_id)
    else:
        try:
            release(
                appointment_id=appointment_id,
                by=request.actor,
                now=now,
                early=EARLY in request.POST,
            )
        except TooEarlyToReleaseError:
            pass  # ask, below
        except ReactionUnderWayError as error:
            messages.warning(request, _("En reaksjon pågår. Avslutt akuttarket først."))
            slug = appointment.slot.session.clinic.slug
            return redirect("desk:reaction", slug, error.reaction_id)
        except (ReleasedAlreadyError, NotObservedError) as error:
            messages.info(request, _refusal(error, visit.appointment.released_at))
            return redirect("dayboard:person", session_id, appointment_id)
        else:
            name = {"name": display_of(request).name_of(visit.patient)}
            messages.success(request, _("%(name)s er ferdig observert.") % name)
            return redirect("dayboard:board", session_id)
    assert appointment.observe_until is not None
    record_opened(request, visit, now=now)
    context = {
        "visit": visit,
        "session": appointment.slot.session,
        "now": now,
        "minutes_left": minutes_left(appointment.observe_until, now),
        "early": EARLY,
    }
    return render(request, "dayboard/release.html", context)


@access(ON_PERSON)
def take_back(request: StaffRequest, session_id: UUID, appointment_id: UUID) -> HttpResponse:
    """Take a person back under observation who was let go by mistake."""
    if request.method != "POST":
        return redirect("dayboard:person", session_id, appointment_id)
    try:
        undo_release(appointment_id=appointment_id, by=request.actor, now=timezone.now())
    except (TooLateToUndoReleaseError, NotObservedError):
        messages.info(
            request,
            _(
                "Det er ikke noe å angre: personen er under observasjon, eller gikk for mer enn "
                "et kvarter siden."
            ),
        )
        return redirect("dayboard:person", session_id, appointment_id)
    messages.success(request, _("Personen er under observasjon igjen."))
    return redirect("dayboard:board", session_id)


@access(ON_PERSON)
def anaphylaxis(request: StaffRequest, session_id: UUID, appointment_id: UUID) -> HttpResponse:
    """Begin the sheet at once, and show it: nothing is asked first."""
    if request.method != "POST":
        return redirect("dayboard:person", session_id, appointment_id)
    now = timezone.now()
    visit = visit_or_404(appointment_id, now=now)
    try:
        reaction = start_anaphylaxis(appointment_id=appointment_id, by=request.actor, now=now)
    except NotObservedError:
        messages.warning(request, _("Personen har ikke fått noen dose i dag."))
        return redirect("dayboard:person", session_id, appointment_id)
    return redirect("desk:reaction", visit.appointment.slot.session.clinic.slug, reaction.pk)


def _refusal(error: Exception, released_at: object) -> str:
    if isinstance(error, ReleasedAlreadyError) and released_at is not None:
        when = {"time": clock(released_at)}  # type: ignore[arg-type]
        return _("Personen ble registrert som ferdig kl. %(time)s.") % when
    return _("Personen er ikke under observasjon.")

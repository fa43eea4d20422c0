"""What became of a clinic's messages, and what staff do about those that did not arrive."""

from datetime import datetime
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from audit.services import record
from care.desk.message_log import (
    CHOICES,
    FOLLOW_UP,
    Filters,
    MessageShown,
    in_words,
    kind_choices,
    messages_at,
)
from care.desk.message_preview import previewed
from care.desk.permissions import AT_DESK, ON_MESSAGE
from care.services.list_reads import record_list_read
from care.services.message_people import people_of
from clinics.models import Clinic
from clinics.permissions import StaffRequest, access
from notifications.models import Message
from notifications.selectors import sent_again
from notifications.services.handling import (
    AlreadyHandledError,
    NotHandledError,
    NotUnreachedError,
    handle,
    unhandle,
)
from notifications.services.registry import UnknownKindError
from notifications.services.resending import AlreadyResentError, NotEndedError, resend

ON_A_PAGE = 50


@access(AT_DESK)
@require_safe
@never_cache
def listed(request: StaffRequest, clinic_slug: str) -> HttpResponse:
    """List the messages that did not arrive, or those that are chosen in the address."""
    now = timezone.now()
    clinic = get_object_or_404(Clinic, slug=clinic_slug)
    chosen = Filters.of(request.GET)
    found = messages_at(clinic.pk, chosen, now=now)
    on_page = Paginator(found, ON_A_PAGE).get_page(request.GET.get("side"))
    rows = in_words(on_page)
    _read(request, clinic, rows, now=now)
    context = {
        "clinic": clinic,
        "rows": rows,
        "on_page": on_page,
        "chosen": chosen,
        "choices": CHOICES.items(),
        "kinds": kind_choices(),
        "to_follow_up": chosen.shown == FOLLOW_UP,
    }
    return render(request, "desk/messages.html", context)


@access(ON_MESSAGE)
@require_safe
@never_cache
def message(request: StaffRequest, clinic_slug: str, message_id: UUID) -> HttpResponse:
    """Show a message: what became of it, what it would say now, and what can be done about it."""
    now = timezone.now()
    clinic = get_object_or_404(Clinic, slug=clinic_slug)
    found = get_object_or_404(
        Message.objects.annotate(resent=sent_again()).select_related("handled_by"), pk=message_id
    )
    [shown] = in_words([found])
    record(
        action="message.read",
        by=request.actor,
        now=now,
        patient_id=shown.person.pk if shown.person else None,
        object_id=found.pk,
    )
    context = {
        "clinic": clinic,
        "one": shown,
        "preview": previewed(found, now=now),
        "may_arrive_twice": found.state == Message.State.UNKNOWN
        and found.channel == Message.Channel.EMAIL,
        "now": now,
    }
    return render(request, "desk/message.html", context)


@access(ON_MESSAGE)
def again(request: StaffRequest, clinic_slug: str, message_id: UUID) -> HttpResponse:
    """Send a message again; a GET leads to its page, where that is asked first."""
    if request.method != "POST":
        return redirect("desk:message", clinic_slug, message_id)
    try:
        new = resend(message_id=message_id, by=request.actor, now=timezone.now())
    except AlreadyResentError:
        messages.info(request, _("Meldingen er allerede sendt på nytt."))
    except NotEndedError:
        messages.info(request, _("Meldingen er ikke ferdig behandlet ennå. Vent til den er sendt."))
    except UnknownKindError:
        messages.error(
            request, _("Systemet kjenner ikke denne typen melding og kan ikke sende den.")
        )
    else:
        messages.success(request, _("Meldingen sendes på nytt. Her ser du hvordan det går."))
        return redirect("desk:message", clinic_slug, new.pk)
    return redirect("desk:message", clinic_slug, message_id)


@access(ON_MESSAGE)
def handled(request: StaffRequest, clinic_slug: str, message_id: UUID) -> HttpResponse:
    """Note that the person has been told in another way."""
    if request.method == "POST":
        try:
            handle(
                message_id=message_id,
                patient_id=_person_of(message_id),
                by=request.actor,
                now=timezone.now(),
            )
        except AlreadyHandledError:
            messages.info(request, _("Det er notert allerede."))
        except NotUnreachedError:
            messages.info(request, _("Meldingen kom fram, eller er ikke sendt ennå."))
        else:
            messages.success(request, _("Notert: personen har fått beskjed."))
    return redirect("desk:messages", clinic_slug)


@access(ON_MESSAGE)
def not_handled(request: StaffRequest, clinic_slug: str, message_id: UUID) -> HttpResponse:
    """Take that back."""
    if request.method == "POST":
        try:
            unhandle(
                message_id=message_id,
                patient_id=_person_of(message_id),
                by=request.actor,
                now=timezone.now(),
            )
        except NotHandledError:
            messages.info(request, _("Det var ikke noe å angre."))
        else:
            messages.success(request, _("Angret. Meldingen står til oppfølging igjen."))
    return redirect("desk:messages", clinic_slug)


def _person_of(message_id: UUID) -> UUID | None:
    found = Message.objects.filter(pk=message_id)
    return people_of(found).get(message_id)


def _read(
    request: StaffRequest, clinic: Clinic, rows: list[MessageShown], *, now: datetime
) -> None:
    record_list_read(
        request.session,
        action="message_list.read",
        list_id=clinic.pk,
        patient_ids=[one.person.pk for one in rows if one.person],
        by=request.actor,
        now=now,
    )

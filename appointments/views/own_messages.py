"""What became of the messages about a person's appointment, in words for them.

A code by SMS opens this page, and numbers are handed on: no word here tells more than that there is
a time.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from appointments.models import Appointment
from appointments.selectors.own_messages import messages_of
from notifications.domain.retrying import Fate
from notifications.models import Message
from patients.domain.contact import Contact, mask
from patients.models import Patient

Words = str | Promise
State = Message.State

# Kinds that have a name of their own here; others are news of the time.
NAMES: Mapping[str, Words] = {
    "booked": _("Bekreftelse på timen"),
    "next_booked": _("Bekreftelse på timen"),
    "changed": _("Ny tid"),
    "next_changed": _("Ny tid"),
    "moved_by_clinic": _("Ny tid fra oss"),
    "cancelled": _("Bekreftelse på avbestilling"),
    "cancelled_by_clinic": _("Beskjed om at timen er avlyst"),
    "reminder": _("Påminnelse"),
    "reminder_week": _("Påminnelse"),
    "day_before": _("Påminnelse"),
    "running_late": _("Beskjed om at vi er forsinket"),
    "move_asked": _("Spørsmål om en annen tid"),
    "move_kept": _("Svar om en annen tid"),
}
OTHER = _("Beskjed om timen")
FATES: Mapping[str, Words] = {
    State.WAITING: _("Sendes da."),
    State.CLAIMED: _("Sendes nå."),
    State.SENT: _("Sendt."),
    State.SKIPPED: _("Ikke sendt: den trengtes ikke lenger."),
    State.FAILED: _("Kom ikke fram."),
    State.UNKNOWN: _("Vi vet ikke om den kom fram."),
}
# Why one was not sent, where it was for another reason than that the time had changed.
SKIPPED: Mapping[str, Words] = {
    Fate.ELSEWHERE: _("Ikke sendt hit: du fikk den på en annen måte i stedet."),
    Fate.STOPPED: _("Ikke sendt: du har stoppet slike meldinger."),
}


@dataclass(frozen=True)
class OwnMessage:
    """One message: what it was, when it was sent or will be, by what, and what became of it.

    ``lost`` is one that did not arrive, and nobody has sent it again or called since.
    """

    name: Words
    at: datetime
    channel: Words
    fate: Words
    lost: bool


def own_messages(appointment: Appointment) -> dict[str, object]:
    """Return the messages about an appointment for its page, and how its person is reached."""
    found = [_shown(one) for one in messages_of(appointment)]
    return {
        "own_messages": found,
        "some_lost": any(one.lost for one in found),
        "reached_at": _reached_at(appointment.patient),
    }


def _shown(message: Message) -> OwnMessage:
    resent: bool = message.resent  # type: ignore[attr-defined]
    lost = message.state in {State.FAILED, State.UNKNOWN}
    return OwnMessage(
        name=NAMES.get(message.kind, OTHER),
        at=message.ended_at or message.due_at,
        channel=Message.Channel(message.channel).label,
        fate=_fate_of(message),
        lost=lost and not resent and message.handled_at is None,
    )


def _fate_of(message: Message) -> Words:
    if message.state == State.SKIPPED and message.fate in SKIPPED:
        return SKIPPED[message.fate]
    return FATES.get(message.state, "")


def _reached_at(patient: Patient | None) -> list[str]:
    """Say where messages go now, without telling a stranger the whole of it."""
    if patient is None:
        return []
    kept = patient.kept
    by_sms = kept.phone and kept.contact_by in {Patient.ContactBy.SMS, Patient.ContactBy.BOTH}
    by_email = kept.email and kept.contact_by in {Patient.ContactBy.EMAIL, Patient.ContactBy.BOTH}
    return [
        *([mask(Contact("sms", kept.phone))] if by_sms else []),
        *([mask(Contact("email", kept.email))] if by_email else []),
    ]

"""A person's own record, in words: who they are, what happened, and what is to come."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext as _

from appointments.domain.status import ACTIVE
from appointments.models import (
    Appointment,
    Displaced,
    MoveAsk,
    NextAnswer,
    Offer,
    OfferSkip,
    WaitingEntry,
)
from care.desk.record_lines import Line, Section, moment
from care.portal.sections import health_sections
from care.portal.words import (
    ASKS,
    CHANNELS,
    COLORS,
    LANGUAGES,
    NUMBERS,
    OFFER_STATES,
    OFFERS,
    VISITS,
    WAITS,
    Words,
)
from care.services.own_data import OwnData, own_data
from clinics.templatetags.oslo_time import numeric_day
from eligibility.domain.decision import Course
from eligibility.models import Decision, GroupInterest
from eligibility.services.decisions import course_of
from notifications.models import Message
from notifications.words import fate_in_words, kind_in_words
from patients.models import MessageStop, Patient
from vaccinations.models import Dose


@dataclass(frozen=True)
class Fact:
    """One thing that is kept about who somebody is. A ``hidden`` value is shown when asked for."""

    label: Words
    value: Words
    hidden: str = ""


@dataclass(frozen=True)
class OwnRecord:
    """All of it. ``coming`` are the times that the person has, the soonest first."""

    person: Patient
    about: tuple[Fact, ...]
    contact: tuple[Fact, ...]
    course: Course | None
    given: int
    coming: tuple[Appointment, ...]
    waiting: tuple[WaitingEntry, ...]
    sections: tuple[Section, ...]


def record_of(patient_id: UUID, *, now: datetime) -> OwnRecord:
    """Read everything about a person, for the person; as many queries however much there is.

    Raises Patient.DoesNotExist.
    """
    return in_words(own_data(patient_id), now=now)


def in_words(data: OwnData, *, now: datetime) -> OwnRecord:
    """Put what is stored in the reader's words."""
    decisions, doses = data.of(Decision), data.of(Dose)
    coming = [
        one
        for one in reversed(data.of(Appointment))
        if one.status in ACTIVE and one.slot.session.ends_at > now
    ]
    return OwnRecord(
        person=data.person,
        about=_about(data.person),
        contact=_contact(data),
        course=course_of(decisions[0]) if decisions else None,
        given=sum(dose.voided_at is None for dose in doses),
        coming=tuple(coming),
        waiting=tuple(one for one in data.of(WaitingEntry) if one.ended_at is None),
        sections=(*health_sections(data), _times(data), _waiting(data), _messages(data)),
    )


def _about(person: Patient) -> tuple[Fact, ...]:
    facts = [
        Fact(_("Navn"), person.name),
        Fact(_("Født"), numeric_day(person.birth_date)),
        _number(person),
    ]
    if person.no_number_why:
        facts.append(Fact(_("Hvorfor nummer mangler"), person.get_no_number_why_display()))
    if person.call_name:
        facts.append(Fact(_("Vi roper opp"), person.call_name))
    facts.append(Fact(_("Registrert"), moment(person.created_at)))
    return tuple(facts)


def _number(person: Patient) -> Fact:
    kind = NUMBERS[person.id_kind]
    if not person.id_number:
        return Fact(_("Norsk nummer"), kind if person.id_seen_at else _("Ikke oppgitt"))
    seen = (
        _("sett i legitimasjonen din %(day)s") % {"day": numeric_day(person.id_seen_at)}
        if person.id_seen_at
        else _("som du oppga selv")
    )
    masked = f"{person.id_number[:-5]} •••••"
    return Fact(kind, f"{masked}, {seen}", hidden=person.id_number)


def _contact(data: OwnData) -> tuple[Fact, ...]:
    person = data.person
    stopped = [one for one in data.of(MessageStop) if one.ended_at is None]
    facts = [
        Fact(_("Telefon"), person.phone or _("Ikke oppgitt")),
        Fact(_("E-post"), person.email or _("Ikke oppgitt")),
        Fact(_("Vi skriver til deg på"), CHANNELS[person.contact_by]),
        Fact(_("Språk"), LANGUAGES[person.language]),
        Fact(_("Tolk"), person.interpreter or _("Nei")),
        Fact(_("Skjermet adresse"), _("Ja") if person.protected_address else _("Nei")),
        Fact(_("Kan få tilbud om natten"), _("Ja") if person.any_hour else _("Nei")),
    ]
    facts += [
        Fact(
            _("Stoppet meldinger"),
            _("på %(channel)s siden %(at)s")
            % {"channel": CHANNELS[one.channel], "at": moment(one.stopped_at)},
        )
        for one in stopped
    ]
    return tuple(facts)


def _times(data: OwnData) -> Section:
    changed: dict[object, list[Displaced]] = {}
    for one in data.of(Displaced):
        changed.setdefault(one.appointment_id, []).append(one)
    asked: dict[object, list[MoveAsk]] = {}
    for ask in data.of(MoveAsk):
        asked.setdefault(ask.appointment_id, []).append(ask)
    lines = [
        _time(one, changed.get(one.pk, []), asked.get(one.pk, [])) for one in data.of(Appointment)
    ]
    lines += [
        Line(
            when=moment(one.said_at),
            what=_("Du svarte at neste dose ikke trengs"),
            more=(one.get_said_display().capitalize(), one.clinic.name),
            tag=one.get_end_display() if one.end else "",
        )
        for one in data.of(NextAnswer)
    ]
    return Section("timer", _("Timer"), tuple(lines), _("Ingen timer."), folded=False)


def _time(one: Appointment, changed: list[Displaced], asked: list[MoveAsk]) -> Line:
    what = _("Kort varsel, dose %(number)s") if one.standby else _("Time, dose %(number)s")
    more: list[Words] = [one.slot.session.clinic.name]
    if one.booked_at:
        more.append(_("Bestilt %(at)s") % {"at": moment(one.booked_at)})
    if one.arrived_at:
        more.append(_("Møtte %(at)s") % {"at": moment(one.arrived_at)})
    if one.end_note:
        more.append(one.end_note)
    for change in changed:
        words = _("Stedet flyttet timen fra %(was)s") if change.became_at else ""
        words = words or _("Stedet avlyste timen %(was)s")
        more.append(words % {"was": moment(change.was_at)})
    for ask in asked:
        words = _("Spurt om å komme %(at)s i stedet: %(answer)s")
        told = {"at": moment(ask.to_slot.starts_at), "answer": ASKS[ask.state]}
        more.append(words % told)
    return Line(
        when=moment(one.slot.starts_at),
        what=what % {"number": one.dose_number},
        more=tuple(more),
        tag=VISITS[one.status],
        color=COLORS.get(one.status, "neutral"),
    )


def _waiting(data: OwnData) -> Section:
    skips: dict[object, int] = {}
    for skip in data.of(OfferSkip):
        skips[skip.entry_id] = skips.get(skip.entry_id, 0) + 1
    dated = [(one.joined_at, _wait(one, skips.get(one.pk, 0))) for one in data.of(WaitingEntry)]
    dated += [(one.made_at, _offer(one)) for one in data.of(Offer)]
    dated += [(one.consented_at, _wish(one)) for one in data.of(GroupInterest)]
    lines = [line for _at, line in sorted(dated, key=lambda pair: pair[0], reverse=True)]
    empty = _("Du har ikke stått på noen venteliste.")
    return Section("venteliste", _("Venteliste og tilbud"), tuple(lines), empty)


def _wait(one: WaitingEntry, skips: int) -> Line:
    until = _("Til og med %(day)s") % {"day": numeric_day(one.until)}
    more: list[Words] = [one.clinic.name, until]
    if skips:
        more.append(_("Tilbud som ikke passet for deg: %(count)s") % {"count": skips})
    return Line(
        when=moment(one.joined_at),
        what=_("Venteliste, dose %(number)s") % {"number": one.dose_number},
        more=tuple(more),
        tag=WAITS[one.end],
        color="neutral" if one.ended_at else "info",
    )


def _wish(one: GroupInterest) -> Line:
    assert one.contact is not None
    return Line(
        when=moment(one.consented_at),
        what=_("Beskjed om ledige timer"),
        more=(one.clinic.name, one.contact["address"]),
        tag=_("du har fått beskjed") if one.told_at else WAITS[""],
        color="info",
    )


def _offer(one: Offer) -> Line:
    return Line(
        when=moment(one.made_at),
        what=OFFERS[one.kind],
        more=(one.session.clinic.name, numeric_day(one.session.starts_at)),
        tag=OFFER_STATES[one.state],
    )


def _messages(data: OwnData) -> Section:
    lines = [
        Line(
            when=moment(one.due_at),
            what=str(kind_in_words(one)).capitalize(),
            more=(fate_in_words(one).meaning,),
            tag=f"{one.get_channel_display()}, {one.get_state_display()}",
        )
        for one in data.of(Message)
    ]
    return Section("meldinger", _("Meldinger"), tuple(lines), _("Ingen meldinger."))

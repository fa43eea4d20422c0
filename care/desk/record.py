"""A person's record: everything a clinic keeps of them, whichever row it was kept on."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID

from django.utils.translation import gettext as _

from appointments.domain.status import ACTIVE, Status
from appointments.models import Appointment, WaitingEntry
from audit.domain import ActorKind
from audit.models import AuditEntry
from care.dayboard.words import reasons_in_words
from care.desk.case_words import OUTCOMES, ROUTES, dose_in_words
from care.desk.next_due_section import next_due_section
from care.desk.record_lines import Line, Section, moment
from care.desk.record_words import BECAME, BECAME_COLORS, REACTIONS, SOURCES, WAITED, Words
from care.services.merging import merges_of
from care.services.message_people import subjects_of
from clinics.audit_words import action_in_words
from clinics.models import Clinic, Staff
from clinics.templatetags.oslo_time import numeric_day
from eligibility.domain.decision import Course
from eligibility.models import Decision, ReviewCase
from eligibility.services.decisions import course_of
from notifications.models import Message
from notifications.services.handling import UNREACHED
from notifications.words import fate_in_words, kind_in_words
from patients.models import MessageStop, Patient, PatientMerge, PatientNote
from patients.selectors import notes_of, same_person_ids, stops_of
from vaccinations.models import Dose, Reaction

READERS_SHOWN = 100
MESSAGES_SHOWN = 100
# What became of a place that nobody ever had.
_NOBODYS = (Status.HELD, Status.EXPIRED)


@dataclass(frozen=True)
class Record:
    """All of it. ``tie`` is a code for what the clinic has to do with the person."""

    patient: Patient
    rows: tuple[UUID, ...]
    course: Course | None
    given: int
    coming: tuple[Appointment, ...]
    merges: tuple[PatientMerge, ...]
    notes: tuple[PatientNote, ...]
    stops: tuple[MessageStop, ...]
    sections: tuple[Section, ...]
    tie: str
    elsewhere: bool = field(default=False)


def record_of(patient: Patient, clinic: Clinic, *, may_decide: bool, now: datetime) -> Record:
    """Read a person's record for the staff of a clinic.

    Fifteen queries, one more with a merge and eight more after a first dose.

    What happened at another clinic is told without saying where: the place may tell the group. The
    group itself is for clinicians.
    """
    rows = same_person_ids(patient.pk)
    doses = list(
        Dose.objects.filter(patient__in=rows)
        .select_related("vial", "vaccinator", "voided_by")
        .order_by("given_at")
    )
    decisions = list(
        Decision.objects.filter(patient__in=rows)
        .select_related("decided_by")
        .order_by("-made_at", "pk")
    )
    appointments = list(
        Appointment.objects.filter(patient__in=rows)
        .exclude(status__in=_NOBODYS)
        .select_related("slot__session")
        .order_by("-slot__starts_at")
    )
    waits = list(WaitingEntry.objects.filter(patient__in=rows).order_by("-joined_at"))
    cases = list(
        ReviewCase.objects.filter(patient__in=rows)
        .defer("sent", "note", "reason")
        .order_by("-opened_at")
    )
    reactions = list(
        Reaction.objects.filter(patient__in=rows).select_related("dose__vial").order_by("-onset_at")
    )
    coming = tuple(
        one
        for one in reversed(appointments)
        if one.status in ACTIVE and one.slot.session.ends_at > now
    )
    here = [one for one in coming if one.slot.session.clinic_id == clinic.pk]
    merges = merges_of(patient.pk)
    return Record(
        patient=patient,
        rows=tuple(rows),
        course=course_of(decisions[0]) if decisions else None,
        given=sum(dose.voided_at is None for dose in doses),
        coming=tuple(here),
        elsewhere=len(here) < len(coming),
        merges=tuple(merges),
        notes=tuple(notes_of(patient.pk, clinic_id=clinic.pk)),
        stops=tuple(stops_of(patient.pk)),
        tie=_tie(clinic.pk, here, appointments, doses, cases),
        sections=(
            _doses(doses, decisions, clinic.pk),
            _appointments(appointments, waits, clinic.pk),
            _reactions(reactions, clinic.pk),
            _decisions(decisions, cases, clinic.pk, may_decide=may_decide),
            next_due_section(rows, patient, clinic.pk, now=now),
            _messages(rows, clinic.pk),
            _readers(rows, clinic.pk),
        ),
    )


def _tie(
    clinic_id: int,
    here: list[Appointment],
    appointments: list[Appointment],
    doses: list[Dose],
    cases: list[ReviewCase],
) -> str:
    """Say by a code why the clinic may open the record, for the access log."""
    if here:
        return "has_a_time"
    if any(one.slot.session.clinic_id == clinic_id for one in appointments):
        return "had_a_time"
    if any(dose.vial.clinic_id == clinic_id for dose in doses):
        return "had_a_dose"
    return "has_a_case" if any(one.clinic_id == clinic_id for one in cases) else "waits"


def _doses(doses: list[Dose], decisions: list[Decision], clinic_id: int) -> Section:
    lines = [_dose(dose, clinic_id) for dose in doses]
    told = decisions[0].previous_doses if decisions else []
    lines += [
        Line(
            when=numeric_day(date.fromisoformat(dose["given_on"])),
            what=_("Fortalt av personen"),
            more=(dose_in_words(dose),),
            tag=_("ikke vår"),
            color="info",
        )
        for dose in told
        if dose.get("papers") != "ours"
    ]
    return Section("doser", _("Doser"), tuple(lines), _("Ingen doser."), folded=False)


def _dose(dose: Dose, clinic_id: int) -> Line:
    here = dose.vial.clinic_id == clinic_id
    volume = f"{dose.volume_ml.normalize():f}".replace(".", ",")
    how = f"{dose.get_route_display()}, {volume} ml, {dose.get_site_display()}"
    more: list[Words] = [how]
    if here:
        by = _("lot %(lot)s, satt av %(name)s")
        more.append(by % {"lot": dose.lot_number, "name": dose.vaccinator.name})
    else:
        more.append(_("gitt et annet sted"))
    # What others wrote freely may tell where, or more than the dose.
    if dose.deviation:
        words = _("ført med avvik: %(reason)s") if here else _("ført med avvik")
        more.append(words % {"reason": dose.deviation_reason} if here else words)
    if dose.voided_at is not None and here:
        more.append(_("annullert: %(reason)s") % {"reason": dose.void_reason})
    voided = dose.voided_at is not None
    return Line(
        when=moment(dose.given_at),
        what=_("Dose %(number)s") % {"number": dose.dose_number},
        more=tuple(more),
        tag=_("annullert") if voided else _("gitt"),
        color="danger" if voided else "success",
    )


def _appointments(
    appointments: list[Appointment], waits: list[WaitingEntry], clinic_id: int
) -> Section:
    dated = [(one.slot.starts_at, _appointment(one, clinic_id)) for one in appointments]
    dated += [(one.joined_at, _wait(one, clinic_id)) for one in waits]
    lines = [line for _at, line in sorted(dated, key=lambda pair: pair[0], reverse=True)]
    return Section("timer", _("Timer"), tuple(lines), _("Ingen timer."), folded=False)


def _appointment(one: Appointment, clinic_id: int) -> Line:
    here = one.slot.session.clinic_id == clinic_id
    what = _("Kort varsel, dose %(number)s") if one.standby else _("Time, dose %(number)s")
    return Line(
        when=moment(one.slot.starts_at),
        what=what % {"number": one.dose_number},
        more=() if here else (_("et annet sted"),),
        tag=BECAME[one.status],
        color=BECAME_COLORS.get(one.status, "neutral"),
        url=("desk:time", one.pk) if here else None,
    )


def _wait(one: WaitingEntry, clinic_id: int) -> Line:
    return Line(
        when=moment(one.joined_at),
        what=_("Venteliste, dose %(number)s") % {"number": one.dose_number},
        more=() if one.clinic_id == clinic_id else (_("et annet sted"),),
        tag=WAITED[one.end],
        color="neutral" if one.ended_at else "info",
    )


def _reactions(reactions: list[Reaction], clinic_id: int) -> Section:
    replaced = {one.replaces_id for one in reactions}
    lines = [
        Line(
            when=moment(one.onset_at) if one.onset_has_time else numeric_day(one.onset_at),
            what=REACTIONS.get(one.kind, one.kind),
            more=_told_of(one, clinic_id),
            tag=_("rettet senere") if one.pk in replaced else "",
        )
        for one in reactions
    ]
    heading, empty = _("Reaksjoner"), _("Ingen reaksjoner er ført.")
    return Section("reaksjoner", heading, tuple(lines), empty, folded=not lines)


def _told_of(one: Reaction, clinic_id: int) -> tuple[Words, ...]:
    """What was written of a reaction; of another clinic's only that it is not ours."""
    if one.dose.vial.clinic_id != clinic_id:
        return (_("et annet sted"),)
    return tuple(words for words in (one.description, one.treatment) if words)


def _decisions(
    decisions: list[Decision], cases: list[ReviewCase], clinic_id: int, *, may_decide: bool
) -> Section:
    dated = [(one.made_at, _decision(one, may_decide=may_decide)) for one in decisions]
    dated += [(one.opened_at, _case(one, clinic_id, may_decide=may_decide)) for one in cases]
    lines = [line for _at, line in sorted(dated, key=lambda pair: pair[0], reverse=True)]
    return Section("vurderinger", _("Vurderinger"), tuple(lines), _("Ingen vurderinger."))


def _decision(one: Decision, *, may_decide: bool) -> Line:
    course = course_of(one)
    source: Words = SOURCES[one.source]
    more: list[Words] = [f"{source} · {one.rule_set}"]
    if course is not None:
        plan = _("%(doses)s doser, %(route)s")
        more.append(plan % {"doses": course.doses, "route": ROUTES[course.route]})
    more += reasons_in_words(one.reasons)
    if may_decide and one.priority_group:
        more.append(_("Gruppe %(group)s") % {"group": one.priority_group})
    return Line(when=moment(one.made_at), what=OUTCOMES[one.outcome], more=tuple(more))


def _case(one: ReviewCase, clinic_id: int, *, may_decide: bool) -> Line:
    here = one.clinic_id == clinic_id
    return Line(
        when=moment(one.opened_at),
        what=_("Sak til lege, %(kind)s") % {"kind": one.get_kind_display()},
        more=() if here else (_("et annet sted"),),
        tag=one.get_state_display(),
        color="info" if one.closed_at is None else "neutral",
        url=("desk:case", one.pk) if here and may_decide else None,
    )


def _messages(rows: Collection[UUID], clinic_id: int) -> Section:
    """What this clinic has written to the person, and what became of it; two queries."""
    found = Message.objects.filter(
        subject_id__in=subjects_of(rows), clinic_id__in=[clinic_id]
    ).select_related("handled_by")
    lines = [_message(one) for one in found.order_by("-due_at", "pk")[:MESSAGES_SHOWN]]
    return Section("meldinger", _("Meldinger"), tuple(lines), _("Ingen meldinger."))


def _message(one: Message) -> Line:
    fate = fate_in_words(one)
    lost = one.state in UNREACHED
    more = [fate.meaning]
    if one.handled_by and one.handled_at:
        told = _("%(name)s noterte %(at)s at personen har fått beskjed.")
        more.append(told % {"name": one.handled_by.name, "at": moment(one.handled_at)})
    elif lost:
        more.append(fate.remedy)
    return Line(
        when=moment(one.due_at),
        what=kind_in_words(one),
        more=tuple(words for words in more if words),
        tag=f"{one.get_channel_display()}, {one.get_state_display()}",
        color="warning" if lost and not one.handled_at else "neutral",
        url=("desk:message", one.pk),
    )


def _readers(rows: Iterable[UUID], clinic_id: int) -> Section:
    """Who has opened, found or changed something of the person, newest first; two queries."""
    entries = list(
        AuditEntry.objects.filter(patient_id__in=list(rows)).order_by("-at", "-pk")[:READERS_SHOWN]
    )
    staff = {int(one.actor_id) for one in entries if one.actor_kind == ActorKind.STAFF}
    names = dict(Staff.objects.filter(pk__in=staff).values_list("pk", "name"))
    lines = [
        Line(
            when=moment(one.at),
            what=action_in_words(one.action),
            more=(_actor(one, names, clinic_id),),
        )
        for one in entries
    ]
    return Section("innsyn", _("Hvem har sett og gjort hva"), tuple(lines), _("Ingen ennå."))


def _actor(entry: AuditEntry, names: dict[int, str], clinic_id: int) -> str:
    if entry.actor_kind == ActorKind.PATIENT:
        return _("personen selv")
    if entry.actor_kind == ActorKind.SYSTEM:
        return _("systemet")
    if entry.clinic_id not in {clinic_id, None}:
        return _("en ansatt et annet sted")
    return names.get(int(entry.actor_id), _("en som ikke er ansatt lenger"))

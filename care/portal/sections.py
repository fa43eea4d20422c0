"""The parts of a person's own record that tell of their health: doses, decisions, reactions."""

from collections.abc import Iterable
from datetime import date

from django.utils.translation import gettext as _

from care.dayboard.words import FLAGS, reasons_in_words
from care.desk.case_words import ROUTES, dose_in_words, sent_in_words
from care.desk.reaction_words import KINDS, MISTAKE, REPORTED, STEPS
from care.desk.reaction_words import OUTCOMES as ENDED
from care.desk.record_lines import Line, Section, moment
from care.portal.words import CASES, DOCUMENTS, OUTCOMES, SETTINGS, SOURCES, Words
from care.services.own_data import OwnData
from clinics.templatetags.oslo_time import clock, numeric_day
from eligibility.models import Decision, ReviewCase, ReviewCaseEvent
from eligibility.services.decisions import course_of
from patients.models import IdentityCheck, PatientMerge, PatientNote
from vaccinations.domain.reactions import Outcome as Ending
from vaccinations.domain.registry import ReportKind
from vaccinations.models import (
    DeviationSeen,
    Dose,
    Reaction,
    ReactionEntry,
    RecallContact,
    RegistryReport,
)


def health_sections(data: OwnData) -> list[Section]:
    """Return what was decided, given and noted about a person's health."""
    return [
        _doses(data),
        _reactions(data),
        _decisions(data),
        _notes(data),
        _identity(data),
    ]


def _doses(data: OwnData) -> Section:
    reports: dict[object, list[RegistryReport]] = {}
    for report in data.of(RegistryReport):
        reports.setdefault(report.dose_id, []).append(report)
    seen = {one.dose_id: one for one in data.of(DeviationSeen)}
    lines = [_dose(one, reports.get(one.pk, []), seen.get(one.pk)) for one in data.of(Dose)]
    lines += [
        Line(
            when=numeric_day(date.fromisoformat(told["given_on"])),
            what=_("En dose du har fortalt om"),
            more=(dose_in_words(told),),
        )
        for told in _told(data)
    ]
    lines += [
        Line(
            when=moment(one.made_at),
            what=_("Loten %(lot)s ble tilbakekalt") % {"lot": one.recall.lot.number},
            more=(
                _("%(name)s snakket med deg %(at)s.")
                % {"name": one.told_by.name, "at": moment(one.told_at)},
            )
            if one.told_by and one.told_at
            else (_("Du skal bli kontaktet."),),
        )
        for one in data.of(RecallContact)
    ]
    return Section("doser", _("Doser"), tuple(lines), _("Du har ikke fått noen dose."))


def _told(data: OwnData) -> Iterable[dict[str, str]]:
    """Return the doses of elsewhere that the person told of last."""
    newest = next(iter(data.of(Decision)), None)
    told = newest.previous_doses if newest else []
    return [dose for dose in told if dose.get("papers") != "ours"]


def _dose(dose: Dose, reports: list[RegistryReport], seen: DeviationSeen | None) -> Line:
    site = dose.get_site_display()
    volume = f"{dose.volume_ml.normalize():f}".replace(".", ",")
    more: list[Words] = [
        ", ".join([dose.lot.product.name, dose.get_route_display(), f"{volume} ml", site]),
        _("Lot %(lot)s, holdbar til %(day)s. Satt av %(name)s, %(place)s.")
        % {
            "lot": dose.lot_number,
            "day": numeric_day(dose.lot_expires_on),
            "name": dose.vaccinator.name,
            "place": dose.vial.clinic.name,
        },
    ]
    if dose.deviation:
        more.append(_("Ført med avvik: %(reason)s") % {"reason": dose.deviation_reason})
    if dose.override_by:
        words = _("%(name)s lot den bli gitt utenfor grensene: %(reason)s")
        more.append(words % {"name": dose.override_by.name, "reason": dose.override_reason})
    if seen is not None:
        words = _("%(name)s så avviket %(at)s. %(comment)s")
        told = {"name": seen.seen_by.name, "at": moment(seen.seen_at), "comment": seen.comment}
        more.append((words % told).strip())
    if dose.voided_at is not None:
        more.append(_("Annullert, den var feilført: %(reason)s") % {"reason": dose.void_reason})
    more += [_report(one) for one in reports]
    voided = dose.voided_at is not None
    return Line(
        when=moment(dose.given_at),
        what=_("Dose %(number)s") % {"number": dose.dose_number},
        more=tuple(more),
        tag=_("annullert") if voided else _("gitt"),
        color="neutral" if voided else "success",
    )


def _report(one: RegistryReport) -> str:
    if one.taken_back_at is not None:
        words = _("Merket som ført i SYSVAK %(day)s, men det ble angret.")
    elif one.kind == ReportKind.GIVEN:
        words = _("Ført i SYSVAK, det nasjonale vaksinasjonsregisteret, %(day)s.")
    else:
        words = _("Rettet i SYSVAK, det nasjonale vaksinasjonsregisteret, %(day)s.")
    return words % {"day": numeric_day(one.registered_on)}


def _reactions(data: OwnData) -> Section:
    entries: dict[object, list[ReactionEntry]] = {}
    for entry in reversed(data.of(ReactionEntry)):
        entries.setdefault(entry.reaction_id, []).append(entry)
    replaced = {one.replaces_id for one in data.of(Reaction)}
    lines = [
        Line(
            when=moment(one.onset_at) if one.onset_has_time else numeric_day(one.onset_at),
            what=KINDS.get(one.kind, one.kind),
            more=_about(one, entries.get(one.pk, [])),
            tag=_("rettet senere") if one.pk in replaced else "",
        )
        for one in data.of(Reaction)
    ]
    return Section("reaksjoner", _("Reaksjoner"), tuple(lines), _("Ingen reaksjoner er ført."))


def _about(one: Reaction, entries: list[ReactionEntry]) -> tuple[Words, ...]:
    more: list[Words] = [words for words in (one.description, one.treatment) if words]
    if one.outcome:
        more.append(MISTAKE if one.outcome == Ending.MISTAKE else ENDED[one.outcome])
    for entry in entries:
        step = f"{clock(entry.at)} {STEPS.get(entry.step, entry.step)}, {entry.by.name}"
        more.append(f"{step}: {entry.text}" if entry.text else step)
    more.append(_("Skrevet av %(name)s.") % {"name": one.recorded_by.name})
    if one.reported_through:
        more.append(REPORTED[one.reported_through])
    return tuple(more)


def _decisions(data: OwnData) -> Section:
    events: dict[object, list[ReviewCaseEvent]] = {}
    for event in reversed(data.of(ReviewCaseEvent)):
        events.setdefault(event.case_id, []).append(event)
    dated = [(one.made_at, _decision(one)) for one in data.of(Decision)]
    dated += [(one.opened_at, _case(one, events.get(one.pk, []))) for one in data.of(ReviewCase)]
    lines = [line for _at, line in sorted(dated, key=lambda pair: pair[0], reverse=True)]
    empty = _("Ingenting er vurdert.")
    return Section("vurderinger", _("Vurderinger"), tuple(lines), empty)


def _decision(one: Decision) -> Line:
    more: list[Words] = [
        _("%(how)s. Regelsett: %(rules)s.")
        % {"how": str(SOURCES[one.source]).capitalize(), "rules": one.rule_set}
    ]
    course = course_of(one)
    if course is not None:
        plan = _("Plan: %(doses)s doser, %(route)s, minst %(days)s dager mellom.")
        days = one.interval_override_days or course.min_interval_days
        more.append(
            plan % {"doses": course.doses, "route": ROUTES[course.route], "days": days}
            if course.doses > 1
            else _("Plan: én dose, %(route)s.") % {"route": ROUTES[course.route]}
        )
    more += reasons_in_words(one.reasons)
    more += [FLAGS[flag] for flag in one.flags if flag in FLAGS]
    if one.priority_group:
        more.append(_("Gruppe %(group)s") % {"group": one.priority_group})
    if one.setting:
        more.append(str(SETTINGS[one.setting]).capitalize())
    if one.decided_by:
        more.append(_("Ført av %(name)s.") % {"name": one.decided_by.name})
    return Line(when=moment(one.made_at), what=OUTCOMES[one.outcome], more=tuple(more))


def _case(one: ReviewCase, events: list[ReviewCaseEvent]) -> Line:
    more: list[Words] = [one.clinic.name]
    if one.sent or one.note:
        more.append(_("Det du sendte, ligger her til saken er avgjort."))
        more += [f"{line.label}: {line.value}" for line in sent_in_words(one.sent)]
    if one.note:
        more.append(_("Du skrev: %(words)s") % {"words": one.note})
    if one.exposed_on:
        more.append(_("Utsatt for smitte %(day)s.") % {"day": numeric_day(one.exposed_on)})
    if one.reason:
        more.append(_("Begrunnelse: %(words)s") % {"words": one.reason})
    for event in events:
        done = f"{moment(event.at)} {event.get_action_display()}"
        done += f", {event.by.name}" if event.by else ""
        more.append(f"{done}: {event.note}" if event.note else done)
    return Line(
        when=moment(one.opened_at),
        what=_("Sak til vurdering"),
        more=tuple(more),
        tag=CASES[one.state],
        color="info" if one.closed_at is None else "neutral",
    )


def _notes(data: OwnData) -> Section:
    lines = [
        Line(
            when=moment(one.written_at),
            what=one.text,
            more=(_("Skrevet av %(name)s.") % {"name": one.written_by.name},),
            tag=_("trukket tilbake") if one.withdrawn_at else "",
        )
        for one in data.of(PatientNote)
    ]
    empty = _("Ingen ansatte har skrevet notater om deg.")
    return Section("notater", _("Notater fra ansatte"), tuple(lines), empty)


def _identity(data: OwnData) -> Section:
    dated = [(one.checked_at, _check(one)) for one in data.of(IdentityCheck)]
    dated += [(one.merged_at, _merge(one)) for one in data.of(PatientMerge)]
    lines = [line for _at, line in sorted(dated, key=lambda pair: pair[0], reverse=True)]
    empty = _("Ingen har sett legitimasjonen din ennå.")
    return Section("legitimasjon", _("Legitimasjon"), tuple(lines), empty)


def _check(one: IdentityCheck) -> Line:
    seen = {"name": one.checked_by.name, "document": DOCUMENTS[one.document]}
    return Line(
        when=moment(one.checked_at),
        what=_("%(name)s så legitimasjonen din: %(document)s") % seen,
        tag=_("angret") if one.undone_at else "",
    )


def _merge(one: PatientMerge) -> Line:
    return Line(
        when=moment(one.merged_at),
        what=_("%(name)s slo sammen to oppføringer om deg") % {"name": one.merged_by.name},
        tag=_("angret") if one.undone_at else "",
    )

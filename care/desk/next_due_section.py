"""The part of a person's record that tells how they are reminded of dose 2."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext as _

from appointments.models import NextAnswer
from appointments.selectors.next_due import Written, facts_of, first_doses, with_facts, written_to
from care.desk.next_due_words import CODES, reminders_in_words
from care.desk.record_lines import Line, Section, moment
from clinics.templatetags.oslo_time import numeric_day
from patients.models import Patient


def next_due_section(
    rows: Iterable[UUID], patient: Patient, clinic_id: int, *, now: datetime
) -> Section:
    """Tell what comes, or why nothing does; what was sent; and what the person answered.

    Nine queries.
    """
    heading, empty = _("Påminnelser om dose 2"), _("Personen har ikke fått dose 1.")
    found = with_facts(first_doses(only=rows).select_related("vial")[:1])
    if not found:
        return Section("neste", heading, (), empty)
    [dose] = found
    written = written_to([patient.person_id])
    facts = facts_of(dose, now=now, written=written)
    now_line = Line(
        when=numeric_day(now),
        what=reminders_in_words(facts, contact_by=patient.kept.contact_by),
        more=() if dose.vial.clinic_id == clinic_id else (_("et annet sted minner"),),
    )
    dated = [
        (one.at, Line(when=moment(one.sent_at or one.at), what=_of(one.code), tag=_became(one)))
        for one in written.get(patient.person_id, [])
    ]
    answers = NextAnswer.objects.filter(patient__in=list(rows)).order_by("said_at")
    dated += [(one.said_at, _answer(one, clinic_id)) for one in answers]
    lines = [line for _at, line in sorted(dated, key=lambda pair: pair[0], reverse=True)]
    return Section("neste", heading, (now_line, *lines), empty)


def _of(code: str) -> str:
    return _("Påminnelse, %(when)s") % {"when": CODES.get(code, code)}


def _became(one: Written) -> str:
    return _("sendt") if one.sent_at else _("ikke sendt, se meldingene")


def _answer(one: NextAnswer, clinic_id: int) -> Line:
    here = one.clinic_id == clinic_id
    return Line(
        when=moment(one.said_at),
        what=_("Svar: %(said)s") % {"said": one.get_said_display()},
        tag=one.get_end_display() if one.end else _("ingen har sett på det"),
        color="neutral" if one.end else "info",
        url=("desk:next_answer", one.pk) if here else None,
    )

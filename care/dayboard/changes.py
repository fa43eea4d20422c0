"""What today's answers changed of what was decided before, in words for the one who vaccinates."""

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from care.dayboard.words import FLAGS, REASONS, Words
from clinics.templatetags.oslo_time import day_and_year
from eligibility.domain.decision import Course, Flag, Route
from eligibility.models import Decision
from eligibility.services.decisions import course_of, told_doses_of

# Flags say these already.
_SAID_BY_FLAGS = {"A1": Flag.PREGNANT, "A6": Flag.OTHER_ALLERGY}


def changes_between(
    before: Decision, today: Decision, *, booked_dose: int, with_reasons: bool = True
) -> list[Words]:
    """List what differs: how the dose is given first, then doses, papers, flags, reasons.

    ``booked_dose`` is the appointment's: dose 2 is often booked on the decision made for dose 1.
    ``with_reasons`` is for pages that do not list them already.
    """
    was, now = course_of(before), course_of(today)
    plan = _of_plan(was, now, today, booked_dose=booked_dose) if was and now else []
    papers, flags = _of_papers(before, today), _of_flags(before, today)
    reasons = _of_reasons(before, today) if with_reasons else []
    return [*plan, *papers, *flags, *reasons]


def _of_plan(was: Course, now: Course, today: Decision, *, booked_dose: int) -> list[Words]:
    found: list[Words] = []
    if now.route != was.route:
        under = now.route == Route.SUBCUTANEOUS
        found.append(_ROUTES[under]())
    if now.next_dose != booked_dose:
        found.append(
            _("Dette er dose %(now)s, ikke dose %(was)s som bestilt.")
            % {"now": now.next_dose, "was": booked_dose}
        )
    if now.doses != was.doses:
        words = ngettext(
            "Personen trenger bare %(now)s dose, ikke %(was)s.",
            "Personen trenger %(now)s doser, ikke %(was)s.",
            now.doses,
        )
        found.append(words % {"now": now.doses, "was": was.doses})
    if now.earliest_on > today.assessed_on:
        day = day_and_year(now.earliest_on)
        found.append(_("Neste dose kan tidligst gis %(day)s.") % {"day": day})
    return found


def _under_the_skin() -> str:
    return _("Dosen settes under huden (0,5 ml, et helt glass), ikke i huden som bestilt.")


def _in_the_skin() -> str:
    return _("Dosen settes i huden (0,1 ml), ikke under huden som bestilt.")


_ROUTES = {True: _under_the_skin, False: _in_the_skin}


def _of_papers(before: Decision, today: Decision) -> list[Words]:
    pairs = zip(told_doses_of(before), told_doses_of(today), strict=False)
    found: list[Words] = []
    for told, confirmed in pairs:
        day = day_and_year(told.dose.given_on)
        if told.dose.counts and not confirmed.dose.counts:
            found.append(_("Dosen %(day)s regnes ikke med: ingen papirer.") % {"day": day})
        elif confirmed.dose.counts and not told.dose.counts:
            found.append(_("Dosen %(day)s regnes med: papirene er sett.") % {"day": day})
    return found


def _of_flags(before: Decision, today: Decision) -> list[Words]:
    new = [FLAGS[flag] for flag in today.flags if flag not in before.flags]
    gone = [FLAGS[flag] for flag in before.flags if flag not in today.flags]
    return [
        *(_("Nytt svar: %(flag)s.") % {"flag": flag} for flag in new),
        *(_("Ikke lenger: %(flag)s.") % {"flag": flag} for flag in gone),
    ]


def _of_reasons(before: Decision, today: Decision) -> list[Words]:
    new = [
        REASONS[reason]
        for reason in today.reasons
        if reason in REASONS
        and reason not in before.reasons
        and _SAID_BY_FLAGS.get(reason) not in today.flags
    ]
    return [
        _("Nytt å ta stilling til: %(reason)s.") % {"reason": words} for words in dict.fromkeys(new)
    ]

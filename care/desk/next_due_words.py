"""Where somebody stands with the reminders of dose 2, in the words of staff."""

from collections.abc import Mapping

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from appointments.domain.next_due import (
    ENDS,
    PAUSES,
    NextDueFacts,
    Occasion,
    WhyNot,
    next_recall,
    recall_now,
)
from care.desk.record_words import Words
from clinics.templatetags.oslo_time import numeric_day

CODES: Mapping[str, Words] = {
    "d28": gettext_lazy("dag 28"),
    "d35": gettext_lazy("dag 35"),
    "d60": gettext_lazy("dag 60"),
    "m3": gettext_lazy("3 måneder"),
    "m4": gettext_lazy("4 måneder"),
    "m5": gettext_lazy("5 måneder"),
    "m6": gettext_lazy("6 måneder"),
}
_WHY: Mapping[WhyNot, Words] = {
    WhyNot.NO_DOSE: gettext_lazy("dose 1 gjelder ikke lenger"),
    WhyNot.GIVEN: gettext_lazy("dose 2 er gitt"),
    WhyNot.MPOX: gettext_lazy("har hatt mpox"),
    WhyNot.COMPLETE: gettext_lazy("har fått dosene som trengs"),
    WhyNot.NOT_NEEDED: gettext_lazy("den siste vurderingen sier ingen dose 2 nå"),
    WhyNot.SETTLED: gettext_lazy("har svart at dose 2 ikke trengs, og det stemmer"),
    WhyNot.STOPPED: gettext_lazy("vil ikke ha flere påminnelser"),
    WhyNot.OVER: gettext_lazy("mer enn seks måneder siden dose 1"),
    WhyNot.BOOKED: gettext_lazy("har time"),
    WhyNot.REVIEW: gettext_lazy("en lege skal vurdere"),
    WhyNot.ANSWERED: gettext_lazy("har svart at dose 2 ikke trengs"),
    WhyNot.REACTION: gettext_lazy("en lokal reaksjon har ikke gått over"),
}


def reminders_in_words(facts: NextDueFacts, *, contact_by: str) -> str:
    """Say whether somebody is reminded, and when or why not: one line.

    ``contact_by``: whoever gets no messages is to be called.
    """
    found = recall_now(facts)
    if isinstance(found, WhyNot) and found in ENDS:
        return _("Slutt: %(why)s") % {"why": _WHY[found]}
    if isinstance(found, WhyNot) and found in PAUSES:
        return _("Pause: %(why)s") % {"why": _WHY[found]}
    if contact_by == "none":
        return _("Får ikke meldinger: ring")
    if isinstance(found, Occasion):
        return _("Minnes nå")
    coming = next_recall(facts)
    if coming is None:
        return _("Slutt: siste påminnelse er sendt")
    return _("Neste påminnelse %(day)s") % {"day": numeric_day(coming.day)}

"""Whether a dose is spare for somebody without a time, and what to tell who cannot have it."""

from dataclasses import dataclass
from datetime import UTC, date, timedelta

from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from appointments.domain.spare_doses import Spare, SpareWhy
from appointments.models import ClinicSession
from care.dayboard.words import Words
from care.desk.phone_words import Stop
from clinics.templatetags.oslo_time import clock, day

WHY_NOT: dict[SpareWhy, Words] = {
    SpareWhy.PEOPLE_FIRST: _("Dosene trengs til dem som har time eller er her fra før."),
    SpareWhy.NO_VIAL: _(
        "Ingen glass er åpne, og ingen med time åpner et den nærmeste timen. Et glass åpnes ikke "
        "bare for den som kommer uten time."
    ),
    SpareWhy.NO_STOCK: _("Ingen lot kan brukes i dag."),
}


@dataclass(frozen=True)
class SpareShown:
    """What is spare, in words."""

    is_spare: bool
    heading: str
    text: str = ""


def spare_in_words(spare: Spare, session: ClinicSession) -> SpareShown:
    """Say how many doses are spare and where, or why none is."""
    if not spare.number:
        return SpareShown(
            is_spare=False,
            heading=gettext("Ingen dose er til overs nå"),
            text=str(WHY_NOT[spare.why]),
        )
    words = ngettext(
        "%(number)d dose er til overs", "%(number)d doser er til overs", spare.number
    ) % {"number": spare.number}
    if spare.wait_until is None:
        return SpareShown(is_spare=True, heading=words)
    opens = session.starts_at.astimezone(UTC) + timedelta(minutes=spare.wait_until)
    text = gettext(
        "Den er i neste glass, som åpnes når den som har time kl. %(clock)s, er her. Personen må "
        "vente så lenge."
    ) % {"clock": clock(opens)}
    return SpareShown(is_spare=True, heading=words, text=text)


def whole_vial() -> Stop:
    """Return what to say to who would take a whole vial."""
    return Stop(
        heading=_("Trenger en time"),
        reasons=(),
        text=_(
            "Personen skal ha dosen under huden, og den tar et helt glass. Bestill en time, så er "
            "glasset satt av."
        ),
        may_send=False,
    )


def too_early(earliest_on: date) -> Stop:
    """Return what to say to whose dose is due on another day (A11)."""
    return Stop(
        heading=_("For tidlig for neste dose"),
        reasons=(),
        text=gettext("Dosen kan tidligst gis %(day)s. Bestill en time fra da av.")
        % {"day": day(earliest_on)},
        may_send=False,
    )

"""The waiting list in the words of staff."""

from django.utils.dates import WEEKDAYS_ABBR
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrOrPromise

from appointments.domain.time_bands import Band
from appointments.domain.waiting import OfferKind, SkipReason
from appointments.models import WaitingEntry

KINDS: dict[OfferKind, StrOrPromise] = {
    OfferKind.TIME: _("Ledig time"),
    OfferKind.STANDBY: _("Kort varsel, i dag"),
    OfferKind.STANDBY_AHEAD: _("Kort varsel, dagen før"),
}
REASONS: dict[SkipReason, StrOrPromise] = {
    SkipReason.OTHER_DAY: _("Kan ikke den dagen"),
    SkipReason.OTHER_TIME: _("Kan ikke på den tiden av dagen"),
    SkipReason.TOO_EARLY: _("Dosen kan ikke gis så tidlig"),
    SkipReason.NOT_EARLIER: _("Har en time som er like tidlig eller tidligere"),
    SkipReason.GROUP_CLOSED: _("Gruppen får ikke time den dagen"),
    SkipReason.OTHER_ROUTE: _("Må ha et helt hetteglass"),
    SkipReason.NO_VIAL: _("Ikke nok hetteglass satt av"),
    SkipReason.TOO_FAR: _("Rekker det ikke"),
    SkipReason.QUIET: _("Vil ikke forstyrres nå"),
    SkipReason.HAS_OFFER: _("Har et annet tilbud å svare på"),
    SkipReason.ASKED_BEFORE: _("Har svart nei eller ikke svart den dagen"),
    SkipReason.STOPPED: _("Har stoppet tilbud"),
    SkipReason.NIGHT: _("Vil ikke spørres om natten"),
    SkipReason.NO_CONTACT: _("Har verken telefon eller e-post"),
}
_BANDS: dict[Band, StrOrPromise] = {
    Band.MORNING: _("morgen"),
    Band.MIDDAY: _("midt på dagen"),
    Band.AFTERNOON: _("ettermiddag"),
    Band.EVENING: _("kveld"),
}


def when_in_words(entry: WaitingEntry) -> str:
    """Say in a line which days and parts of the day somebody can come."""
    days = sorted(entry.weekdays)
    week = gettext("alle dager") if len(days) == len(WEEKDAYS_ABBR) else _weekdays(days)
    bands = [str(_BANDS[band]) for band in Band if band.value in entry.bands]
    clock = gettext("hele dagen") if len(bands) == len(Band) else ", ".join(bands)
    return f"{week} · {clock}"


def _weekdays(days: list[int]) -> str:
    return ", ".join(str(WEEKDAYS_ABBR[number]) for number in days)

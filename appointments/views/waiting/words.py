"""What somebody waits for, in the words of the pages."""

from django.utils.dates import WEEKDAYS
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from appointments.domain.time_bands import Band
from appointments.forms.waiting import BAND_WORDS
from appointments.models import WaitingEntry
from clinics.templatetags.oslo_time import day


def wish_in_words(entry: WaitingEntry) -> list[dict[str, str]]:
    """Return the rows of a summary list: what, when, until when."""
    wants = []
    if entry.wants_time:
        wants.append(_("En ledig time"))
    if entry.standby:
        wants.append(_("En plass på kort varsel"))
    rows = [
        {"label": _("Du får beskjed om"), "value": "\n".join(wants)},
        {"label": _("Dager"), "value": _days(entry.weekdays)},
        {"label": _("Tid på dagen"), "value": _bands(entry.bands)},
    ]
    if entry.standby:
        eta = _("%(n)s minutter") % {"n": entry.eta_minutes}
        rows.append({"label": _("Kan være her på"), "value": eta})
    if entry.quiet_from and entry.quiet_until:
        quiet = _("%(begin)s til %(end)s") % {
            "begin": f"{entry.quiet_from:%H.%M}",
            "end": f"{entry.quiet_until:%H.%M}",
        }
        rows.append({"label": _("Ikke forstyrr"), "value": quiet})
    if entry.standby:
        night = _("Ja") if entry.patient.kept.any_hour else _("Nei")
        rows.append({"label": _("Spørres mellom 21 og 8"), "value": night})
    rows.append({"label": _("Til og med"), "value": day(entry.until)})
    return rows


def _days(weekdays: list[int]) -> str:
    if len(weekdays) == len(WEEKDAYS):
        return _("Alle dager")
    return capfirst(", ".join(str(WEEKDAYS[number]) for number in sorted(weekdays)))


def _bands(bands: list[str]) -> str:
    if len(bands) == len(Band):
        return _("Hele dagen")
    return "\n".join(str(BAND_WORDS[band]) for band in Band if band.value in bands)

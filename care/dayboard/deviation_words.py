"""What the deviations of a dose are called, on staff pages."""

from collections.abc import Iterable

from django.utils.translation import gettext_lazy as _

from care.dayboard.words import Words
from vaccinations.domain.deviations import Deviation, from_text

DEVIATIONS: dict[str, Words] = {
    Deviation.PERSON: _("Gitt selv om svarene eller legen sa nei"),
    Deviation.NOT_ASKED: _("Spørsmålene var ikke stilt"),
    Deviation.EXTRA: _("Personen hadde fått dosen fra før"),
    Deviation.INTERVAL: _("For kort tid mellom dosene"),
    Deviation.ROUTE: _("Gitt på en annen måte enn planlagt"),
    Deviation.VOLUME: _("Et annet volum enn måten skal ha"),
    Deviation.WINDOW: _("Gitt utenfor glassets brukstid"),
    Deviation.LOT_EXPIRED: _("Loten var gått ut på dato"),
    Deviation.LOT_STOPPED: _("Loten var stoppet"),
    Deviation.NOT_ENOUGH_LEFT: _("Glasset var ført som tomt"),
    Deviation.NO_ORDER: _("Ingen ordinasjon gjaldt den dagen"),
}


def deviations_in_words(found: str | Iterable[Deviation]) -> list[Words]:
    """Name deviations, also as a dose keeps them."""
    read = from_text(found) if isinstance(found, str) else found
    return [DEVIATIONS[one] for one in read]

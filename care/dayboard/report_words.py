"""The words of a day's report: why vaccine was wasted, and the columns of its CSV."""

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from appointments.domain.day_numbers import DayNumbers, Why
from appointments.models import ClinicSession
from clinics.domain.calendar import OSLO

WHY: dict[Why, Promise] = {
    Why.BROKEN: _("Doser i glass som ble knust eller sølt"),
    Why.CONTAMINATED: _("Doser som ble forurenset"),
    Why.WINDOW_ENDED: _("Doser i glass der brukstiden gikk ut"),
    Why.END_OF_DAY: _("Doser som ble igjen da det ikke kom flere"),
    Why.NOT_OBTAINABLE: _("Doser som ikke lot seg trekke opp"),
    Why.LOST_UNOPENED: _("Uåpnede glass som var tint og ikke ble brukt"),
    Why.NO_SHOWS: _("Personer som ikke møtte"),
    Why.TURNED_AWAY: _("Personer som ikke kunne få vaksinen likevel"),
}

_COLUMNS: dict[Promise, Callable[[DayNumbers], Any]] = {
    _("Hadde time"): lambda n: n.booked,
    _("Innkalt på kort varsel"): lambda n: n.standby,
    _("Kom uten time"): lambda n: n.walk_ins,
    _("Møtte"): lambda n: n.came,
    _("Vaksinert"): lambda n: n.vaccinated,
    _("Ikke møtt"): lambda n: n.no_shows,
    _("Avvist"): lambda n: n.turned_away,
    _("Gikk"): lambda n: n.left,
    _("Ville ikke"): lambda n: n.declined,
    _("Doser gitt"): lambda n: n.doses,
    _("Glass åpnet"): lambda n: n.vials,
    _("Færrest mulig glass"): lambda n: n.fewest_vials,
    _("Doser kastet"): lambda n: n.wasted,
    _("Kastet: brukstiden gikk ut"): lambda n: n.discarded.get("window_ended", 0),
    _("Kastet: ingen flere å vaksinere"): lambda n: n.discarded.get("end_of_day", 0),
    _("Kastet: knust eller sølt"): lambda n: n.discarded.get("broken", 0),
    _("Kastet: forurenset"): lambda n: n.discarded.get("contaminated", 0),
    _("Svinn i prosent"): lambda n: _percent(n.waste_percent),
    _("Doser som ikke lot seg trekke opp"): lambda n: n.not_obtainable,
    _("Uåpnede glass tapt"): lambda n: n.lost_unopened,
    _("Spurt om annen tid"): lambda n: n.asked,
    _("Flyttet"): lambda n: n.moved,
    _("Doser gitt på kort varsel"): lambda n: n.standby_used,
    _("Betalt"): lambda n: n.paid,
    _("Fritatt"): lambda n: n.exempt,
    _("Betaler senere"): lambda n: n.pay_later,
}


def csv_rows(days: Iterable[tuple[ClinicSession, DayNumbers]]) -> Iterator[list[str]]:
    """Yield the heading and a line for each day."""
    yield [str(_("Dato")), str(_("Åpnet")), str(_("Stengte")), *map(str, _COLUMNS)]
    for session, numbers in days:
        times = [f"{moment:%H:%M}" for moment in _oslo(session)]
        figures = [str(number(numbers)) for number in _COLUMNS.values()]
        yield [f"{session.date:%Y-%m-%d}", *times, *figures]


def _oslo(session: ClinicSession) -> list[Any]:
    return [moment.astimezone(OSLO) for moment in (session.starts_at, session.ends_at)]


def _percent(value: float | None) -> str:
    return "" if value is None else f"{value:.1f}".replace(".", ",")

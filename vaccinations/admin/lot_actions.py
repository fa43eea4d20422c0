"""What can be done with a lot: one page each, as data."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext_lazy as _

from clinics.domain.roles import Role
from vaccinations.domain.lot_state import LotMove, LotState, allowed
from vaccinations.forms.acting import Words
from vaccinations.forms.stock import (
    CountForm,
    DeliveryForm,
    ExcursionForm,
    LotForm,
    QuarantineForm,
    ReleaseForm,
    ThawForm,
    WriteOffForm,
)
from vaccinations.selectors import Stock

KEEPERS = frozenset({Role.ADMIN, Role.LEAD, Role.CLINICIAN})


@dataclass(frozen=True)
class LotAction:
    """A page about a lot: who may, when it makes sense, what it asks and what it says after."""

    name: str
    address: str
    link: Words
    title: Words
    button: Words
    done: Words
    form: type[LotForm]
    fits: Callable[[Stock, date], bool]
    roles: frozenset[Role] = KEEPERS
    intro: tuple[Words, ...] = ()
    danger: bool = False


def _may_come(stock: Stock, today: date) -> bool:
    return stock.lot.state != LotState.RECALLED and stock.lot.expires_on >= today


def _may_be_thawed(stock: Stock, today: date) -> bool:
    return (
        stock.lot.product.stored_frozen
        and stock.lot.state == LotState.USABLE
        and stock.lot.expires_on >= today
        and stock.frozen > 0
    )


def _state_allows(move: LotMove) -> Callable[[Stock, date], bool]:
    return lambda stock, _today: allowed(move, stock.lot.state)


LOT_ACTIONS = (
    LotAction(
        name="thaw",
        address="tin",
        link=_("Tin glass"),
        title=_("Tin glass av loten"),
        button=_("Registrer tining"),
        done=_("Tiningen er registrert."),
        form=ThawForm,
        fits=_may_be_thawed,
        intro=(
            _(
                "Registrer glassene når de tas opp av fryseren. Bare tinte glass kan åpnes på "
                "tavla."
            ),
        ),
    ),
    LotAction(
        name="delivery",
        address="levering",
        link=_("Ny levering"),
        title=_("Ny levering av loten"),
        button=_("Ta inn på lager"),
        done=_("Leveringen er registrert."),
        form=DeliveryForm,
        fits=_may_come,
    ),
    LotAction(
        name="count",
        address="telling",
        link=_("Telling"),
        title=_("Tell lageret"),
        button=_("Registrer telling"),
        done=_("Tellingen er registrert."),
        form=CountForm,
        fits=lambda _stock, _today: True,
    ),
    LotAction(
        name="write_off",
        address="avskriv",
        link=_("Avskriv"),
        title=_("Avskriv glass"),
        button=_("Avskriv glassene"),
        done=_("Glassene er avskrevet."),
        form=WriteOffForm,
        fits=lambda stock, _today: stock.on_hand > 0,
        intro=(_("For uåpnede glass. Åpnede glass kastes fra tavla."),),
        danger=True,
    ),
    LotAction(
        name="excursion",
        address="temperaturavvik",
        link=_("Temperaturavvik"),
        title=_("Meld temperaturavvik"),
        button=_("Meld avviket og stopp loten"),
        done=_("Avviket er registrert, og loten er i karantene."),
        form=ExcursionForm,
        fits=_state_allows(LotMove.REPORT_EXCURSION),
        intro=(
            _(
                "Loten settes i karantene: ingen glass kan åpnes, og ingen doser gis av dem som er "
                "åpnet, før en behandler har frigitt den."
            ),
        ),
        danger=True,
    ),
    LotAction(
        name="quarantine",
        address="karantene",
        link=_("Karantene"),
        title=_("Sett loten i karantene"),
        button=_("Stopp loten"),
        done=_("Loten er i karantene."),
        form=QuarantineForm,
        fits=_state_allows(LotMove.QUARANTINE),
        intro=(
            _(
                "Ingen glass kan åpnes, og ingen doser gis av dem som er åpnet, før en behandler "
                "har frigitt loten."
            ),
        ),
        danger=True,
    ),
    LotAction(
        name="release",
        address="frigi",
        link=_("Frigi"),
        title=_("Frigi loten fra karantene"),
        button=_("Frigi loten"),
        done=_("Loten kan brukes igjen."),
        form=ReleaseForm,
        fits=_state_allows(LotMove.RELEASE),
        roles=frozenset({Role.CLINICIAN}),
        intro=(
            _(
                "Bare en behandler med HPR-nummer på stedet kan frigi. Navnet ditt blir stående i "
                "lagerlisten."
            ),
        ),
    ),
)

from vaccinations.models.doses import Dose
from vaccinations.models.products import InUseWindow, Product, StandingOrder
from vaccinations.models.stock import Lot, LotEntry, Thawing
from vaccinations.models.vials import Vial

__all__ = [
    "Dose",
    "InUseWindow",
    "Lot",
    "LotEntry",
    "Product",
    "StandingOrder",
    "Thawing",
    "Vial",
]

from vaccinations.models.doses import DeviationSeen, Dose
from vaccinations.models.products import InUseWindow, Product, StandingOrder
from vaccinations.models.reactions import Reaction, ReactionEntry
from vaccinations.models.recalls import Recall, RecallContact
from vaccinations.models.registry import RegistryReport
from vaccinations.models.stock import Lot, LotEntry, Thawing
from vaccinations.models.vials import Vial

__all__ = [
    "DeviationSeen",
    "Dose",
    "InUseWindow",
    "Lot",
    "LotEntry",
    "Product",
    "Reaction",
    "ReactionEntry",
    "Recall",
    "RecallContact",
    "RegistryReport",
    "StandingOrder",
    "Thawing",
    "Vial",
]

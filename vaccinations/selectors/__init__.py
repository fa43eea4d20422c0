"""Reads of vaccine, vials and doses."""

from vaccinations.selectors.orders import (
    clinicians_who_sign,
    in_use_window,
    standing_order,
    windows_in_force,
)
from vaccinations.selectors.stock import (
    LotOnHand,
    Stock,
    first_thawing,
    stock_of,
    thawings_on_hand,
    usable_lots,
    with_remaining,
    with_stock,
)
from vaccinations.selectors.vials import (
    LETTERS,
    VialOnHand,
    clinic_of_dose,
    clinic_of_vial,
    doses_of,
    next_letter,
    open_vials,
)

__all__ = [
    "LETTERS",
    "LotOnHand",
    "Stock",
    "VialOnHand",
    "clinic_of_dose",
    "clinic_of_vial",
    "clinicians_who_sign",
    "doses_of",
    "first_thawing",
    "in_use_window",
    "next_letter",
    "open_vials",
    "standing_order",
    "stock_of",
    "thawings_on_hand",
    "usable_lots",
    "windows_in_force",
    "with_remaining",
    "with_stock",
]

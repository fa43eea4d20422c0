"""Reads of vaccine, vials and doses."""

from vaccinations.selectors.orders import (
    clinicians_who_sign,
    in_use_window,
    orders_that_hold,
    standing_order,
    windows_in_force,
)
from vaccinations.selectors.stock import (
    LotOnHand,
    Stock,
    first_thawing,
    lot_named,
    stock_of,
    thawings_on_hand,
    usable_lots,
    with_remaining,
    with_stock,
)
from vaccinations.selectors.vials import (
    LETTERS,
    VialOnHand,
    as_corrected,
    clinic_of_dose,
    clinic_of_vial,
    doses_of,
    next_letter,
    open_vials,
    vials_of_day,
)

__all__ = [
    "LETTERS",
    "LotOnHand",
    "Stock",
    "VialOnHand",
    "as_corrected",
    "clinic_of_dose",
    "clinic_of_vial",
    "clinicians_who_sign",
    "doses_of",
    "first_thawing",
    "in_use_window",
    "lot_named",
    "next_letter",
    "open_vials",
    "orders_that_hold",
    "standing_order",
    "stock_of",
    "thawings_on_hand",
    "usable_lots",
    "vials_of_day",
    "windows_in_force",
    "with_remaining",
    "with_stock",
]

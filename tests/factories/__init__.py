"""Rows to test with, made through the product's own services; plain functions with defaults.

Everything happens around one clinic day: ``OPENING`` is when it opens. Moments are passed in, as
everywhere; what is not given follows from ``OPENING``.
"""

from tests.factories.clinics import actor_of, make_clinic, make_doctor, make_staff
from tests.factories.moments import (
    BEFORE,
    BORN,
    DAY,
    FAMILY_NAMES,
    GIVEN_NAMES,
    LONG_AGO,
    OPENING,
    at,
    by_day,
    oslo,
)
from tests.factories.passkeys import make_passkey
from tests.factories.people import (
    answers_of,
    day_answers,
    make_activated_browser,
    make_case,
    make_decision,
    make_interest,
    make_patient,
    see_id,
)
from tests.factories.sessions import (
    make_arrival,
    make_ask,
    make_booking,
    make_session,
    make_wait,
    slot_at,
)
from tests.factories.stock import (
    make_lot,
    make_order,
    make_product,
    make_thawing,
    make_window,
    sign_what_is_missing,
)
from tests.factories.vials import Day, make_day, make_dose, make_vial

__all__ = [
    "BEFORE",
    "BORN",
    "DAY",
    "FAMILY_NAMES",
    "GIVEN_NAMES",
    "LONG_AGO",
    "OPENING",
    "Day",
    "actor_of",
    "answers_of",
    "at",
    "by_day",
    "day_answers",
    "make_activated_browser",
    "make_arrival",
    "make_ask",
    "make_booking",
    "make_case",
    "make_clinic",
    "make_day",
    "make_decision",
    "make_doctor",
    "make_dose",
    "make_interest",
    "make_lot",
    "make_order",
    "make_passkey",
    "make_patient",
    "make_product",
    "make_session",
    "make_staff",
    "make_thawing",
    "make_vial",
    "make_wait",
    "make_window",
    "oslo",
    "see_id",
    "sign_what_is_missing",
    "slot_at",
]

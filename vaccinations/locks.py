"""The lock that a clinic's stock of vials stands under."""

from django.db import transaction

from clinics.models import Clinic


def lock_stock(clinic_id: int) -> None:
    """Lock the clinic's row until the transaction ends: one change of its stock at a time.

    Taken late, before the check of what is there. NO KEY: rows that only point at the clinic are
    not held up. It is the same lock that booking takes first, so the order is the same.
    """
    assert transaction.get_connection().in_atomic_block
    Clinic.objects.select_for_update(no_key=True).only("pk").get(pk=clinic_id)

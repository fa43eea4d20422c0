"""How many days what is kept, where the clinic's controller may choose."""

from collections.abc import Mapping

from django.core.exceptions import ImproperlyConfigured

DEFAULTS = {
    "never_came": 365,
    "waiting": 90,
    "group": 180,
    "references": 30,
    "id_copies": 30,
    "admin_log": 365,
    "logins": 90,
    # Longer than a complaint, or a case about somebody who should not have looked, may take.
    "given_reasons": 1825,
}
LONGEST = 3650


def keep_days(environment: Mapping[str, str]) -> dict[str, int]:
    """Read MPOX_KEEP_DAYS, e.g. ``group=90,waiting=30``; the others have their defaults.

    Raises ImproperlyConfigured for a name that is none, or days outside 1 to 3650.
    """
    days = dict(DEFAULTS)
    for part in environment.get("MPOX_KEEP_DAYS", "").split(","):
        name, _equals, number = (each.strip() for each in part.partition("="))
        if not name:
            continue
        if name not in DEFAULTS or not number.isdecimal() or not 1 <= int(number) <= LONGEST:
            raise ImproperlyConfigured(
                f"MPOX_KEEP_DAYS: {part.strip()} is not NAME=DAYS with 1 to {LONGEST} days; "
                f"the names are {', '.join(DEFAULTS)}."
            )
        days[name] = int(number)
    return days

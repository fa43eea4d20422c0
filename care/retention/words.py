"""How long something is kept, in words."""

from datetime import timedelta

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from care.retention.kinds import Kind


def time_in_words(kind: Kind) -> str:
    """Say how long a kind is kept: "30 minutter etter at du sist svarte"."""
    if kind.kept_for is None:
        return str(kind.kept)
    if not kind.kept_for:
        return _("til økten er over")
    return f"{length_in_words(kind.kept_for)} {kind.after}"


def length_in_words(length: timedelta) -> str:
    """Say a length of time in its largest whole unit up to days; 24 hours stay hours."""
    minutes = int(length.total_seconds()) // 60
    if minutes < 60:
        return ngettext("%(number)s minutt", "%(number)s minutter", minutes) % {"number": minutes}
    hours = minutes // 60
    if hours <= 24:
        return ngettext("%(number)s time", "%(number)s timer", hours) % {"number": hours}
    return ngettext("%(number)s dag", "%(number)s dager", length.days) % {"number": length.days}

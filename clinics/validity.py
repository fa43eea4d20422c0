"""Rows that hold from and until a day, both included."""

from datetime import date

from django.db.models import Q


def valid_on(day: date) -> Q:
    """Match rows that hold on a day; no end means until further notice."""
    return Q(valid_from__lte=day) & (Q(valid_until=None) | Q(valid_until__gte=day))

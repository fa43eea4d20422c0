"""People as lists show them: no more of who somebody is than the list needs."""

from django import template

from clinics.templatetags.oslo_time import numeric_day
from patients.models import Patient

register = template.Library()


@register.filter
def listed_born(patient: Patient) -> str:
    """Write a person's birth date, or only its year where their address is protected."""
    born = patient.kept.birth_date
    return str(born.year) if patient.is_protected else numeric_day(born)

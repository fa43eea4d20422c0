"""Warns a planner who sets aside more vials than the stock covers: a delivery may be on its way."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest
from django.utils import timezone
from django.utils.text import get_text_list
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from clinics.role_admin import RoleAdmin
from clinics.templatetags.oslo_time import day
from vaccinations.services.shortages import shortages

NAMED = 5


def warn_of_stock(page: RoleAdmin[Any], request: HttpRequest, clinic_ids: set[int]) -> None:
    """Say on the next page which days the stock does not cover, if there are any."""
    lacking = shortages(clinic_ids, now=timezone.now(), of_allotted=True)
    if not lacking:
        return
    total = sum(one.vials for one in lacking)
    head = ngettext(
        "Dagene har til sammen satt av %(count)d hetteglass mer enn lageret dekker",
        "Dagene har til sammen satt av %(count)d hetteglass mer enn lageret dekker",
        total,
    ) % {"count": total}
    days = [f"{day(one.promise.day)} ({one.vials})" for one in lacking[:NAMED]]
    if len(lacking) > NAMED:
        days.append("…")
    todo = _("Er en levering på vei, er det i orden. Hvis ikke: sett av færre, eller bestill mer.")
    page.message_user(request, f"{head}: {get_text_list(days, _('og'))}. {todo}", messages.WARNING)

"""The admin's count of those who want to be told of times: how many wait, for which group."""

from collections import Counter
from collections.abc import Mapping
from typing import Any

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from clinics.domain.roles import Role
from clinics.domain.small_counts import SMALLEST_SHOWN, shown_counts
from clinics.role_admin import ReadOnlyAdmin
from eligibility.models import GroupInterest

GROUPS = ("1", "2", "3")


def _shown(clinic: str, counted: Mapping[tuple[str, str | None], int]) -> list[tuple[str, object]]:
    """Pair each group with how many wait; those of fewer than five are not told, nor that it is 0.

    The list below tells how many there are in all, and whose group it is stays unsaid.
    """
    shown = shown_counts({group: counted.get((clinic, group), 0) for group in GROUPS})
    few = _("færre enn %(number)s") % {"number": SMALLEST_SHOWN}
    return [(group, number or few) for group, number in shown.items()]


@admin.register(GroupInterest)
class GroupInterestAdmin(ReadOnlyAdmin[GroupInterest]):
    """How many wait at the user's clinics; who they are is shown to nobody."""

    readers = frozenset({Role.ADMIN, Role.LEAD, Role.CLINICIAN, Role.AUDITOR})
    change_list_template = "admin/eligibility/interests.html"
    list_display = ["asked", "clinic", "state"]
    list_filter = ["clinic", "end"]
    list_select_related = ["clinic"]
    list_per_page = 50
    ordering = ["-consented_at", "pk"]
    show_full_result_count = False
    fields = ["clinic", "asked", "state"]
    readonly_fields = ["asked", "state"]

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Show the counts above the list."""
        waiting = self.get_queryset(request).filter(ended_at=None, told_at=None)
        counted = Counter(
            (str(one.clinic), one.priority_group) for one in waiting.select_related("clinic")
        )
        counts = [
            {"clinic": clinic, "group": group, "number": number}
            for clinic in sorted({clinic for clinic, _group in counted})
            for group, number in _shown(clinic, counted)
        ]
        return super().changelist_view(request, {**(extra_context or {}), "counts": counts})

    def row_title(self, obj: GroupInterest) -> str:
        """Call a row by its time."""
        return self.asked(obj)

    @admin.display(description=_("Bedt om"), ordering="consented_at")
    def asked(self, obj: GroupInterest) -> str:
        """Write when it was asked for."""
        return date_format(timezone.localtime(obj.consented_at), "SHORT_DATETIME_FORMAT")

    @admin.display(description=_("Tilstand"))
    def state(self, obj: GroupInterest) -> Any:
        """Say whether the person waits, was told, or is off the list."""
        if obj.ended_at:
            return obj.get_end_display()
        return _("har fått beskjed") if obj.told_at else _("venter på beskjed")

"""The page that makes many sessions in one go: a form, a preview of every day, then all of them."""

from datetime import UTC, datetime, time, timedelta
from typing import Any

from django.contrib import messages
from django.contrib.admin.helpers import AdminForm
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from appointments.admin.stock_warning import warn_of_stock
from appointments.admin.words import FAULTS, days_in_words, hours_in_words, refusal
from appointments.domain.session_series import Fault, PlannedDay, plan_days
from appointments.forms.series import SeriesForm
from appointments.models import ClinicSession
from appointments.selectors.sessions import openings_between
from appointments.services.sessions import (
    NoInUseWindowError,
    Series,
    SessionsOverlapError,
    plan_series,
)
from clinics.domain.public_holidays import holidays_among
from clinics.models import Clinic
from clinics.role_admin import RoleAdmin, actor_at, clinics_open_to

FIELDSETS = [
    ("", ["token", "clinic", "product"]),
    ("days", ["pattern", "nth", "weekdays", "first", "until"]),
    ("hours", ["opens", "closes", "stations", "slot_minutes"]),
    ("vaccine", ["vials_allotted", "offered_groups"]),
    ("after", ["opened"]),
]
# The service finds out about overlaps, under the lock; these it need not be asked about.
_NEVER = frozenset({Fault.PAST, Fault.NO_SUCH_TIME})


class SeriesPage(RoleAdmin[ClinicSession]):
    """The part of the sessions' pages that makes many in one go."""

    def only_choices(self, request: HttpRequest) -> dict[str, Any]:
        """Return what the user has but one of to choose."""
        raise NotImplementedError

    def series_view(self, request: HttpRequest) -> HttpResponse:
        """Show the form; then what it would make; then make it."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        if request.method != "POST":
            initial = self.only_choices(request)
            return self._form_page(
                request, SeriesForm(initial=initial, clinics=self._open(request))
            )
        form = SeriesForm(request.POST, clinics=self._open(request))
        if not form.is_valid() or "edit" in request.POST:
            return self._form_page(request, form)
        now = timezone.now()
        if "create" not in request.POST:
            return self._preview(request, form, now=now)
        return self._create(request, form, now=now)

    def _create(self, request: HttpRequest, form: SeriesForm, *, now: datetime) -> HttpResponse:
        chosen = set(request.POST.getlist("day"))
        days = [
            day
            for day in self._planned(form, now=now)
            if day.date.isoformat() in chosen and day.faults.isdisjoint(_NEVER)
        ]
        if not days:
            return self._preview(
                request, form, now=now, chosen=chosen, error=_("Velg minst én dag.")
            )
        try:
            series = self._make(request, form, days, now=now)
        except NoInUseWindowError as error:
            form.add_error("clinic", refusal(error, clinic_id=form.cleaned_data["clinic"].pk))
            return self._form_page(request, form)
        except SessionsOverlapError as error:
            words = _(
                "Ingen dager er opprettet. Stedet har fått en annen vaksinasjonsdag samtidig: "
                "%(days)s. De andre dagene er fortsatt valgt."
            ) % {"days": days_in_words(error.days)}
            return self._preview(request, form, now=now, chosen=chosen, error=words)
        self._tell(request, series, days)
        page = reverse("admin:appointments_clinicsession_changelist")
        return HttpResponseRedirect(f"{page}?series={form.cleaned_data['token']}")

    def _make(
        self, request: HttpRequest, form: SeriesForm, days: list[PlannedDay], *, now: datetime
    ) -> Series:
        said = form.cleaned_data
        return plan_series(
            series_id=said["token"],
            clinic_id=said["clinic"].pk,
            product_id=said["product"].pk,
            openings=[(day.starts_at, day.ends_at) for day in days],
            stations=said["stations"],
            slot_minutes=said["slot_minutes"],
            vials_allotted=said["vials_allotted"],
            offered_groups=said["offered_groups"],
            opened=bool(said["opened"]),
            by=actor_at(request, said["clinic"].pk, self.writers),
            now=now,
        )

    def _tell(self, request: HttpRequest, series: Series, days: list[PlannedDay]) -> None:
        count = len(series.sessions)
        if series.made:
            words = ngettext(
                "%(count)d vaksinasjonsdag er opprettet.",
                "%(count)d vaksinasjonsdager er opprettet.",
                count,
            )
            self.message_user(request, words % {"count": count}, messages.SUCCESS)
            warn_of_stock(self, request, {session.clinic_id for session in series.sessions})
        elif {one.date for one in series.sessions} == {day.date for day in days}:
            # The second press of a double click: what was asked for is there.
            words = _("Vaksinasjonsdagene er opprettet.")
            self.message_user(request, words, messages.SUCCESS)
        else:
            words = _(
                "Dette skjemaet er brukt før, og dagene nedenfor ble opprettet da. Ingen nye er "
                "opprettet. Begynn på et nytt skjema for å lage flere."
            )
            self.message_user(request, words, messages.WARNING)

    def _open(self, request: HttpRequest) -> QuerySet[Clinic]:
        open_to = clinics_open_to(request, self.writers)
        clinics = Clinic.objects.order_by("city", "name")
        return clinics if open_to is None else clinics.filter(pk__in=open_to)

    def _planned(self, form: SeriesForm, *, now: datetime) -> list[PlannedDay]:
        said, days = form.cleaned_data, form.days()
        midnight = datetime.combine(days[0], time(), tzinfo=UTC)
        taken = openings_between(
            said["clinic"].pk,
            midnight - timedelta(days=1),
            midnight + (days[-1] - days[0]) + timedelta(days=2),
        )
        return plan_days(
            days,
            form.opening(),
            stations=said["stations"],
            slot_minutes=said["slot_minutes"],
            taken=taken,
            holidays=holidays_among(days, language=translation.get_language() or "nb"),
            now=now,
        )

    def _form_page(self, request: HttpRequest, form: SeriesForm) -> HttpResponse:
        titles = {
            "": None,
            "days": _("Dager"),
            "hours": _("Åpningstid"),
            "vaccine": _("Vaksine"),
            "after": _("Bestilling"),
        }
        fieldsets = [(titles[key], {"fields": fields}) for key, fields in FIELDSETS]
        context = {
            **self._context(request),
            "adminform": AdminForm(form, fieldsets, {}, model_admin=self),  # type: ignore[arg-type]
            "errors": form.errors,
        }
        return TemplateResponse(request, "admin/appointments/series_form.html", context)

    def _preview(
        self,
        request: HttpRequest,
        form: SeriesForm,
        *,
        now: datetime,
        chosen: set[str] | None = None,
        error: str = "",
    ) -> HttpResponse:
        planned = self._planned(form, now=now)
        rows = [
            {
                "day": day,
                "hours": hours_in_words(day.starts_at, day.ends_at),
                "faults": [_fault(day, fault) for fault in Fault if fault in day.faults],
                "chosen": day.possible
                and (day.advised if chosen is None else day.date.isoformat() in chosen),
            }
            for day in planned
        ]
        context = {
            **self._context(request),
            "form": form,
            "said": form.cleaned_data,
            "pattern": form.pattern_in_words(),
            "hours": hours_in_words(planned[0].starts_at, planned[0].ends_at),
            "rows": rows,
            "any_possible": any(day.possible for day in planned),
            "error": error,
        }
        return TemplateResponse(request, "admin/appointments/series_preview.html", context)

    def _context(self, request: HttpRequest) -> dict[str, Any]:
        return {
            **self.admin_site.each_context(request),
            "title": _("Planlegg flere dager"),
            "opts": self.opts,
        }


def _fault(day: PlannedDay, fault: Fault) -> str:
    words = str(FAULTS[fault])
    return f"{words}: {day.holiday}" if fault is Fault.HOLIDAY else words

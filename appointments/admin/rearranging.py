"""The page that changes, moves or cancels a session with people in it: form, preview, done."""

from collections import Counter
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from appointments.admin.stock_warning import warn_of_stock
from appointments.admin.words import refusal
from appointments.domain.rearranging import Rearranging
from appointments.domain.session_states import RUNNING
from appointments.forms.rearranging import RearrangeForm
from appointments.models import ClinicSession
from appointments.selectors.session_impact import Impact
from appointments.services.session_changes import ClosesTooEarlyError, SessionEndedError
from appointments.services.session_impact import (
    AlreadyBegunError,
    NothingChangedError,
    OpensInThePastError,
    PeopleHaveComeError,
    TooShortNoticeError,
    preview,
)
from appointments.services.session_rearranging import PreviewStaleError, apply
from appointments.services.sessions import SessionOverError, SessionsOverlapError
from clinics.role_admin import RoleAdmin, actor_at
from notifications.domain.kinds import CHANNELS

NAME = "appointments_clinicsession_rearrange"
TITLE = gettext_lazy("Endre eller avlys dagen")
BUTTONS = {
    Rearranging.CHANGE: gettext_lazy("Endre dagen og send beskjedene"),
    Rearranging.MOVE: gettext_lazy("Flytt dagen og send beskjedene"),
    Rearranging.CANCEL: gettext_lazy("Avlys dagen og send beskjedene"),
}
# The field that a refusal belongs to: when the day is changed, and when it is moved.
_FIELDS: dict[type[Exception], tuple[str | None, str | None]] = {
    AlreadyBegunError: ("opens", "what"),
    ClosesTooEarlyError: ("closes", "to_clock"),
    NothingChangedError: ("what", "to_clock"),
    OpensInThePastError: ("opens", "to_day"),
    PeopleHaveComeError: ("closes", "what"),
    SessionEndedError: (None, None),
    SessionOverError: (None, None),
    SessionsOverlapError: ("opens", "to_clock"),
    TooShortNoticeError: ("opens", "to_clock"),
}
_REFUSALS = tuple(_FIELDS)


class RearrangesSessions(RoleAdmin[ClinicSession]):
    """The part of the sessions' pages that changes one with people in it."""

    def rearrange_urls(self) -> list[URLPattern]:
        """Return the address of the page."""
        view = self.admin_site.admin_view(self.rearrange_view)
        view.model_admin = self  # type: ignore[attr-defined]  # as Django's own pages have
        return [path("<uuid:object_id>/endre-med-folk/", view, name=NAME)]

    def rearrange_link(self, request: HttpRequest, session: ClinicSession) -> list[tuple[str, Any]]:
        """Lead to the page where it can be of use."""
        possible = session.state in RUNNING and session.ends_at > timezone.now()
        if not possible or not self.has_change_permission(request, session):
            return []
        return [(reverse(f"admin:{NAME}", args=[session.pk]), TITLE)]

    def rearrange_view(self, request: HttpRequest, object_id: Any) -> HttpResponse:
        """Show the form; then everybody it concerns; then do it."""
        session = self.get_queryset(request).select_related("clinic").filter(pk=object_id).first()
        if session is None:
            raise Http404
        if not self.has_change_permission(request, session):
            raise PermissionDenied
        if request.method != "POST":
            return self._wishes_page(request, RearrangeForm(session=session))
        form = RearrangeForm(request.POST, session=session)
        if not form.is_valid() or "edit" in request.POST:
            return self._wishes_page(request, form)
        try:
            if "fingerprint" in request.POST:
                return self._rearrange(request, form)
            impact = preview(session_id=session.pk, wish=form.wish(), now=timezone.now())
        except _REFUSALS as error:
            self._say_no(form, error)
            return self._wishes_page(request, form)
        return self._impact_page(request, form, impact)

    def _rearrange(self, request: HttpRequest, form: RearrangeForm) -> HttpResponse:
        session = form.session
        try:
            impact = apply(
                session_id=session.pk,
                wish=form.wish(),
                fingerprint=request.POST["fingerprint"],
                by=actor_at(request, session.clinic_id, self.writers),
                now=timezone.now(),
            )
        except PreviewStaleError:
            words = _(
                "Ingenting er gjort. Noen har bestilt, flyttet eller avbestilt siden du så "
                "oversikten. Se på den nye, og bekreft igjen."
            )
            impact = preview(session_id=session.pk, wish=form.wish(), now=timezone.now())
            return self._impact_page(request, form, impact, error=words)
        self.message_user(request, done_in_words(impact), messages.SUCCESS)
        to_call = sum(one.to_call for one in impact.fates)
        if to_call:
            self.message_user(request, to_call_in_words(to_call), messages.WARNING)
        if impact.wish.shape.vials > session.vials_allotted:
            warn_of_stock(self, request, {session.clinic_id})
        page = reverse("admin:appointments_clinicsession_change", args=[session.pk])
        return HttpResponseRedirect(page)

    def _say_no(self, form: RearrangeForm, error: Exception) -> None:
        moving = form.cleaned_data["what"] == Rearranging.MOVE
        cancelling = form.cleaned_data["what"] == Rearranging.CANCEL
        field = "what" if cancelling else _FIELDS[type(error)][moving]
        form.add_error(field, refusal(error, clinic_id=form.session.clinic_id))

    def _wishes_page(self, request: HttpRequest, form: RearrangeForm) -> HttpResponse:
        fields = {
            "what": [form["what"]],
            "change": [form[name] for name in ("opens", "closes", "stations", "vials")],
            "move": [form[name] for name in ("to_day", "to_clock")],
        }
        context = {"form": form, "groups": fields, "errors": form.errors}
        return self._framed(request, form, "rearrange_form.html", context)

    def _impact_page(
        self, request: HttpRequest, form: RearrangeForm, impact: Impact, *, error: str = ""
    ) -> HttpResponse:
        channels = Counter(
            channel
            for one in impact.told
            if one.appointment.patient
            for channel in CHANNELS[one.appointment.patient.kept.contact_by]
        )
        context = {
            "form": form,
            "impact": impact,
            "what": impact.wish.what.value,
            "keep": len(impact.fates) - len(impact.told),
            "to_call": [one for one in impact.fates if one.to_call],
            "texts": channels["sms"],
            "emails": channels["email"],
            "told": sorted(impact.told, key=lambda one: (one.spot is not None, one.was_at)),
            "button": BUTTONS[impact.wish.what],
            "error": error,
        }
        return self._framed(request, form, "rearrange_preview.html", context)

    def _framed(
        self, request: HttpRequest, form: RearrangeForm, template: str, context: dict[str, Any]
    ) -> HttpResponse:
        frame = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": f"{TITLE}: {self.row_title(form.session)}",
            "session": form.session,
        }
        return TemplateResponse(request, f"admin/appointments/{template}", {**frame, **context})


def done_in_words(impact: Impact) -> str:
    """Say what was done to the session and its people."""
    moved, lost = len(impact.moved), len(impact.lost)
    if impact.wish.what is Rearranging.CANCEL:
        what = _("Dagen er avlyst.")
    else:
        what = _("Dagen er endret.")
    words = [what]
    if moved:
        words.append(
            ngettext(
                "%(count)d person har fått ny tid.", "%(count)d personer har fått ny tid.", moved
            )
            % {"count": moved}
        )
    if lost:
        words.append(
            ngettext(
                "%(count)d person mangler ny time.", "%(count)d personer mangler ny time.", lost
            )
            % {"count": lost}
        )
    return " ".join(words)


def to_call_in_words(count: int) -> str:
    """Say how many must be called, and where they are listed."""
    return ngettext(
        "%(count)d person må ringes. Personen står på listen «Mangler ny time» på forsiden for "
        "ansatte.",
        "%(count)d personer må ringes. De står på listen «Mangler ny time» på forsiden for "
        "ansatte.",
        count,
    ) % {"count": count}

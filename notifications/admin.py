"""The admin's message log: what became of each message; no address, and none of its words."""

from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from clinics.admin_filters import ClinicFilter, DaysFilter
from clinics.domain.roles import Role
from clinics.role_admin import ReadOnlyAdmin, actor_at
from notifications import text_admin  # noqa: F401  registers the pages of what messages say
from notifications.models import Message
from notifications.selectors import could_not_be_reached, sent_again
from notifications.services.registry import UnknownKindError, kinds
from notifications.services.resending import ENDED, AlreadyResentError, NotEndedError, resend
from notifications.words import fate_in_words, kind_in_words, kind_of

MAY_RESEND = frozenset({Role.ADMIN, Role.LEAD})


class ReachFilter(admin.SimpleListFilter):
    """What needs somebody to do something: nobody was reached, and it was not sent again."""

    title = _("oppfølging")
    parameter_name = "reach"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        """Offer the one choice."""
        return [("no", _("Nådde ikke fram, eller uvisst"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Message]) -> QuerySet[Message]:
        """Keep what needs a hand."""
        return queryset.filter(could_not_be_reached()) if self.value() == "no" else queryset


class KindFilter(admin.SimpleListFilter):
    """The kinds, by name."""

    title = _("type")
    parameter_name = "kind"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        """Name the kinds that are registered."""
        return [(kind.code, kind.name or kind.code) for kind in kinds()]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Message]) -> QuerySet[Message]:
        """Keep the messages of the chosen kind."""
        return queryset.filter(kind=self.value()) if self.value() else queryset


@admin.register(Message)
class MessageAdmin(ReadOnlyAdmin[Message]):
    """Messages, their fate, and sending one again."""

    list_display = [
        "kind_words",
        "channel",
        "state_tag",
        "due_at",
        "attempts",
        "meaning",
        "clinic",
    ]
    list_filter = [
        ReachFilter,
        "state",
        KindFilter,
        "channel",
        ("due_at", DaysFilter),
        ClinicFilter,
    ]
    list_select_related = ["clinic"]
    list_per_page = 50
    show_full_result_count = False
    ordering = ["-due_at", "pk"]
    search_fields = ["=id", "=subject_id"]
    search_help_text = _("Søk med hele id-en til en melding eller en time")
    fields = [
        "kind_words",
        "channel",
        "clinic",
        "state_tag",
        "meaning",
        "remedy",
        "due_at",
        "attempts",
        "attempt_started_at",
        "ended_at",
        "round",
        "occasion",
        "created_at",
        "id",
    ]
    readonly_fields = ["kind_words", "state_tag", "meaning", "remedy"]
    actions = ["resend_chosen"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Message]:
        """Know of each message whether it has been sent again."""
        return super().get_queryset(request).annotate(resent=sent_again())

    def has_resend_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Let those send again who answer for the clinic's people being told."""
        return self._may(request, MAY_RESEND, obj)

    def row_title(self, obj: Message) -> str:
        """Call a message by its kind and channel."""
        return f"{kind_in_words(obj)}, {obj.get_channel_display()}"

    def row_actions(self, request: HttpRequest, obj: Message) -> list[tuple[str, Any]]:
        """Offer to send again what can be."""
        can_be = _why_not(obj) == "" and self.has_resend_permission(request, obj)
        return [("resend_chosen", _("Send på nytt"))] if can_be else []

    def working_pages(self, request: HttpRequest, obj: Message) -> list[tuple[str, Any]]:
        """Lead to what the message is about."""
        kind = kind_of(obj)
        if kind is None or not kind.subject_page:
            return []
        return [(reverse(kind.subject_page, args=[obj.subject_id]), _("Timen den gjelder"))]

    @admin.action(description=_("Send på nytt"), permissions=["resend"])
    def resend_chosen(self, request: HttpRequest, chosen: QuerySet[Message]) -> HttpResponse | None:
        """Ask first; once confirmed, send each again."""
        found = [row for row in chosen if self.has_resend_permission(request, row)]
        if "confirmed" not in request.POST:
            return self._ask(request, found)
        sent = [row for row in found if self._resend(request, row)]
        if sent:
            words = ngettext(
                "%(count)d melding sendes på nytt.",
                "%(count)d meldinger sendes på nytt.",
                len(sent),
            )
            self.message_user(request, words % {"count": len(sent)}, messages.SUCCESS)
        if "detail" in request.POST and len(found) == 1:
            page = "admin:notifications_message_change"
            return HttpResponseRedirect(reverse(page, args=[found[0].pk]))
        return None

    def _resend(self, request: HttpRequest, message: Message) -> bool:
        by = actor_at(request, message.clinic_id, MAY_RESEND)
        try:
            resend(message_id=message.pk, by=by, now=timezone.now())
        except AlreadyResentError:
            self.message_user(request, _REFUSALS["resent"], messages.WARNING)
        except NotEndedError:
            self.message_user(request, _REFUSALS["not_ended"], messages.WARNING)
        except UnknownKindError:
            self.message_user(request, _REFUSALS["unknown_kind"], messages.ERROR)
        else:
            return True
        return False

    def _ask(self, request: HttpRequest, found: list[Message]) -> HttpResponse:
        rows = [
            {
                "message": message,
                "kind": kind_in_words(message),
                "meaning": fate_in_words(message).meaning,
                "why_not": _REFUSALS.get(_why_not(message), ""),
                "may_arrive_twice": message.state == Message.State.UNKNOWN
                and message.channel == Message.Channel.EMAIL,
            }
            for message in found
        ]
        context = {
            **self.admin_site.each_context(request),
            "title": _now("Send på nytt"),
            "rows": rows,
            "any_possible": any(not row["why_not"] for row in rows),
            "chosen_name": ACTION_CHECKBOX_NAME,
            "detail": "detail" in request.POST,
            "opts": self.opts,
        }
        return TemplateResponse(request, "admin/notifications/confirm_resend.html", context)

    @admin.display(description=_("Melding"), ordering="kind")
    def kind_words(self, obj: Message) -> Any:
        """Name the kind."""
        return kind_in_words(obj)

    @admin.display(description=_("Tilstand"), ordering="state")
    def state_tag(self, obj: Message) -> str:
        """Write the state, set apart."""
        return format_html(
            '<span class="state state--{}">{}</span>', obj.state, obj.get_state_display()
        )

    @admin.display(description=_("Hva det betyr"))
    def meaning(self, obj: Message) -> Any:
        """Say what became of it."""
        return fate_in_words(obj).meaning

    @admin.display(description=_("Hva du kan gjøre"))
    def remedy(self, obj: Message) -> Any:
        """Say what to do about it."""
        if obj.resent:  # type: ignore[attr-defined]
            return _("Den er sendt på nytt siden. Se den nyeste i listen.")
        return fate_in_words(obj).remedy or _("Ingenting.")


# Why a message is not sent again, by a code of our own.
_REFUSALS = {
    "resent": _("Meldingen er allerede sendt på nytt. Se den nyeste i listen."),
    "not_ended": _("Meldingen er ikke ferdig behandlet ennå. Vent til den er sendt."),
    "unknown_kind": _("Systemet kjenner ikke denne typen melding og kan ikke sende den."),
}


def _why_not(message: Message) -> str:
    if message.resent:  # type: ignore[attr-defined]
        return "resent"
    if message.state not in ENDED:
        return "not_ended"
    return "" if kind_of(message) else "unknown_kind"

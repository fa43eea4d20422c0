"""The admin's pages for what messages say: a list of kinds and languages, and an editor.

A text is sent by all clinics, so those with an office role at one read the pages and only a
superuser writes.
"""

from typing import Any

from django.conf import settings
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from clinics.role_admin import ReadOnlyAdmin, actor_in
from notifications.domain.parts import PARTS, Words
from notifications.forms import MessageTextForm
from notifications.models import MessageText
from notifications.services.default_words import default_words, may_name
from notifications.services.placeholders import PLACEHOLDERS
from notifications.services.previewing import Shown, preview
from notifications.services.registry import Kind, UnknownKindError, kind_named, kinds
from notifications.services.texts import (
    ChangedMeanwhileError,
    NothingChangedError,
    broken_texts,
    go_back_to_files,
    newest_by_language,
    newest_of_all,
    save_texts,
    saved_words,
)
from notifications.text_words import PART_NAMES, in_words

LIST = "admin:notifications_messagetext_changelist"
EDIT = "notifications_messagetext_edit"
PREVIEW = "notifications_messagetext_preview"
RESET = "notifications_messagetext_reset"


@admin.register(MessageText)
class MessageTextAdmin(ReadOnlyAdmin[MessageText]):
    """What messages say, by kind and language; every revision is kept."""

    clinic_path = ""

    def may_write(self, request: HttpRequest) -> bool:
        """Let those write who may do so for all clinics: a superuser."""
        return self._may(request, self.writers, None)

    def get_urls(self) -> list[URLPattern]:
        """Put the pages of our own before Django's."""
        pages = (
            ("", self.edit_view, EDIT),
            ("forhandsvis/", self.preview_view, PREVIEW),
            ("standard/", self.reset_view, RESET),
        )
        ours = []
        for end, view, name in pages:
            wrapped = self.admin_site.admin_view(view)
            wrapped.model_admin = self  # type: ignore[attr-defined]  # as Django's own pages have
            ours.append(path(f"tekst/<slug:kind>/<slug:language>/{end}", wrapped, name=name))
        return [*ours, *super().get_urls()]

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """List all kinds with their languages: the words of the file, or people's own."""
        self._let_in(request)
        rows = newest_of_all()
        broken = {(one.kind, one.language) for one in broken_texts()}
        listed = [
            {
                "name": kind.name or kind.code,
                "texts": [
                    {
                        "language": name,
                        "url": address(EDIT, kind.code, language),
                        "state": _state(rows.get((kind.code, language)), broken),
                        "row": rows.get((kind.code, language)),
                    }
                    for language, name in settings.LANGUAGES
                ],
            }
            for kind in sorted(kinds(), key=lambda kind: str(kind.name or kind.code))
        ]
        context = {
            **self.admin_site.each_context(request),
            "title": _("Hva meldingene sier"),
            "opts": self.opts,
            "listed": listed,
            "languages": settings.LANGUAGES,
            "any_broken": bool(broken),
            "sms_sender": settings.SMS_SENDER,
            "email_sender": settings.DEFAULT_FROM_EMAIL,
        }
        return TemplateResponse(request, "admin/notifications/texts.html", context)

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """Lead from a revision to the editor, with that revision in it."""
        row = self.get_object(request, object_id)
        if row is None:
            raise Http404
        page = address(EDIT, row.kind, row.language)
        return HttpResponseRedirect(f"{page}?utgave={row.revision}")

    def edit_view(self, request: HttpRequest, kind: str, language: str) -> HttpResponse:
        """Show the texts of a kind in a language; show or save what was written."""
        self._let_in(request)
        found = _kind_or_404(kind, language)
        if request.method != "POST":
            return self._editor(request, found, language, _blank(request, kind, language))
        if not self.may_write(request):
            raise PermissionDenied
        form = MessageTextForm(request.POST, kind=kind, language=language)
        if not form.is_valid() or "preview" in request.POST:
            return self._editor(request, found, language, form)
        try:
            save_texts(
                kind=kind,
                language=language,
                words=form.words(),
                seen=form.cleaned_data["seen"],
                by=actor_in(request),
                now=timezone.now(),
            )
        except ChangedMeanwhileError:
            return self._editor(request, found, language, form, conflict=True)
        except NothingChangedError:
            self.message_user(request, _("Teksten er som før. Ingenting er lagret."))
        else:
            words = _("Lagret. Meldinger som sendes fra nå av, har den nye teksten.")
            self.message_user(request, words, messages.SUCCESS)
        return HttpResponseRedirect(address(EDIT, kind, language))

    def preview_view(self, request: HttpRequest, kind: str, language: str) -> HttpResponse:
        """Show what has been written so far, for the editor to put beside the fields."""
        self._let_in(request)
        _kind_or_404(kind, language)
        if request.method != "POST":
            return HttpResponseRedirect(address(EDIT, kind, language))
        form = MessageTextForm(request.POST, kind=kind, language=language)
        shown = preview(kind, newest_by_language(kind), edited=language, words=form.words())
        context = {"shown": _with_words(shown), "part_names": PART_NAMES}
        return TemplateResponse(request, "admin/notifications/text_preview.html", context)

    def reset_view(self, request: HttpRequest, kind: str, language: str) -> HttpResponse:
        """Ask, and go back to the words of the files."""
        found = _kind_or_404(kind, language)
        if not self.may_write(request):
            raise PermissionDenied
        page = address(EDIT, kind, language)
        row = newest_by_language(kind).get(language)
        if request.method == "POST":
            return self._reset(request, kind, language)
        default = default_words(kind, language)
        asked = {
            "title": _("Gå tilbake til standardteksten"),
            "button": _("Bruk standardteksten"),
            "intro": (
                _(
                    "Meldinger som sendes fra nå av, får teksten under. Teksten din blir i "
                    "historikken."
                ),
            ),
            "facts": [(PART_NAMES[part], getattr(default, part)) for part in PARTS],
            "seen": row.revision if row else 0,
        }
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": asked["title"],
            "asked": asked,
            "back": page,
            "crumb": _heading(found, language),
        }
        return TemplateResponse(request, "admin/notifications/text_reset.html", context)

    def _reset(self, request: HttpRequest, kind: str, language: str) -> HttpResponse:
        page = address(EDIT, kind, language)
        seen = request.POST.get("seen", "")
        try:
            go_back_to_files(
                kind=kind,
                language=language,
                seen=int(seen) if seen.isdecimal() and len(seen) < 6 else -1,
                by=actor_in(request),
                now=timezone.now(),
            )
        except ChangedMeanwhileError:
            words = _("Ingenting er gjort: noen har lagret en ny tekst siden. Se på den først.")
            self.message_user(request, words, messages.WARNING)
        except NothingChangedError:
            self.message_user(request, _("Standardteksten er i bruk fra før."))
        else:
            self.message_user(request, _("Standardteksten er i bruk igjen."), messages.SUCCESS)
        return HttpResponseRedirect(page)

    def _let_in(self, request: HttpRequest) -> None:
        if not self.has_view_permission(request):
            raise PermissionDenied

    def _editor(
        self,
        request: HttpRequest,
        kind: Kind,
        language: str,
        form: MessageTextForm,
        *,
        conflict: bool = False,
    ) -> HttpResponse:
        rows = newest_by_language(kind.code)
        row = rows.get(language)
        default = default_words(kind.code, language)
        current = saved_words(row, kind.code, language)
        written = form.words() if form.is_bound else Words(**{p: form.initial[p] for p in PARTS})
        if form.is_bound:
            # What is saved next is saved upon what is shown now.
            form.data = {**request.POST.dict(), "seen": str(row.revision if row else 0)}
        shown = preview(kind.code, rows, edited=language, words=written)
        context = {
            **self.admin_site.each_context(request),
            "title": _heading(kind, language),
            "opts": self.opts,
            "form": form,
            "errors": form.errors,
            "may_write": self.may_write(request),
            "fields": [
                {"bound": form[part], "name": PART_NAMES[part], "default": getattr(default, part)}
                for part in PARTS
            ],
            "names": [PLACEHOLDERS[name] for name in may_name(default)],
            "row": row if row and row.words() != Words("", "", "") else None,
            "stale": conflict or "seen" in form.errors,
            "theirs_row": row,
            "theirs": [(PART_NAMES[part], getattr(current, part)) for part in PARTS],
            "shown": _with_words(shown),
            "part_names": PART_NAMES,
            "history": MessageText.objects.filter(kind=kind.code, language=language)
            .select_related("changed_by")
            .order_by("-revision"),
            "others": [
                (name, address(EDIT, kind.code, code))
                for code, name in settings.LANGUAGES
                if code != language
            ],
            "page_url": address(EDIT, kind.code, language),
            "preview_url": address(PREVIEW, kind.code, language),
            "reset_url": address(RESET, kind.code, language),
        }
        return TemplateResponse(request, "admin/notifications/text.html", context)


def address(name: str, kind: str, language: str) -> str:
    """Return the address of a page about a kind in a language."""
    return reverse(f"admin:{name}", args=[kind, language])


def _kind_or_404(kind: str, language: str) -> Kind:
    if language not in dict(settings.LANGUAGES):
        raise Http404
    try:
        return kind_named(kind)
    except UnknownKindError:
        raise Http404 from None


def _blank(request: HttpRequest, kind: str, language: str) -> MessageTextForm:
    """Begin with what is in force, or with an older revision that was asked for."""
    row = newest_by_language(kind).get(language)
    asked_for = request.GET.get("utgave", "")
    chosen = row
    if asked_for.isdecimal() and len(asked_for) < 6:
        chosen = get_object_or_404(
            MessageText, kind=kind, language=language, revision=int(asked_for)
        )
    words = saved_words(chosen, kind, language)
    return MessageTextForm(
        initial={**vars(words), "seen": row.revision if row else 0}, kind=kind, language=language
    )


def _heading(kind: Kind, language: str) -> str:
    return f"{str(kind.name or kind.code).capitalize()}, {dict(settings.LANGUAGES)[language]}"


def _state(row: MessageText | None, broken: set[tuple[str, str]]) -> tuple[str, str | Promise]:
    if row is None or not any(vars(row.words()).values()):
        return ("default", _("Standardtekst"))
    if (row.kind, row.language) in broken:
        return ("fault", _("Virker ikke"))
    return ("own", _("Egen tekst"))


def _with_words(shown: list[Shown]) -> list[dict[str, Any]]:
    """Add to each language what its findings mean, by part."""
    return [
        {
            "one": one,
            "variants": [
                (each.label, [(PART_NAMES[part], getattr(each.words, part)) for part in PARTS])
                for each in one.variants
            ],
            "parts": [
                {
                    "part": part,
                    "name": PART_NAMES[part],
                    "text": getattr(one.words, part),
                    "faults": [in_words(fault) for fault in one.checked[part].faults],
                    "hints": [in_words(hint) for hint in one.checked[part].hints],
                }
                for part in PARTS
            ],
        }
        for one in shown
    ]

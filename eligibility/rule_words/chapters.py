"""What the chapters of the rules are called."""

from types import MappingProxyType

from django.utils.translation import gettext_lazy as _

from eligibility.domain.rules.origin import Chapter
from eligibility.rule_words.words import Words

CHAPTERS: MappingProxyType[Chapter, Words] = MappingProxyType(
    {
        Chapter.OFFER: _("Hvem som får tilbud"),
        Chapter.EXPOSURE: _("Når du har vært utsatt for smitte"),
        Chapter.DOSES: _("Hvor mange doser, og hvordan de gis"),
        Chapter.STOPS: _("Når vaksinen må vente, og når du ikke skal ha den"),
        Chapter.VISIT: _("Timen"),
        Chapter.AFTERWARDS: _("Etter vaksinen"),
        Chapter.READINGS: _("Det vi har bestemt selv"),
    }
)

"""The page that lays the rules open: what decides, in which words, and where it comes from."""

from dataclasses import dataclass
from itertools import groupby

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from clinics.domain.calendar import oslo_date
from clinics.permissions import PUBLIC, access
from eligibility.domain.rules import RuleSet
from eligibility.domain.rules.origin import Chapter, Origin
from eligibility.rule_words import RuleWords, words_of
from eligibility.rule_words.chapters import CHAPTERS
from eligibility.rule_words.words import Words
from eligibility.services.rule_sets import in_force


@dataclass(frozen=True)
class ChapterShown:
    """A chapter with its rules, each with where it comes from and its words."""

    code: Chapter
    title: Words
    rules: list[tuple[Origin, RuleWords]]


@access(PUBLIC)
@require_safe
def how_we_decide(request: HttpRequest) -> HttpResponse:
    """Show every rule of the rule set in force."""
    rules, since = in_force(oslo_date(timezone.now()))
    return render(
        request,
        "eligibility/how_we_decide.html",
        {"rule_set": rules, "since": since, "chapters": _chapters(rules)},
    )


def _chapters(rules: RuleSet) -> list[ChapterShown]:
    return [
        ChapterShown(
            code=chapter,
            title=CHAPTERS[chapter],
            rules=[(origin, words_of(origin.rule_id, rules.name)) for origin in origins],
        )
        for chapter, origins in groupby(rules.origins, key=_chapter_of)
    ]


def _chapter_of(origin: Origin) -> Chapter:
    return origin.chapter

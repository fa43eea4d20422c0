"""What a rule is called and what it means, for the person it is about."""

from dataclasses import dataclass

from django.utils.functional import Promise

Words = str | Promise


@dataclass(frozen=True, slots=True)
class RuleWords:
    """A rule in plain words, said to "you"; ``reading`` tells what in it is ours, "" if nothing."""

    title: Words
    text: Words
    reading: Words = ""

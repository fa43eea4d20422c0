import json
from argparse import ArgumentParser
from itertools import groupby
from typing import Any

from django.core.management.base import BaseCommand

from clinics.domain.visitors import Visitor
from mpoxclinic.access_matrix import Entry, entries


class Command(BaseCommand):
    """Prints who may open what."""

    help = "Print every address, method and kind of person with allow or deny."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take --json."""
        parser.add_argument("--json", action="store_true", help="print a list of JSON objects")

    def handle(self, *_args: Any, **options: Any) -> None:
        """Ask the rules, and print."""
        found = list(entries())
        self.stdout.write(as_json(found) if options["json"] else as_table(found))


def as_json(found: list[Entry]) -> str:
    """Write one object a line, so that two versions can be compared."""
    lines = [
        json.dumps(
            {
                "url": one.url,
                "name": one.name,
                "rule": one.rule,
                "method": one.method,
                "who": one.who.value,
                "verdict": "allow" if one.allowed else "deny",
                "condition": one.condition,
            },
            ensure_ascii=False,
        )
        for one in found
    ]
    return "[\n" + ",\n".join(lines) + "\n]"


def as_table(found: list[Entry]) -> str:
    """Write a line for each address and method that anybody may use; all others are refused."""
    lines = []
    for (url, method, rule), group in groupby(found, lambda one: (one.url, one.method, one.rule)):
        allowed = {one.who: one.condition for one in group if one.allowed}
        if not allowed:
            continue
        everybody = len(allowed) == len(Visitor) and len(set(allowed.values())) == 1
        who = "everybody" if everybody else ", ".join(allowed)
        words = "; ".join(dict.fromkeys(words for words in allowed.values() if words))
        lines.append(f"{method:5} {url}  [{rule}]  {who}" + (f"  ({words})" if words else ""))
    return "\n".join(lines)

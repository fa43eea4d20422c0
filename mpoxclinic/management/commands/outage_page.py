from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser
from django.template.loader import render_to_string
from django.utils import translation


class Command(BaseCommand):
    help = "Print the page that says we are restarting, for a proxy to serve when nobody answers."

    def add_arguments(self, parser: CommandParser) -> None:
        codes = [code for code, _name in settings.LANGUAGES]
        parser.add_argument("--language", choices=codes, default=settings.LANGUAGE_CODE)

    def handle(self, *_args: Any, **options: Any) -> None:
        with translation.override(options["language"]):
            self.stdout.write(render_to_string("503.html"))

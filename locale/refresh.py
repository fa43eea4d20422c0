#!/usr/bin/env python3
"""Read the words of the source into the catalogues and compile them: ``make messages``.

Needs gettext's programs. The compiled files are kept in the repository, as servers have no gettext.
"""

import os
import re
from pathlib import Path

from django.core.management import call_command
from django.core.management.commands.makemessages import Command

LANGUAGES = ["nn", "en"]
NOT_OURS = [".*", "var", "mutants", "static", "staticfiles", "tests", "htmlcov", "node_modules"]


def refresh(root: Path) -> None:
    """Bring the catalogues in a checkout's root up to date: new sentences empty, old ones gone."""
    os.environ.pop("DJANGO_SETTINGS_MODULE", None)  # it may name another checkout's settings
    # A guess from a similar sentence looks like a translation; an empty one cannot be overlooked.
    Command.msgmerge_options = [*Command.msgmerge_options, "--no-fuzzy-matching"]
    call_command(
        "makemessages",
        locale=LANGUAGES,
        ignore_patterns=NOT_OURS,
        no_location=True,
        no_obsolete=True,
    )
    for catalogue in root.glob("locale/*/LC_MESSAGES/django.po"):
        # Without its date, a catalogue changes only when its words do.
        words = catalogue.read_text()
        catalogue.write_text(re.sub(r'^"POT-Creation-Date:.*\n', "", words, flags=re.MULTILINE))
    call_command("compilemessages", locale=LANGUAGES, ignore_patterns=NOT_OURS)


if __name__ == "__main__":
    refresh(Path.cwd())

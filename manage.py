#!/usr/bin/env python
"""Run a management command of this project."""

import os
import sys
from importlib import import_module


def main() -> None:
    """Hand the command line to Django."""
    if sys.argv[1:2] in (["assess"], ["compare_rule_sets"]):
        # Pure rules: other systems and medical officers run it where there is no server to set up.
        command = import_module(f"eligibility.management.commands.{sys.argv[1]}").Command()
        command.run_from_argv(sys.argv)
        return
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "mpoxclinic.settings")
    from django.core.management import execute_from_command_line

    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()

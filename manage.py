#!/usr/bin/env python
"""Run a management command of this project."""

import os
import sys
from importlib import import_module

# Pure rules: medical officers, planners and other systems run these where there is no server.
WITHOUT_SERVERS = {
    "assess": "eligibility",
    "compare_rule_sets": "eligibility",
    "simulate_clinic": "appointments",
}


def main() -> None:
    """Hand the command line to Django."""
    if app := WITHOUT_SERVERS.get(" ".join(sys.argv[1:2])):
        command = import_module(f"{app}.management.commands.{sys.argv[1]}").Command()
        command.run_from_argv(sys.argv)
        return
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "mpoxclinic.settings")
    from django.core.management import execute_from_command_line

    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()

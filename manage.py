#!/usr/bin/env python
"""Run a management command of this project."""

import os
import sys


def main() -> None:
    """Hand the command line to Django."""
    if sys.argv[1:2] == ["assess"]:
        # Pure rules: other systems and medical officers run it where there is no server to set up.
        from eligibility.management.commands.assess import Command

        Command().run_from_argv(sys.argv)
        return
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "mpoxclinic.settings")
    from django.core.management import execute_from_command_line

    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()

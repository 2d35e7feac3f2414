#!/usr/bin/env python3
"""The command line of the project; `python manage.py help` lists every command."""

import os
import sys


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "api.settings")
    from api.stack import commands
    from api.stack.accounts import Problem

    try:
        with commands.prepared(sys.argv[1:]):
            from django.core.management import execute_from_command_line

            execute_from_command_line(sys.argv)
    except Problem as problem:
        sys.exit(f"{problem}")


if __name__ == "__main__":
    main()

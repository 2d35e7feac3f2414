#!/usr/bin/env python3
"""The command line of the project; `python manage.py help` lists every command."""

import os
import sys


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "api.settings")
    from django.core.exceptions import ImproperlyConfigured
    from django.core.management import execute_from_command_line

    from api.stack import commands
    from api.stack.accounts import Problem

    try:
        with commands.prepared(sys.argv[1:]):
            execute_from_command_line(sys.argv)
    except (Problem, ImproperlyConfigured) as problem:
        sys.exit(f"{problem}")  # a sentence for a person, not a traceback
    except KeyboardInterrupt:
        sys.exit(130)


if __name__ == "__main__":
    main()

"""The application as the ledger test serves it: on the test's own database, whole or broken on purpose."""

import os

from django.db import connection

from api.wsgi import application
from tests.ledger import variants

connection.settings_dict["NAME"] = os.environ["LEDGER_DATABASE"]
variants.break_by(os.environ.get("LEDGER_VARIANT", ""))

__all__ = ["application"]

"""Django's PostgreSQL backend, which asks the socket instead of the server whether a connection still stands."""

import select

from django.db.backends.postgresql import base
from psycopg import pq


class DatabaseWrapper(base.DatabaseWrapper):
    """As Django's own but for the health check, which comes before every request."""

    def is_usable(self) -> bool:
        """Whether the server has not ended the connection.

        An ended one has its end to read. To ask the socket takes 2 microseconds; Django's `SELECT 1` takes 100, and
        notices no more: a server that is cut off answers neither, and the statement after it runs into its timeout.
        """
        connection = self.connection.pgconn
        poll = select.poll()
        try:
            poll.register(connection.socket, select.POLLIN)
            while poll.poll(0):  # first the server's last words, if it had any, and then the end
                connection.consume_input()
        except (OSError, base.Database.Error):
            return False
        return bool(connection.status == pq.ConnStatus.OK)

"""What is read of a file that a form sends: one, in memory, and no more of it than can be taken."""

from typing import Any

from django.core.files.uploadhandler import MemoryFileUploadHandler, StopUpload

from partners import files

MOST_READ = 4 * files.MOST_BYTES  # of a body that is too large, so that the refusal can still be told


class OneFile(MemoryFileUploadHandler):
    """Django's handler would write what is too large into a temporary file, without an end."""

    def handle_raw_input(self, input_data: Any, meta: Any, content_length: int, *args: Any, **named: Any) -> None:
        """Take every length: `receive_data_chunk` counts."""
        self.total, self.is_first, self.length = 0, True, content_length

    def new_file(self, *args: Any, **named: Any) -> None:
        """Take the first file, and drop what is read of others."""
        self.activated, self.is_first = self.is_first, False
        super().new_file(*args, **named)

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes | None:
        """Keep a piece; stop at the largest size and note it for the page."""
        if not self.activated:
            return None
        self.total += len(raw_data)
        if self.total > files.MOST_BYTES:
            self.request.is_file_too_large = True  # type: ignore[union-attr]
            raise StopUpload(connection_reset=self.length > MOST_READ)
        return super().receive_data_chunk(raw_data, start)

"""Files that are sent in: a large one is spooled to a disk under no name, and is gone with its use.

A process that dies in the middle leaves nothing of it to be found, as a named file would (G-1).
"""

import tempfile
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import FileUploadHandler


class NamelessUploadHandler(FileUploadHandler):
    """Takes what is too large for memory."""

    file: "UploadedFile[Any]"

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        super().new_file(*args, **kwargs)
        spool = tempfile.TemporaryFile()  # noqa: SIM115 (it is closed with the request)
        more = {"content_type": self.content_type, "charset": self.charset}
        extra = self.content_type_extra
        self.file = UploadedFile(spool, self.file_name, size=0, content_type_extra=extra, **more)

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:  # noqa: ARG002
        self.file.write(raw_data)

    def file_complete(self, file_size: int) -> "UploadedFile[Any]":
        self.file.seek(0)
        self.file.size = file_size
        return self.file

    def upload_interrupted(self) -> None:
        if hasattr(self, "file"):
            self.file.close()

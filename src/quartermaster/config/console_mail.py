"""Mail while developing: a line on the console, and the whole of it in the data folder."""

import sys
from collections.abc import Sequence
from pathlib import Path

from django.conf import settings
from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend

from quartermaster.kernel.ids import new_id


class EmailBackend(BaseEmailBackend):
    """Says to whom what would go out, and keeps it as ``DATA/mail/<id>.eml``."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        folder = Path(settings.DATA) / "mail"
        folder.mkdir(parents=True, exist_ok=True)
        for mail in email_messages:
            path = folder / f"{new_id()}.eml"
            path.write_bytes(mail.message().as_bytes())
            receivers = ", ".join(mail.recipients())
            sys.stdout.write(f"mail to {receivers}: {mail.subject} [{path}]\n")
        sys.stdout.flush()
        return len(email_messages)

"""A mailbox by IMAP over TLS: what is in it, one message, moving one away."""

import imaplib
import re
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote, urlparse

PATIENCE = 30
_SIZE = re.compile(rb"RFC822\.SIZE (\d+)")


class MailboxFailed(Exception):  # noqa: N818 (an outcome)
    """The server did not do what it was asked; it is asked again later."""


@dataclass(frozen=True)
class Place:
    """Where a mailbox is: ``imaps://user:password@host:993/INBOX``."""

    host: str
    port: int
    user: str
    password: str
    folder: str

    @classmethod
    def of(cls, address: str) -> "Place":
        url = urlparse(address)
        if url.scheme != "imaps" or not url.hostname:
            raise ValueError("A mailbox is imaps://user:password@host/FOLDER.")
        return cls(
            url.hostname,
            url.port or 993,
            unquote(url.username or ""),
            unquote(url.password or ""),
            unquote(url.path.strip("/")) or "INBOX",
        )


class Mailbox:
    """One session with a folder chosen."""

    def __init__(self, session: imaplib.IMAP4_SSL, folder: str) -> None:
        self._session = session
        self._asked("SELECT", session.select(_quoted(folder)))
        answer = session.response("UIDVALIDITY")[1]
        if not answer or answer[0] is None:
            raise MailboxFailed("The server names no UIDVALIDITY.")
        self.validity = int(answer[0])

    def uids(self) -> list[int]:
        """What is in the folder."""
        found = self._asked("SEARCH", self._session.uid("SEARCH", "ALL"))
        return [int(one) for one in (found[0] or b"").split()]

    def size(self, uid: int) -> int:
        found = self._asked("FETCH", self._session.uid("FETCH", str(uid), "(RFC822.SIZE)"))
        match = _SIZE.search(b" ".join(one for one in found if isinstance(one, bytes)))
        if match is None:
            raise MailboxFailed("The server does not say how large a message is.")
        return int(match[1])

    def message(self, uid: int) -> bytes:
        """The message, and it stays unread."""
        found = self._asked("FETCH", self._session.uid("FETCH", str(uid), "(BODY.PEEK[])"))
        for one in found:
            if isinstance(one, tuple):
                return bytes(one[1])
        raise MailboxFailed("The server does not give a message.")

    def move(self, uid: int, folder: str) -> None:
        """Into another folder; done twice it is done once."""
        self._session.create(_quoted(folder))
        self._asked("COPY", self._session.uid("COPY", str(uid), _quoted(folder)))
        self._asked("STORE", self._session.uid("STORE", str(uid), "+FLAGS", r"(\Deleted)"))
        self._asked("EXPUNGE", self._session.expunge())

    @staticmethod
    def _asked(what: str, answer: tuple[str, list]) -> list:  # type: ignore[type-arg]  # imaplib's own
        if answer[0] != "OK":
            raise MailboxFailed(f"The server refused {what}.")
        return answer[1]


def _quoted(folder: str) -> str:
    plain = folder.replace("\\", "").replace('"', "").replace("\r", "").replace("\n", "")
    return f'"{plain}"'


@contextmanager
def opened(place: Place, trust: Path | None) -> Iterator[Mailbox]:
    """A session; `MailboxFailed` where there is none to be had, whatever the reason."""
    context = ssl.create_default_context(cafile=str(trust) if trust else None)
    try:
        session = imaplib.IMAP4_SSL(place.host, place.port, ssl_context=context, timeout=PATIENCE)
    except (OSError, imaplib.IMAP4.error) as problem:
        raise MailboxFailed(f"{place.host} does not answer.") from problem
    try:
        session.login(place.user, place.password)
        yield Mailbox(session, place.folder)
        session.logout()
    except (OSError, imaplib.IMAP4.error) as problem:
        raise MailboxFailed(f"{place.host} broke off, or refused the log-in.") from problem
    finally:
        with suppress(OSError):  # it may be closed by now
            session.shutdown()

"""One conversation of LMTP, without a socket: a line in, an answer out.

LMTP answers after the message for each recipient, so that a host keeps what was not taken.
"""

import re
from dataclasses import dataclass, field
from enum import Enum

LONGEST_LINE = 2048
MOST_RECIPIENTS = 50
_PATH = re.compile(r"^(?:FROM|TO):\s*<([^<>\s]{0,320})>((?:\s+\S{1,100}){0,10})\s*$", re.IGNORECASE)
_SIZE = re.compile(r"\bSIZE=(\d{1,12})\b", re.IGNORECASE)


class Next(Enum):
    """What comes after an answer."""

    LINE = "line"
    DATA = "data"
    END = "end"


@dataclass
class Session:
    """What was said so far; ``address`` is the one recipient that there is."""

    host: str
    address: str
    largest: int
    greeted: bool = False
    sender: str | None = None
    recipients: list[str] = field(default_factory=list)

    def greeting(self) -> str:
        return f"220 {self.host} LMTP"

    def answer(self, line: bytes) -> tuple[str, Next]:
        """The answer to a command."""
        try:
            text = line.decode("ascii").strip()
        except UnicodeDecodeError:
            return "500 5.5.2 Only ASCII in commands", Next.LINE
        verb, _, rest = text.partition(" ")
        known = {
            "LHLO": self._lhlo,
            "MAIL": self._mail,
            "RCPT": self._rcpt,
            "DATA": self._data,
            "RSET": self._rset,
        }
        plain = {
            "NOOP": ("250 2.0.0 OK", Next.LINE),
            "VRFY": ("252 2.5.0 Send it, and see", Next.LINE),
            "QUIT": (f"221 2.0.0 {self.host}", Next.END),
        }
        if verb.upper() in {"HELO", "EHLO"}:
            return "500 5.5.1 This is LMTP: say LHLO", Next.LINE
        if (work := known.get(verb.upper())) is not None:
            return work(rest)
        return plain.get(verb.upper(), ("500 5.5.1 Unknown command", Next.LINE))

    def _lhlo(self, _rest: str) -> tuple[str, Next]:
        self.greeted = True
        self._forget()
        able = ("PIPELINING", "ENHANCEDSTATUSCODES", "8BITMIME")
        lines = [f"250-{self.host}", *(f"250-{one}" for one in able), f"250 SIZE {self.largest}"]
        return "\r\n".join(lines), Next.LINE

    def _mail(self, rest: str) -> tuple[str, Next]:
        found = _PATH.match(rest)
        if not self.greeted or self.sender is not None:
            return "503 5.5.1 Not now", Next.LINE
        if found is None or not rest.upper().startswith("FROM:"):
            return "501 5.5.4 MAIL FROM:<address>", Next.LINE
        size = _SIZE.search(found[2])
        if size and int(size[1]) > self.largest:
            return "552 5.3.4 It is larger than a file of a record may be", Next.LINE
        self.sender = found[1]
        return "250 2.1.0 OK", Next.LINE

    def _rcpt(self, rest: str) -> tuple[str, Next]:
        found = _PATH.match(rest)
        if self.sender is None:
            return "503 5.5.1 MAIL first", Next.LINE
        if found is None or not rest.upper().startswith("TO:"):
            return "501 5.5.4 RCPT TO:<address>", Next.LINE
        if found[1].casefold() != self.address.casefold():
            return "550 5.1.1 Nobody has this address here", Next.LINE
        if len(self.recipients) >= MOST_RECIPIENTS:
            return "452 4.5.3 Too many recipients", Next.LINE
        self.recipients.append(found[1])
        return "250 2.1.5 OK", Next.LINE

    def _data(self, _rest: str) -> tuple[str, Next]:
        if not self.recipients:
            return "503 5.5.1 RCPT first", Next.LINE
        return "354 End with a dot alone", Next.DATA

    def _rset(self, _rest: str) -> tuple[str, Next]:
        self._forget()
        return "250 2.0.0 OK", Next.LINE

    def taken(self, answer: str) -> str:
        """The answers to a message, one for each recipient; and what was said is forgotten."""
        lines = "\r\n".join(answer for _ in self.recipients)
        self._forget()
        return lines

    def _forget(self) -> None:
        self.sender = None
        self.recipients = []

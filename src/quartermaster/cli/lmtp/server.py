"""The sockets of LMTP: few at once, each with its patience; an answer only after the commit."""

import asyncio
from collections.abc import Callable

import structlog
from django.conf import settings
from django.db import connections

from quartermaster.cli.lmtp.session import LONGEST_LINE, Next, Session
from quartermaster.kernel.clock import now
from quartermaster.kernel.errors import HouseError
from quartermaster.kernel.permits import system
from quartermaster.records.actions.inbox import take_mail
from quartermaster.records.rules.inbox import MailWay

log = structlog.get_logger(__name__)
HOUSE = system("mail host")
MOST_AT_ONCE = 20
PATIENCE = 120
Take = Callable[[bytes, str], str]


def take(content: bytes, envelope: str) -> str:
    """Have a message taken in; the answer that stands for what is committed."""
    try:
        take_mail(content=content, way=MailWay.LMTP, envelope=envelope, actor=HOUSE, at=now())
    except HouseError as problem:
        return f"554 5.6.0 {problem.message.encode('ascii', 'replace').decode()}"
    except Exception:
        log.exception("records.lmtp-failed")
        return "451 4.3.0 Not now; try again"
    finally:
        connections.close_all()  # each message has its own: there are few, and hours between them
    return "250 2.0.0 Taken"


class Server:
    """Listens for the City's mail host."""

    def __init__(self, *, largest: int, taking: Take = take) -> None:
        self.largest, self.taking = largest, taking
        self._open = 0

    async def start(self, host: str, port: int) -> asyncio.Server:
        return await asyncio.start_server(self._meet, host, port, limit=LONGEST_LINE)

    async def _meet(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._open += 1
        try:
            if self._open > MOST_AT_ONCE:
                writer.write(b"421 4.3.2 Too many at once\r\n")
                return
            await self._talk(reader, writer)
        except (TimeoutError, ConnectionError, asyncio.IncompleteReadError):
            pass  # whoever goes away in the middle has sent nothing
        except (asyncio.LimitOverrunError, ValueError):
            writer.write(b"500 5.5.2 The line is too long\r\n")
        finally:
            self._open -= 1
            writer.close()

    async def _talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        said = Session(_host(), settings.INBOX_ADDRESS, self.largest)
        await _say(writer, said.greeting())
        while True:
            line = await asyncio.wait_for(reader.readuntil(b"\n"), PATIENCE)
            answer, following = said.answer(line)
            await _say(writer, answer)
            if following is Next.END:
                return
            if following is Next.DATA:
                content = await self._data(reader)
                if content is None:
                    await _say(writer, said.taken("552 5.3.4 It is larger than it may be"))
                    continue
                taken = await asyncio.to_thread(self.taking, content, said.sender or "")
                await _say(writer, said.taken(taken))

    async def _data(self, reader: asyncio.StreamReader) -> bytes | None:
        """The message without its dots; None where it is too large, which is read to its end."""
        pieces: list[bytes] = []
        size, begins = 0, True
        while True:
            try:
                line = await asyncio.wait_for(reader.readuntil(b"\n"), PATIENCE)
            except asyncio.LimitOverrunError as problem:
                line = await reader.readexactly(problem.consumed)  # a part of a long line
            if begins and line in {b".\r\n", b".\n"}:
                return b"".join(pieces) if size <= self.largest else None
            plain = line[1:] if begins and line.startswith(b".") else line
            begins = line.endswith(b"\n")
            size += len(plain)
            if size <= self.largest:
                pieces.append(plain)
            else:
                pieces.clear()


async def _say(writer: asyncio.StreamWriter, answer: str) -> None:
    writer.write(f"{answer}\r\n".encode("ascii", "replace"))
    await asyncio.wait_for(writer.drain(), PATIENCE)


async def serve(address: str) -> None:
    """Listen until told to stop."""
    host, _, port = address.rpartition(":")
    largest = settings.RECORD_LARGEST_MB * 1024 * 1024
    server = await Server(largest=largest).start(host.strip("[]"), int(port))
    async with server:
        await server.serve_forever()


def _host() -> str:
    return settings.INBOX_ADDRESS.rpartition("@")[2] or "localhost"

"""The door for the City's mail host, with the standard library's client over the loopback."""

import asyncio
import smtplib
import socket
from threading import Event, Thread

import pytest

from quartermaster.cli.lmtp.server import Server
from quartermaster.cli.lmtp.session import LONGEST_LINE, Next, Session
from quartermaster.records.models import InboxMail, Record
from tests.factories.inbox import ADDRESS, letter

pytestmark = pytest.mark.clause("G-5")


@pytest.fixture
def door(transactional_db):
    """A server of its own on a free port."""
    ready, ports, loops = Event(), [], []

    async def run():
        server = await Server(largest=100_000).start("127.0.0.1", 0)
        ports.append(server.sockets[0].getsockname()[1])
        loops.append((asyncio.get_running_loop(), asyncio.Event()))
        ready.set()
        async with server:
            await loops[0][1].wait()

    thread = Thread(target=asyncio.run, args=(run(),), daemon=True)
    thread.start()
    assert ready.wait(10)
    yield ports[0]
    loop, ended = loops[0]
    loop.call_soon_threadsafe(ended.set)
    thread.join(10)


def test_a_message_is_answered_for_when_it_is_committed(door, cast):
    with smtplib.LMTP("127.0.0.1", door) as host:
        assert host.sendmail("ana@city.example", [ADDRESS], letter()) == {}
        assert Record.objects.count() == 1
        # the host lost our answer and sends it again
        host.sendmail("ana@city.example", [ADDRESS], letter())
    assert (Record.objects.count(), InboxMail.objects.count()) == (1, 1)
    assert InboxMail.objects.get().record.author == cast.ana


def test_dots_and_long_lines_arrive_as_they_were(door, cast):
    body = letter() + b"\n.\n..two\n" + b"x" * (3 * LONGEST_LINE) + b"\n"
    with smtplib.LMTP("127.0.0.1", door) as host:
        host.sendmail("ana@city.example", [ADDRESS], body)
    mail = InboxMail.objects.get()
    assert (mail.state, mail.size) == ("kept", len(body) + 2)


def test_a_sender_without_end_waits_for_the_custodian(door, cast):
    hostile = letter().replace(b"From:", b"From: " + b"(" * 5000, 1)
    assert hostile != letter()
    with smtplib.LMTP("127.0.0.1", door) as host:
        assert host.sendmail("ana@city.example", [ADDRESS], hostile) == {}
    assert InboxMail.objects.get().state == "quarantined"


def test_another_address_and_what_is_too_large_are_refused(door, cast):
    with smtplib.LMTP("127.0.0.1", door) as host:
        with pytest.raises(smtplib.SMTPRecipientsRefused) as refused:
            host.sendmail("ana@city.example", ["mayor@city.example"], letter())
        assert refused.value.recipients["mayor@city.example"][0] == 550
        with pytest.raises(smtplib.SMTPSenderRefused) as refused:
            host.sendmail("ana@city.example", [ADDRESS], b"x" * 200_000)
        assert refused.value.smtp_code == 552
        host.docmd("MAIL", "FROM:<ana@city.example>")
        host.docmd("RCPT", f"TO:<{ADDRESS}>")
        host.docmd("DATA")
        host.send("y\r\n" * 100_000 + ".\r\n")
        assert host.getreply()[0] == 552
        assert host.noop()[0] == 250
    assert not InboxMail.objects.exists()


def test_whoever_goes_away_in_the_middle_has_sent_nothing(door, cast):
    with socket.create_connection(("127.0.0.1", door), timeout=10) as plain:
        said = b"LHLO x\r\nMAIL FROM:<a@b.example>\r\nRCPT TO:<%s>\r\nDATA\r\nhalf"
        plain.sendall(said % ADDRESS.encode())
        plain.recv(200)
    with smtplib.LMTP("127.0.0.1", door) as host:
        assert host.noop()[0] == 250
    assert not InboxMail.objects.exists()


def test_a_line_without_end_is_refused(door):
    with socket.create_connection(("127.0.0.1", door), timeout=10) as plain:
        plain.sendall(b"x" * (3 * LONGEST_LINE))
        answers = b""
        while piece := plain.recv(1000):
            answers += piece
    assert answers.splitlines()[-1].startswith(b"500 ")


@pytest.mark.parametrize(
    ("lines", "code"),
    [
        ([b"MAIL FROM:<a@b>"], "503"),
        ([b"LHLO x", b"RCPT TO:<a@b>"], "503"),
        ([b"LHLO x", b"DATA"], "503"),
        ([b"LHLO x", b"MAIL FROM:<a@b>", b"MAIL FROM:<a@b>"], "503"),
        ([b"LHLO x", b"MAIL TO:<a@b>"], "501"),
        ([b"LHLO x", b"MAIL FROM:<a@b> SIZE=99999999"], "552"),
        ([b"LHLO x", b"MAIL FROM:<>", b"RCPT TO:a"], "501"),
        ([b"HELO x"], "500"),
        ([b"\xff\xfe"], "500"),
        ([b"EVIL"], "500"),
        ([b"VRFY a"], "252"),
        ([b"QUIT"], "221"),
    ],
)
def test_commands_out_of_turn_have_their_codes(lines, code):
    session = Session("x", ADDRESS, 1000)
    answers = [session.answer(line) for line in lines]
    assert answers[-1][0][:3] == code
    assert answers[-1][1] in {Next.LINE, Next.END}


def test_each_recipient_has_an_answer_and_there_are_not_too_many():
    session = Session("x", ADDRESS, 1000)
    session.answer(b"LHLO x")
    session.answer(b"MAIL FROM:<a@b>")
    codes = [session.answer(f"RCPT TO:<{ADDRESS}>".encode())[0][:3] for _ in range(51)]
    assert codes == ["250"] * 50 + ["452"]
    assert session.taken("250 2.0.0 Taken").count("250 ") == 50
    assert session.recipients == []

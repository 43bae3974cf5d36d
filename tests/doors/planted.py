"""Marked call detail, taken in as a carrier's file brings it, and how the mark is found again."""

import gzip
import io
import zipfile
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from pypdf import PdfReader
from pypdf.errors import PdfReadError

from quartermaster.audit.models import Entry
from quartermaster.billing.actions import contracts
from quartermaster.billing.actions.contracts import ContractDetails
from quartermaster.billing.models import Invoice
from quartermaster.jobs import outbox
from quartermaster.kernel.permits import system
from quartermaster.org.models import Person, RoleAssignment
from quartermaster.org.roles import Role
from quartermaster.simulators.carriers import SimFile, bill_city, bundle, files_of, invented_city
from quartermaster.usage.actions import detail_requests as verbs
from quartermaster.usage.actions import posting
from quartermaster.usage.models import CarrierFile, DetailRequest, UsageCycle
from tests.cast import LONG_AGO, Cast
from tests.factories import detail as make
from tests.factories import imports
from tests.factories.org import PersonFactory

BILL = bill_city(invented_city(seed=11, lines=8), cycles=1, seed=11).bills[0]
NUMBER = BILL.lines[0].line.number  # its calls are the first in the file
PLACE = "Quillmarker Falls"
PARTY = "262-555-8642"
MARKS = (b"2625558642", b"quillmarker")
_BETWEEN = b"-() .+/\xc2\xb7\r\n\t"
DAYS = {"since_on": BILL.cycle_from, "until_on": BILL.cycle_until}
HOUSE = system("test")
POSTED = datetime(2026, 10, 8, 15, tzinfo=UTC)  # the day on which September is mailed


@dataclass(frozen=True)
class World:
    """People, each with what stands between them and Ana's calls; and the things about these."""

    people: dict[str, Person]
    granted: DetailRequest
    expired: DetailRequest
    asked: DetailRequest
    keys: tuple[Any, ...]


def plant(cast: Cast, at: datetime) -> World:
    """Ana's line with marked calls, taken and refused, and requests in three states."""
    line = make.line(cast.ana, NUMBER)
    contracts.add_contract(
        details=ContractDetails(
            number="C-marked",
            vendor="Verizon",
            starts_on=date(2025, 1, 1),
            carrier=True,
            account=BILL.account,
        ),
        actor=HOUSE,
        at=at,
    )
    row = imported(at)
    requests = {
        "granted": make.granted(cast, at, **DAYS),
        "expired": make.granted(cast, at - timedelta(days=20), **DAYS),
        "asked": make.asked(cast, at, **DAYS),
    }
    seen = verbs.look(request_id=requests["granted"].id, actor=cast.acting(cast.sue), at=at)
    assert marked("".join(str(one) for one in seen.rows).encode())
    things = [
        cast.ana,
        line,
        row,
        *row.parts.all(),
        *row.refused_rows.all(),
        *requests.values(),
        seen.look,
        Invoice.objects.get(),
        UsageCycle.objects.get(),
    ]
    looks = Entry.objects.filter(tag="usage.detail.looked-at")
    return World(_people(cast), **requests, keys=tuple(thing.pk for thing in [*things, *looks]))


def imported(at: datetime) -> CarrierFile:
    """The bill with its first call marked, and its second marked and unreadable."""
    charges, voice = files_of(BILL, ["charges", "voice"])
    head, *calls = voice.content.split(b"\r\n")
    for number in (0, 1):
        cells = calls[number].split(b"\t")
        cells[5], cells[7] = PARTY.encode(), PLACE.encode()
        # where its length should be is whom it was to, as where a row is shifted by a cell
        cells[8] = cells[8] if number == 0 else PARTY.encode()
        calls[number] = b"\t".join(cells)
    odd = SimFile("voice.txt", b"\r\n".join([head, *calls]))
    row = imports.imported(bundle([charges, odd]), at)
    assert (row.state, row.refused_rows.count()) == ("imported", 1), row.said
    while outbox.deliver_due(at):  # the sums, the invoice's matching, what is told of it
        pass
    posting.plan_posts(actor=HOUSE, at=POSTED)
    assert posting.post_due(actor=HOUSE, at=POSTED) == 1
    return row


def _people(cast: Cast) -> dict[str, Person]:
    """Somebody of every role, the supervisor of others, and those whose calls it is about."""
    other = PersonFactory(department=cast.library)
    type(cast.rex).objects.filter(pk=cast.rex.pk).update(supervisor=other)
    found = {
        "supervisor": cast.sue,
        "supervisor of another": other,
        "employee, the calls are theirs": cast.ana,
        "employee elsewhere": cast.rex,
        "coordinator": cast.cole,
        "administrator, nobody asked": cast.ida,
    }
    for role in Role:
        if role not in {Role.COORDINATOR, Role.ITMD_ADMIN}:
            person = PersonFactory(department=cast.itmd)
            RoleAssignment.objects.create(person=person, role=role, granted_at=LONG_AGO)
            found[str(role)] = person
    return found


def marked(content: bytes) -> bool:
    """Whether the mark is in it, however it is written and whatever it is packed in."""
    plain = content.lower().translate(None, _BETWEEN)
    return any(mark in plain for mark in MARKS) or any(marked(part) for part in _within(content))


def _within(content: bytes) -> list[bytes]:
    """What it is packed of; a sample that is no whole archive or paper has nothing within."""
    with suppress(zipfile.BadZipFile, PdfReadError):
        if content.startswith(b"PK\x03\x04"):
            with zipfile.ZipFile(io.BytesIO(content)) as packed:
                return [packed.read(name) for name in packed.namelist()]
        if content.startswith(b"\x1f\x8b"):
            return [gzip.decompress(content)]
        if content.startswith(b"%PDF"):
            pages = PdfReader(io.BytesIO(content)).pages
            return ["".join(page.extract_text() for page in pages).encode()]
    return []

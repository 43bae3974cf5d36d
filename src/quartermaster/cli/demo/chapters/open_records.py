"""Requests for records: one new, one searched for with its fee, one answered and appealed."""

from datetime import datetime, timedelta
from io import BytesIO
from typing import Any
from uuid import UUID, uuid5

from django.utils.timezone import localdate

from quartermaster.disclosure import actions
from quartermaster.disclosure.models import RecordsRequest, RequestItem
from quartermaster.disclosure.rules.fees import Work
from quartermaster.disclosure.rules.requests import Channel, Wanted
from quartermaster.disclosure.rules.review import Decision, Patch, Way, way_of
from quartermaster.disclosure.rules.searches import Answer
from quartermaster.files.papers import render
from quartermaster.kernel.permits import Actor, system
from quartermaster.org.models import Person
from quartermaster.org.queries import actor_for
from quartermaster.records.actions import capture
from quartermaster.records.capture import under_hold
from quartermaster.records.models import Record
from quartermaster.records.rules.capture import Details, Residue, Source

TITLE = "Requests for public records"
ORDER = 45
DAY = timedelta(days=1)
DOOR = system("open-records page")
CUSTODIAN, ANA, COLE, SUE = "2008", "2005", "2003", "2004"
SPACE = UUID("8f6c2d5e-7c3e-4a43-9a07-50fb5b2f9c66")
HOME = "414-555-0187"
MEMO = f"""Memorandum of the night shift, Water Works

The main at Third and Polk broke at 2:10 in the night. Pipe Works was called at 2:25.
Forty households were without water until 9:30. Boil-water notices were delivered by hand.

Who could be reached at night: Ana Reyes, at home, {HOME}.

The shut-off valve was not where the plan shows it. The plan is to be corrected.
"""
GROUND = "19.36(10)(a)"


def tell(at: datetime) -> None:
    """Eight days ago a reporter asked; three days ago a law office; today somebody unnamed."""
    memo = _memo(at - 9 * DAY)
    _answered(memo, at - 8 * DAY)
    _searched(at - 3 * DAY)
    _filed(
        Wanted("All purchase orders for mobile telephones of this year, and their invoices."), at
    )


def _custodian(at: datetime) -> Actor:
    return actor_for(Person.objects.get(number=CUSTODIAN), at)


def _filed(wanted: Wanted, at: datetime) -> RecordsRequest:
    request, _ = actions.file_request(
        wanted=wanted, channel=Channel.WEB, address="192.0.2.20", actor=DOOR, at=at
    )
    return request


def _memo(at: datetime) -> Record:
    """What Ana saved of the night: a paper with her telephone number at home."""
    person = Person.objects.get(number=ANA)
    actor, key = actor_for(person, at), uuid5(SPACE, "memo")
    paper = render(
        "disclosure/papers/text.typ",
        {"lines": MEMO.split("\n"), "source": "Water Works"},
        title="Memorandum of the night shift",
        at=at,
    )
    capture.receive_item(
        content=BytesIO(paper),
        name="Night shift memorandum.pdf",
        declared="application/pdf",
        key=uuid5(key, "1"),
        actor=actor,
        at=at,
    )
    return capture.save_record(
        details=Details(
            about="Memorandum of the night shift, main at Third and Polk",
            with_whom="Sue Okafor",
            happened_on=localdate(at - DAY),
            source=Source.DOCUMENT,
            residue=Residue.HELD if under_hold(person.id) else Residue.GONE,
        ),
        items=[uuid5(key, "1")],
        key=key,
        actor=actor,
        at=at,
    )


def _answered(memo: Record, at: datetime) -> None:
    paul = _custodian(at)
    request = _filed(
        Wanted(
            "Messages, pictures and papers on the water main that broke at Third and Polk.",
            name="Robin Sample, Lake City Courier",
            email="robin@courier.example",
        ),
        at,
    )
    actions.acknowledge(request_id=request.id, actor=paul, at=at + DAY)
    chat = Record.objects.filter(about__startswith="Burst main").values_list("id", flat=True)
    actions.add_records(
        request_id=request.id, record_ids=[memo.id, *chat], actor=paul, at=at + 3 * DAY
    )
    actions.close_search(request_id=request.id, actor=paul, at=at + 3 * DAY)
    for row in request.items.select_related("item"):
        _reviewed(row, paul, at + 3 * DAY)
    package = actions.make_package(request_id=request.id, actor=paul, at=at + 4 * DAY)
    actions.release_package(
        package_id=package.id,
        words="Here is what the City has. An employee's telephone number at home is taken out, and"
        " so are names of a private firm's workers.",
        actor=paul,
        at=at + 4 * DAY,
    )
    actions.publish(
        package_id=package.id,
        title="The water main at Third and Polk: messages and memorandum",
        actor=paul,
        at=at + 5 * DAY,
    )
    actions.file_appeal(
        request_id=request.id,
        text="A name is taken out of the first picture. Whoever works for the City is no secret.",
        channel=Channel.WEB,
        actor=DOOR,
        at=at + 6 * DAY,
    )


def _reviewed(row: RequestItem, paul: Actor, at: datetime) -> None:
    """The telephone number goes from the memorandum, a name from the first screenshot."""
    given: dict[str, Any] = {"item_id": row.id, "actor": paul, "at": at}
    if row.item.media_type == "application/pdf":
        actions.redact_words(words=HOME, code=GROUND, **given)
    elif way_of(row.item.media_type) is Way.DRAWN and row.item.position == 1:
        patch = Patch(page=1, left=300, top=200, right=3400, bottom=1500)
        actions.redact_area(patch=patch, code="19.35(1)(a)", **given)
    marked = row.redactions.exists()
    actions.decide(decision=Decision.REDACT if marked else Decision.RELEASE, **given)


def _searched(at: datetime) -> None:
    paul = _custodian(at)
    request = _filed(
        Wanted(
            "Everything that Water Works and Meter Point LLC wrote one another on locked gates.",
            name="Law office of J. Doe",
            contact="PO Box 12, Lake City",
        ),
        at,
    )
    actions.acknowledge(request_id=request.id, actor=paul, at=at)
    asked = actions.ask_people(
        request_id=request.id,
        people=list(Person.objects.filter(number__in=(COLE, SUE)).values_list("id", flat=True)),
        what="Messages with Meter Point LLC on locked gates, on any telephone or account.",
        actor=paul,
        at=at,
    )
    actions.ask_fee(
        request_id=request.id, work=Work(pages=120, by_post=True), actor=paul, at=at + DAY
    )
    for search in asked:
        if search.person.number == SUE:
            actions.attest(
                search_id=search.id,
                answer=Answer.NOTHING,
                note="Cole may have some.",
                actor=actor_for(search.person, at + DAY),
                at=at + DAY,
            )

"""The demo city's records: some saved, one still on a phone, one announced and waiting too long."""

from datetime import datetime, timedelta
from io import BytesIO
from textwrap import wrap
from uuid import uuid5

from django.utils.timezone import localdate
from PIL import Image, ImageDraw, ImageFont

from quartermaster.inventory.models import Device
from quartermaster.kernel.ids import UUID
from quartermaster.org.models import Person
from quartermaster.org.queries import actor_for
from quartermaster.records.actions import capture
from quartermaster.records.capture import under_hold
from quartermaster.records.rules.capture import Details, Residue, Source
from quartermaster.records.schedule import audit, sign

DAY = timedelta(days=1)
ANA, IDA = "2005", "2001"
SPACE = UUID("5f0f6a52-6f0b-4b8a-9a3e-0d5f3c7e2a11")
CHAT = (
    ("Pipe Works", "Main is open at Third and Polk. Shut-off not found yet."),
    ("Ana", "Crew is on the way. Keep the street closed please."),
    ("Pipe Works", "Will do. Photos follow."),
)


def screenshot(title: str, lines: tuple[tuple[str, str], ...]) -> bytes:
    """A conversation as a phone would show it."""
    picture = Image.new("RGB", (780, 160 + 196 * len(lines)), "#f0f2f5")
    draw = ImageDraw.Draw(picture)
    draw.rectangle((0, 0, 780, 112), fill="#162e51")
    draw.text((32, 36), title, fill="white", font=ImageFont.load_default(34))
    letters = ImageFont.load_default(28)
    for place, (who, words) in enumerate(lines):
        left = 32 if who != "Ana" else 180
        top = 148 + 196 * place
        draw.rounded_rectangle((left, top, left + 568, top + 164), 20, fill="white")
        draw.text((left + 22, top + 16), who, fill="#1a4480", font=letters)
        for line, said in enumerate(wrap(words, 36)):
            draw.text((left + 22, top + 62 + 44 * line), said, fill="black", font=letters)
    held = BytesIO()
    picture.save(held, "PNG")
    return held.getvalue()


def save(at: datetime) -> None:
    """Three records, and two that are announced; the archive is signed and audited."""
    _save(
        ANA,
        at - 6 * DAY,
        "Burst main at Third and Polk",
        "Pipe Works, their foreman",
        Source.CHAT,
        [screenshot("Pipe Works", CHAT), screenshot("Pipe Works", CHAT[::-1])],
        account="WhatsApp",
    )
    _save(
        ANA,
        at - 2 * DAY,
        "Meter readings on Elm Street, by text",
        "Sue Okafor",
        Source.MESSAGE,
        [screenshot("Sue", (("Sue", "Elm Street: 14 meters, two locked gates."),))],
        residue=Residue.STAYS,
        residue_by=localdate(at + 5 * DAY),
    )
    _save(
        IDA,
        at - DAY,
        "Call with the carrier about roaming",
        "Lakeside Wireless, support",
        Source.VOICE,
        [],
        message="Called at 9:40. They credit the roaming of October; case 55-1203.",
    )
    _announce(ANA, at - 9 * DAY, "Voicemail of the contractor about Third Street", Source.VOICE)
    _announce(IDA, at - DAY, "Pictures of the damaged tablets", Source.PHOTO)
    sign(at)
    audit(at)


def _save(
    number: str,
    at: datetime,
    about: str,
    with_whom: str,
    source: Source,
    pictures: list[bytes],
    **more: object,
) -> None:
    person = Person.objects.get(number=number)
    actor, key = actor_for(person, at), uuid5(SPACE, about)
    keys = [
        capture.receive_item(
            content=BytesIO(content),
            name=f"Screenshot {place}.png",
            declared="image/png",
            key=uuid5(key, str(place)),
            actor=actor,
            at=at,
        ).key
        for place, content in enumerate(pictures, start=1)
    ]
    left = {"residue": Residue.HELD, "residue_by": None} if under_hold(person.id) else {}
    capture.save_record(
        details=Details(
            about=about,
            with_whom=with_whom,
            happened_on=localdate(at - DAY),
            source=source,
            **{**more, **left},  # type: ignore[arg-type]  # named as the details are
        ),
        items=keys,
        key=key,
        device_id=_device(person),
        actor=actor,
        at=at,
    )


def _announce(number: str, at: datetime, about: str, source: Source) -> None:
    person = Person.objects.get(number=number)
    capture.announce(
        person_id=person.id,
        about=about,
        source=source,
        device_id=_device(person),
        actor=actor_for(person, at),
        at=at,
    )


def _device(person: Person) -> UUID | None:
    held = Device.objects.filter(holder=person).order_by("asset_tag")
    return held.values_list("id", flat=True).first()

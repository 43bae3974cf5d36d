"""Exports that wait for Ana to choose out of them, and one of which she saved a day."""

import io
import zipfile
from datetime import datetime, timedelta
from xml.sax.saxutils import quoteattr

from django.utils.timezone import localdate

from quartermaster.cli.demo.records import ANA, screenshot
from quartermaster.kernel.permits import Actor
from quartermaster.org.models import Person
from quartermaster.org.queries import actor_for
from quartermaster.records import exports as queries
from quartermaster.records.actions import exports
from quartermaster.records.actions.exports.saving import Left
from quartermaster.records.capture import under_hold
from quartermaster.records.rules.capture import Residue
from quartermaster.records.rules.exports import How, Pick

TITLE = "Exports of messages"
ORDER = 46
DAY = timedelta(days=1)
VALVE = (
    ("Pipe Works", "The shut-off valve of Elm Street is found, behind the hydrant."),
    ("Ana", "Thank you. Please leave it marked."),
)


def tell(at: datetime) -> None:
    """A chat of which two days were saved; it, and text messages, wait again."""
    person = Person.objects.get(number=ANA)
    ana = actor_for(person, at)
    residue = Residue.HELD if under_hold(person.id) else Residue.GONE
    earlier = exports.take_export(
        content=io.BytesIO(_chat(at - 5 * DAY, 6)), name=CHAT, actor=ana, at=at - DAY
    )
    day = (at - 5 * DAY).astimezone(queries.city_zone()).date()
    pick = Pick(
        How.DAYS,
        "Shut-off valve on Elm Street",
        "Pipe Works",
        since=day,
        until=day + DAY,
        me="Ana",
    )
    thread = earlier.threads.get()
    exports.choose(thread_id=thread.id, pick=pick, actor=ana, at=at - DAY)
    exports.save_chosen(export_id=earlier.id, left=Left(residue), actor=ana, at=at - DAY)
    _take(_chat(at - 5 * DAY, 9), CHAT, ana, at)
    _take(_texts(at), f"sms-{localdate(at):%Y%m%d}.xml", ana, at)


CHAT = "WhatsApp Chat - Pipe Works.zip"


def _take(content: bytes, name: str, actor: Actor, at: datetime) -> None:
    exports.take_export(content=io.BytesIO(content), name=name, actor=actor, at=at)


def _chat(since: datetime, count: int) -> bytes:
    """As an iPhone writes it, with one picture; from a morning on, whatever the hour is now."""
    talk = (
        ("Pipe Works", "Good morning. We start on Elm Street at eight."),
        ("Ana", "The valve there is not where the plan has it."),
        ("Pipe Works", "Then we look behind the hydrant first."),
        ("Pipe Works", "\u200e<attached: 00000004-PHOTO.png>"),
        ("Ana", "Found it. I tell the office that the plan is wrong."),
        ("Pipe Works", "Invoice follows on Friday."),
        ("Ana", "Is your daughter well again?"),
        ("Pipe Works", "She is, thank you for asking."),
        ("Ana", "Good. See you on Monday at Third Street."),
    )
    lines = []
    morning = since.astimezone(queries.city_zone()).replace(hour=7, minute=40)
    for place, (who, words) in enumerate(talk[:count]):
        when = morning + place * timedelta(hours=11)
        lines.append(f"[{when:%d/%m/%Y, %H:%M:%S}] {who}: {words}")
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("_chat.txt", "\r\n".join(lines) + "\r\n")
        packed.writestr("00000004-PHOTO.png", screenshot("Elm Street", VALVE))
    return held.getvalue()


def _texts(at: datetime) -> bytes:
    """As SMS Backup & Restore writes it, private ones among them."""
    said = (
        ("+14145550141", "Sue Okafor", 1, "Can you read the meters on Polk Street tomorrow?"),
        ("+14145550141", "Sue Okafor", 2, "Yes. Two gates there are locked, I need the keys."),
        ("+14145550141", "Sue Okafor", 1, "Keys are in the box at the yard &#128273;"),
        ("+14145550177", "Mother", 1, "Dinner at six on Sunday?"),
        ("+14145550177", "Mother", 2, "We bring the cake."),
    )
    entries = [
        f'<sms address="{number}" date="{int((at - DAY).timestamp() * 1000) + place * 60_000}"'
        f' type="{kind}" body={quoteattr(words).replace("&amp;#", "&#")}'
        f' contact_name="{name}" />'
        for place, (number, name, kind, words) in enumerate(said)
    ]
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<smses count="{len(entries)}">\n'
        + "\n".join(entries)
        + "\n</smses>\n"
    ).encode()

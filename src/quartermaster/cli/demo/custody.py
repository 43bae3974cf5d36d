"""The demo city's custody: a hot-spot with a past, a count to resolve, holders who were asked."""

import io
from datetime import datetime, timedelta

from PIL import Image, ImageDraw

from quartermaster.inventory import actions
from quartermaster.inventory.actions import Cause, confirmations, counts, photographs
from quartermaster.inventory.models import Device, DeviceModel
from quartermaster.inventory.rules.details import DeviceDetails
from quartermaster.org.models import Department, Person
from quartermaster.org.queries import actor_for

DAY = timedelta(days=1)
TAG = "HS-0900"
HELP_DESK, SUE, ANA, COLE, REX = "2002", "2004", "2005", "2003", "2006"


def keep(at: datetime) -> None:
    """Let a hot-spot pass through hands, count ITMD's stock, and ask three holders."""
    people = {row.number: row for row in Person.objects.filter(number__startswith="200")}
    hugo = actor_for(people[HELP_DESK], at)
    device = _a_past(people, at)
    photographs.add(
        device_id=device.id,
        content=_picture(),
        occasion="damaged",
        note="The corner was hit; it works.",
        actor=hugo,
        at=at - 40 * DAY,
    )
    _count(people, at)
    phones = Device.objects.filter(holder__number__in=[ANA, COLE, REX], ownership="city")
    asked = confirmations.ask_holders(
        device_ids=list(phones.values_list("id", flat=True)), actor=hugo, at=at - 2 * DAY
    )
    for row in asked:
        if row.holder.number == COLE:
            confirmations.answer(
                confirmation_id=row.id,
                said="have",
                actor=actor_for(row.holder, at),
                at=at - DAY,
            )


def _a_past(people: dict[str, Person], at: datetime) -> Device:
    hugo = actor_for(people[HELP_DESK], at)
    model = DeviceModel.objects.get(device_class="hotspot")
    details = DeviceDetails.of(
        asset_tag=TAG, device_class="hotspot", platform="none", serial="MF9000900"
    )
    device = actions.register(
        details=details,
        department_id=Department.objects.get(code="ITMD").id,
        model_id=model.id,
        actor=hugo,
        at=at - 420 * DAY,
    )
    key, lent = device.id, Cause("For the work on Third Street.")
    sue, ana = people[SUE].id, people[ANA].id
    actions.assign(device_id=key, holder_id=sue, cause=lent, actor=hugo, at=at - 400 * DAY)
    done = Cause("The work is done.")
    actions.unassign(device_id=key, cause=done, actor=hugo, at=at - 220 * DAY)
    actions.assign(device_id=key, holder_id=ana, actor=hugo, at=at - 180 * DAY)
    broken = Cause("Does not charge.")
    actions.send_to_repair(device_id=key, cause=broken, actor=hugo, at=at - 60 * DAY)
    actions.hand_back(device_id=key, actor=hugo, at=at - 41 * DAY)
    return device


def _count(people: dict[str, Person], at: datetime) -> None:
    """All but one of the expected are seen, and something that nobody knows."""
    hugo = actor_for(people[HELP_DESK], at)
    place = Department.objects.get(code="ITMD")
    count = counts.open_count(department_id=place.id, place="Store room", actor=hugo, at=at)
    expected = [str(row.device or "") for row in count.entries.select_related("device")]
    for code in [*[tag for tag in expected if tag][1:], TAG, "CHARGER 7"]:
        counts.scan(count_id=count.id, code=code, actor=hugo, at=at)
    counts.close_count(count_id=count.id, actor=hugo, at=at)


def _picture() -> bytes:
    """A hot-spot with a broken corner, as far as a few lines can show it."""
    image = Image.new("RGB", (640, 480), "#dcdee0")
    draw = ImageDraw.Draw(image)
    draw.rounded_rectangle((140, 120, 500, 360), 30, fill="#1b1b1b", outline="#565c65", width=6)
    draw.rectangle((200, 170, 440, 270), fill="#2378c3")
    draw.line([(500, 330), (440, 345), (455, 310), (405, 352)], fill="#dcdee0", width=5)
    made = io.BytesIO()
    image.save(made, "PNG")
    return made.getvalue()

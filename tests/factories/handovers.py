"""Hand-outs for tests, as the house itself makes them."""

import io
from datetime import datetime
from typing import Any

from PIL import Image, ImageDraw

from quartermaster.inventory.models import Accessory, Device
from quartermaster.kernel.permits import system
from quartermaster.lifecycle.actions import handovers
from quartermaster.lifecycle.actions.handovers import Given, Signature
from quartermaster.lifecycle.models import Handover
from quartermaster.lifecycle.queries.handovers import shown_digest
from quartermaster.org.models import Person
from quartermaster.org.queries import actor_for

HOUSE = system("test")


def prepared(holder: Person, at: datetime, *things: Device | Accessory, **more: Any) -> Handover:
    """Things made ready for a person."""
    given = [
        Given(device_id=thing.id) if isinstance(thing, Device) else Given(accessory_id=thing.id)
        for thing in things
    ]
    return handovers.prepare_handover(
        **{"holder_id": holder.id, "things": given, "actor": HOUSE, "at": at, **more}
    )


def typed(holder: Person, *, consent: bool = True) -> Signature:
    return Signature(consent=consent, typed_name=holder.name)


def signed(handover: Handover, at: datetime, **more: Any) -> Handover:
    """Signed by its holder, with their typed name."""
    holder = Person.objects.get(id=handover.holder_id)
    return handovers.sign_handover(
        **{
            "handover_id": handover.id,
            "signature": typed(holder),
            "replies": {},
            "shown": shown_digest(handover),
            "actor": actor_for(holder, at),
            "at": at,
            **more,
        }
    )


def drawing(width: int = 400, height: int = 120, *, lines: bool = True) -> bytes:
    """A PNG of a signature on a transparent ground, as a canvas makes it."""
    image = Image.new("RGBA", (width, height), (0, 0, 0, 0))
    if lines:
        pen = ImageDraw.Draw(image)
        pen.line([(20, 90), (90, 20), (150, 90), (220, 30), (360, 70)], fill="black", width=4)
    content = io.BytesIO()
    image.save(content, format="PNG")
    return content.getvalue()

"""Devices that their holders say they do not have, as it comes about."""

from quartermaster.inventory.actions import confirmations
from quartermaster.kernel.permits import system
from quartermaster.lifecycle.actions import denials
from tests.factories import losses


def denied(cast, holder, at):
    """A question as it comes about: its holder is asked, and says no."""
    device = losses.phone(holder, at)
    asked = confirmations.ask_holders(device_ids=[device.id], actor=cast.acting(cast.ida), at=at)[0]
    confirmations.answer(confirmation_id=asked.id, said="not", actor=cast.acting(holder), at=at)
    return denials.open_denial(confirmation_id=asked.id, actor=system("custody"), at=at)

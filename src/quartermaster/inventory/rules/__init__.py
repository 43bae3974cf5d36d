"""Pure decisions about equipment."""

from quartermaster.inventory.rules.channels import Channel, channel
from quartermaster.inventory.rules.lives import DEVICE, LINE, device_verbs

__all__ = ["DEVICE", "LINE", "Channel", "channel", "device_verbs"]

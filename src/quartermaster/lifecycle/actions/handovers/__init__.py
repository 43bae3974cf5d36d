"""What is done with hand-outs."""

from quartermaster.lifecycle.actions.handovers.as_found import (
    accessory_as_found,
    device_as_found,
    register_as_found,
)
from quartermaster.lifecycle.actions.handovers.awaited import follow_enrolment, remind_awaited
from quartermaster.lifecycle.actions.handovers.ending import (
    cancel_handover,
    expire_handovers,
    remind_holders,
)
from quartermaster.lifecycle.actions.handovers.prepare import (
    Given,
    describe_item,
    prepare_handover,
    things_named,
)
from quartermaster.lifecycle.actions.handovers.sign import (
    Reply,
    Signature,
    sign_at_desk,
    sign_handover,
)
from quartermaster.lifecycle.actions.handovers.waive import waive_enrolment

__all__ = [
    "Given",
    "Reply",
    "Signature",
    "accessory_as_found",
    "cancel_handover",
    "describe_item",
    "device_as_found",
    "expire_handovers",
    "follow_enrolment",
    "prepare_handover",
    "register_as_found",
    "remind_awaited",
    "remind_holders",
    "sign_at_desk",
    "sign_handover",
    "things_named",
    "waive_enrolment",
]

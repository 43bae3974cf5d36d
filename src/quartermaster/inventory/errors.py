"""What may come of the room's verbs, beside the house's own outcomes."""

from quartermaster.kernel.errors import Conflict


class IdentifierTaken(Conflict):
    """Another device, line, SIM or accessory has this identifier."""

    code = "identifier-taken"


class NotAcknowledged(Conflict):
    """The person has not acknowledged the policy in force; nothing is handed out (S-2)."""

    code = "policy-not-acknowledged"


class Held(Conflict):
    """The device must stay as it is; whoever holds it must be asked."""

    code = "device-held"


class AmbiguousDevice(Conflict):
    """The identifiers belong to different devices of the inventory."""

    code = "device-ambiguous"


class NotSanitised(Conflict):
    """The device may still hold what its last holder left on it; sanitise it first (C-3)."""

    code = "device-not-sanitised"

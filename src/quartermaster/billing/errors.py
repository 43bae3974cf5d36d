"""What may come of the room's verbs, beside the house's own outcomes."""

from quartermaster.kernel.errors import Conflict, Refused


class NotAuthorised(Conflict):
    """There is no authorised request behind a line of an order (G-12)."""

    code = "not-authorised"


class NeedsAnother(Refused):
    """Above the limit another person than who raised an order approves it."""

    code = "needs-another-person"


class PersonalLine(Conflict):
    """The City buys no line and no device for what is a person's own (G-2)."""

    code = "personal-line"


class NotReceivable(Conflict):
    """Something that was scanned cannot be taken in as it is."""

    code = "not-receivable"

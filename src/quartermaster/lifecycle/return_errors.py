"""What may come of the verbs on returns and ways out, beside the house's own outcomes."""

from quartermaster.kernel.errors import Conflict, Refused


class ChecklistOpen(Conflict):
    """Something of the checklist is not settled yet."""

    code = "return-checklist-open"


class SanitiseFirst(Conflict):
    """A device leaves the City only after its verified sanitisation."""

    code = "sanitise-first"


class AnotherPerson(Refused):
    """Somebody else than who did the first half must do the second."""

    code = "another-person"

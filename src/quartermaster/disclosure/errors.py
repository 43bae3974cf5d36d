"""What can go wrong in the room disclosure."""

from quartermaster.kernel.errors import Conflict, InvalidInput, NotFound, Refused


class DocumentUnfit(InvalidInput):
    """The document cannot be opened, drawn or redacted."""

    code = "document-unfit"


class CodeUnknown(NotFound):
    """No request has this status code."""

    code = "status-code-unknown"


class TooManyRequests(Refused):
    """Too much was filed, or tried, from one place or from all of them."""

    code = "open-records-too-many"
    status = 429


class NotReady(Conflict):
    """Something is still to be done before this can be: the sentence says what."""

    code = "open-records-not-ready"

"""Why a document cannot be taken as a redline."""

from quartermaster.kernel.errors import InvalidInput


class RedlineUnreadable(InvalidInput):
    """The document cannot be read without guessing what is in force."""

    code = "redline-unreadable"


class DocumentHostile(InvalidInput):
    """The document is built to do harm, or cannot be told from one that is."""

    code = "document-hostile"

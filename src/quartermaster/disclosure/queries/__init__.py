"""Reads of the room disclosure."""

from quartermaster.disclosure.queries.answers import (
    appeals_visible_to,
    fees_visible_to,
    letter_to,
    letters_to,
    letters_visible_to,
    notices_to,
    notices_visible_to,
)
from quartermaster.disclosure.queries.finding import records_found
from quartermaster.disclosure.queries.items import (
    grounds,
    items_visible_to,
    known_ground,
    redactions_visible_to,
)
from quartermaster.disclosure.queries.packages import (
    newest_work,
    packages_visible_to,
    published,
)
from quartermaster.disclosure.queries.requests import (
    open_requests,
    request_for_update,
    requests_visible_to,
)
from quartermaster.disclosure.queries.searches import (
    people_likely,
    searches_of,
    searches_visible_to,
)

__all__ = [
    "appeals_visible_to",
    "fees_visible_to",
    "grounds",
    "items_visible_to",
    "known_ground",
    "letter_to",
    "letters_to",
    "letters_visible_to",
    "newest_work",
    "notices_to",
    "notices_visible_to",
    "open_requests",
    "packages_visible_to",
    "people_likely",
    "published",
    "records_found",
    "redactions_visible_to",
    "request_for_update",
    "requests_visible_to",
    "searches_of",
    "searches_visible_to",
]

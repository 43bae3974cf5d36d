"""What waits for somebody, as the page asks for it."""

from quartermaster.web.request import HouseRequest
from quartermaster.web.waits import Wait, waiting_for


def waiting(request: HouseRequest, title: str) -> list[Wait]:
    """The steps of one kind."""
    return [item for group in waiting_for(request) if group.title == title for item in group.waits]

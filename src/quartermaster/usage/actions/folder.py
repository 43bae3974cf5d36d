"""The folder into which carriers drop files: taken when they lie still, then moved aside."""

from datetime import datetime
from pathlib import Path
from typing import BinaryIO

from django.conf import settings

from quartermaster.files import dropped
from quartermaster.kernel.permits import Actor, require
from quartermaster.usage.actions.files.receiving import take_in
from quartermaster.usage.import_permits import IMPORT_RUN
from quartermaster.usage.rules.imports import Way


def look(*, actor: Actor, at: datetime) -> int:
    """Take in each file of the folder that did not change since the look before (G-9)."""
    require(actor, IMPORT_RUN)

    def take(content: BinaryIO, name: str) -> dropped.Taken:
        received = take_in(content=content, name=name, way=Way.FOLDER, actor=actor, at=at)
        return dropped.Taken(received.fresh)

    if settings.CARRIER_FOLDER is None:
        return 0
    return dropped.look(Path(settings.CARRIER_FOLDER), take, at)

"""The ability `mdm.makers.AutomatesEnrolment`, for the driver to have."""

from collections.abc import Mapping
from contextlib import AbstractContextManager
from datetime import datetime
from typing import Any

from quartermaster.drivers.apple import enrolling
from quartermaster.drivers.apple.ade import asking, definition, session, set_up
from quartermaster.drivers.apple.ade.token import ADE
from quartermaster.drivers.apple.wire import profile
from quartermaster.mdm.driver import Context, Order, Performance
from quartermaster.mdm.makers import Asking, ListSession


class Automating:
    """Automated Device Enrolment, as the room `mdm` asks for it."""

    list_kind = ADE.name

    def list_session(self, secret: bytes) -> AbstractContextManager[ListSession]:
        return session.opened(secret)

    def automated_profile(self) -> Mapping[str, Any]:
        return definition.definition()

    def outcome_words(self, outcome: str) -> str:
        return session.OUTCOMES.get(outcome, "")

    def asking(self, headers: Mapping[str, str], at: datetime) -> Asking | None:
        return asking.of_web_view(headers, at)

    def update_required(self, version: str) -> tuple[bytes, str]:
        return asking.update_required(version)

    def enrolment_profile(self, token: str, at: datetime) -> tuple[bytes, str]:
        return enrolling.profile_for(token, at, signed=True), profile.MEDIA_TYPE

    def set_up(self, context: Context) -> Performance:
        return set_up.set_up(context)

    def release(self) -> Order:
        return set_up.release()

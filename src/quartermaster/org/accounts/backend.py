"""Django's view of a log-in: who a session belongs to. Proving it is `authenticate`'s affair."""

from typing import Any
from uuid import UUID

from django.contrib.auth.backends import BaseBackend
from django.http import HttpRequest

from quartermaster.org.accounts.authentication import may_log_in
from quartermaster.org.models import User


class PersonBackend(BaseBackend):
    """Loads the user of a session with its person, and nobody whose log-in is closed."""

    def authenticate(self, request: HttpRequest | None, **_credentials: Any) -> None:
        """Never: a log-in is throttled and audited, so it goes by `org.accounts.authenticate`."""

    def get_user(self, user_id: UUID) -> User | None:
        user = User.objects.select_related("person__department").filter(pk=user_id).first()
        return user if user is not None and may_log_in(user) else None

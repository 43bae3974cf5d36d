"""Mail, for tests."""

from datetime import UTC, datetime

import factory

from quartermaster.notify.models import Message

WRITTEN = datetime(2026, 11, 24, 14, 0, tzinfo=UTC)


class MessageFactory(factory.django.DjangoModelFactory[Message]):
    """A message that waits to be sent."""

    class Meta:
        model = Message

    key = factory.Sequence(lambda n: f"test:{n}")
    template = "test"
    recipient = "ana@city.example"
    recipient_name = "Ana Reyes"
    subject = factory.Sequence(lambda n: f"Please check your device {n}")
    text = "Set a passcode."
    digest = "0" * 64
    created_at = WRITTEN
    due_at = WRITTEN

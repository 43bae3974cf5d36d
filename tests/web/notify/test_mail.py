"""Pages of mail: those who keep the house see it, and nobody else."""

import pytest
from django.urls import reverse

from quartermaster.org.models import RoleAssignment
from quartermaster.org.roles import Role
from quartermaster.web.cards import cards_for
from tests.factories.notify import MessageFactory
from tests.web.suites import RoomViewTests

pytestmark = pytest.mark.django_db


class TestMail(RoomViewTests):
    list_name = "notify:messages"
    detail_name = "notify:message"
    seen_by = {"ana": set(), "cole": set(), "sue": set(), "ida": {"mail"}, "rex": set()}

    def things(self, cast, at):
        return {"mail": MessageFactory()}


def to(name, message):
    return reverse(f"notify:{name}", kwargs={"key": message.pk})


@pytest.mark.clause("C-1")
def test_a_failed_message_says_why_and_is_tried_again(logged_in, asking, cast):
    message = MessageFactory(state="failed", attempts=12, last_error="550 no such mailbox")
    client = logged_in(cast.ida)
    page = client.get(to("message", message)).content.decode()
    assert "550 no such mailbox" in page
    assert message.text in page
    assert [item.figure for item in cards_for(asking(cast.ida)) if "Mail" in item.title] == [1]
    assert client.post(to("message-try-again", message))["Location"] == to("message", message)
    message.refresh_from_db()
    assert (message.state, message.attempts) == ("queued", 0)
    assert client.post(to("message-try-again", message)).status_code == 409
    assert [item.figure for item in cards_for(asking(cast.ida)) if "Mail" in item.title] == []


def test_the_auditor_reads_and_does_not_retry(logged_in, cast, at):
    RoleAssignment.objects.create(person=cast.rex, role=Role.AUDITOR, granted_at=at.replace(2020))
    message = MessageFactory(state="failed")
    client = logged_in(cast.rex)
    page = client.get(to("message", message))
    assert page.status_code == 200
    assert to("message-try-again", message) not in page.content.decode()
    assert client.post(to("message-try-again", message)).status_code == 403

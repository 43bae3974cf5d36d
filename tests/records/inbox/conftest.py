import pytest

from tests.factories.inbox import ADDRESS, HOST


@pytest.fixture(autouse=True)
def address(settings):
    settings.INBOX_ADDRESS = ADDRESS
    settings.INBOX_AUTHSERV = HOST

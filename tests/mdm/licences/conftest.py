"""A shop of Apple's with a token of ours, and devices that want applications."""

from datetime import timedelta

import pytest

from quartermaster.kernel.permits import system
from quartermaster.mdm.actions.credentials import import_credential
from quartermaster.mdm.actions.software import settle
from quartermaster.mdm.licences import sync
from quartermaster.mdm.models import Licence, LicencePool, ServiceCredential
from quartermaster.simulators.apple import App
from quartermaster.simulators.apple.services.apps_and_books import apps_and_books
from tests.factories import mdm
from tests.factories.software import AssignmentFactory

NOTES = App("com.shop.notes", "Notes", "3.1")
NUMBER = 361309726


@pytest.fixture
def shop(settings):
    with apps_and_books() as opened:
        settings.APPS_AND_BOOKS_URL = opened.address
        settings.DEVICES_URL = "http://127.0.0.1:9"  # nobody there: no notifications
        yield opened


@pytest.fixture
def token(db, shop, at):
    return import_credential(
        driver="apple", kind="apps", content=shop.token, actor=system("test"), at=at
    )


@pytest.fixture
def notes(cast):
    """An application of the shop that Water Works requires."""
    return AssignmentFactory(
        software__identifier=NOTES.identifier,
        software__store_id=str(NUMBER),
        department=cast.water,
    ).software


class Town:
    """The house as time goes by."""

    def __init__(self, assigned, at):
        self.assigned, self.at, self.enrolments = assigned, at, []

    def enrol(self, count=1):
        for _ in range(count):
            number = len(self.enrolments)
            device = self.assigned(f"PH-{number}", serial=f"SERIAL{number:04}")
            self.enrolments.append(mdm.enrolled(device, self.at))
        return self

    def settle(self):
        for enrolment in self.enrolments:
            settle(enrolment=enrolment, at=self.at)
        return self

    def later(self, **more):
        self.at += timedelta(**more)
        return self

    def work(self):
        return sync.work(self.at)

    @staticmethod
    def states():
        return sorted(Licence.objects.values_list("state", flat=True))

    @staticmethod
    def pool():
        return LicencePool.objects.get()

    @staticmethod
    def trouble():
        return ServiceCredential.objects.get(standing="active").trouble


@pytest.fixture
def town(assigned, at, token):
    return Town(assigned, at)

"""The pages of holds, records and the archive, also for the custodian, whom the sweep lacks."""

import pytest
from django.test import Client

from quartermaster.org.models import User
from quartermaster.records.schedule import audit, sign
from tests.e2e.test_sweep import look_at
from tests.factories.records import custodian, saved
from tests.web.addresses import all_addresses
from tests.web.samples import open_addresses

ROOMS = ("archive:", "bags:", "destruction:", "holds:", "records:", "retention:")


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("who", ["custodian", "holder"])
def test_every_page_of_records(enter, axe, cast, at, who, settings, tmp_path):
    settings.DATA = tmp_path
    person = custodian(cast) if who == "custodian" else cast.ana
    saved(cast.acting(cast.ana), at)
    sign(at)
    audit(at)
    page, client = enter(person), Client()
    client.force_login(User.objects.get(person=person))
    console: list[str] = []
    page.on("console", lambda said: console.append(f"{page.url}: {said.text}"))
    found = []
    addresses = [item for item in all_addresses() if item.name.startswith(ROOMS)]
    for address, url, _ in open_addresses(addresses, cast, at):
        answer = client.get(url)
        if answer.status_code == 200 and answer["Content-Type"].startswith("text/html"):
            found += look_at(page, axe, address.name, url)
    refused = [line for line in console if "Content Security Policy" in line or "Refused" in line]
    assert (found, refused) == ([], [])

"""What the dashboard puts within a tap."""

import re

import pytest

pytestmark = pytest.mark.django_db


def offered(client):
    page = client.get("/").content.decode()
    head = page.split('class="house-head__buttons"')[1].split("</div>")[0]
    return re.findall(r'<a [^>]*href="([^"]+)"', head)


@pytest.mark.clause("G-5", "G-6")
def test_an_employee_saves_reports_and_asks_from_the_first_page(cast, logged_in):
    client = logged_in(cast.ana)
    assert offered(client) == ["/records/save/", "/losses/report/", "/requests/ask/"]
    for address in offered(client):
        assert client.get(address).status_code == 200

"""Pages of mail to the records' address: the custodian's alone."""

import pytest
from django.urls import reverse

from quartermaster.records.models import Record
from tests.factories.inbox import letter, taken
from tests.factories.records import custodian

pytestmark = [pytest.mark.django_db, pytest.mark.clause("G-5")]


def to(name, mail=None):
    return reverse(f"records:{name}", kwargs={"key": mail.pk} if mail else {})


def test_the_custodian_reads_saves_and_discards_and_others_do_not(logged_in, cast, at):
    paul = logged_in(custodian(cast))
    first, second = taken(letter(results=""), at), taken(letter(results="", subject="Other"), at)
    page = paul.get(to("mails")).content.decode()
    assert page.count("ana@city.example") >= 2
    assert f'href="{to("mail", first)}"' in page
    assert "Mail to be sorted" in paul.get("/").content.decode()
    page = paul.get(to("mail", first)).content.decode()
    assert "Nobody examines yet whether mail here is from whom it says" in page
    assert b"hydrant" in b"".join(paul.get(to("mail-content", first)).streaming_content)
    assert paul.post(to("mail-release", first), {"number": "none"}).status_code == 422
    paul.post(to("mail-release", first), {"number": cast.ana.number})
    assert Record.objects.get().author == cast.ana
    assert Record.objects.get().number in paul.get(to("mail", first)).content.decode()
    paul.post(to("mail-discard", second), {"reason": "An advertisement"})
    assert "An advertisement" in paul.get(to("mail", second)).content.decode()
    assert paul.get(to("mail-content", second)).status_code == 404
    for person in (cast.ana, cast.rex, cast.ida, cast.sue, cast.cole):
        client = logged_in(person)
        for name in ("mail", "mail-content", "mail-release", "mail-discard"):
            assert client.get(to(name, second)).status_code == 403
        assert client.get(to("mails")).status_code == 403


def test_mail_that_names_nobody_leads_to_its_page_from_the_list(logged_in, cast, at):
    mail = taken(letter(sender="", results=""), at)
    page = logged_in(custodian(cast)).get(to("mails")).content.decode()
    assert f'href="{to("mail", mail)}">Nobody named</a>' in page

"""Mapping a layout in the browser: proposed, tried, kept, put into use, and read by."""

import io

import pytest
from django.urls import reverse

from quartermaster.usage.models import ProfileVersion
from quartermaster.usage.queries.imports import profiles_in_use
from tests.factories import imports as make
from tests.factories.carriers import bill
from tests.web.suites import RoomViewTests
from tests.web.waiting import waiting

HEADINGS = "Konto;Zyklus bis;Rufnummer;Tarif;GB genutzt;Grundpreis;Steuer;Summe"
ROWS = (
    "{account};{until};414-200-0000;Flex 2 GB;1.5;$20.00;$1.20;$21.20",
    "{account};{until};414-200;Flex 2 GB;1.5;$20.00;$1.20;$21.20",
    "Total;;;;;;;$42.40",
)
CHOSEN = {
    "c0": "account",
    "c1": "cycle_until",
    "c2": "number",
    "c3": "plan",
    "c4": "kilobytes@gigabytes",
    "c5": "charge:plan",
    "c6": "charge:tax",
    "c7": "total",
}
NEW = {
    "into": "new",
    "key": "acme",
    "title": "Acme, new portal",
    "names": "Verizon, Acme Wireless",
    "date": "%m/%d/%Y",
    "time": "%H:%M",
    "note": "The portal changed its headings",
}


class TestProfiles(RoomViewTests):
    list_name = "imports:profiles"
    detail_name = "imports:profile"
    seen_by = {"ida": {"one"}, "cole": {"one"}, "sue": set(), "ana": set(), "rex": set()}

    def things(self, cast, at):
        from quartermaster.usage.actions.profiles import propose_profile  # beside the suite alone
        from quartermaster.usage.shipped import shipped

        made = propose_profile(
            definition=shipped()[0].as_data(),
            note="As shipped",
            actor=cast.acting(cast.cole),
            at=at,
        )
        return {"one": made}


def _content():
    written = bill()
    facts = {"account": written.account, "until": f"{written.cycle_until:%m/%d/%Y}"}
    return "\n".join([HEADINGS, *(row.format(**facts) for row in ROWS)]).encode()


def _upload(client, content=None, family="lines"):
    sample = io.BytesIO(_content() if content is None else content)
    sample.name = "sample.csv"
    return client.post(reverse("imports:map"), {"file": sample, "family": family})


def _send(client, page, do, **more):
    data = {"parcel": page.context["parcel"], "do": do, **CHOSEN, **NEW, **more}
    return client.post(reverse("imports:map"), data)


@pytest.mark.clause("G-9")
def test_a_coordinator_maps_a_layout_tries_it_and_itmd_puts_it_into_use(
    logged_in, asking, cast, contracts, at
):
    cole, ida = logged_in(cast.cole), logged_in(cast.ida)
    assert make.imported(_content(), at).state == "refused"

    tried = _send(cole, _upload(cole), "try").context["tried"]
    assert [(row.ignored, row.refused) for row in tried] == [
        (False, ""),
        (False, "Number of the line: “414-200” cannot be read."),
        (True, ""),
    ]
    assert ("Data used", "1,572,864 kilobytes") in tried[0].values
    assert ProfileVersion.objects.count() == 0

    answer = _send(cole, _upload(cole), "propose")
    made = ProfileVersion.objects.get()
    assert answer.url == reverse("imports:profile", kwargs={"key": made.pk})
    assert (made.key, made.number, made.adopted_at) == ("acme", 1, None)
    assert "acme" not in {profile.key for profile, _ in profiles_in_use()}
    assert [item.note for item in waiting(asking(cast.ida), "Profiles to put into use")] == [
        "Cole Novak"
    ]
    assert cole.post(reverse("imports:adopt", kwargs={"key": made.pk})).status_code == 403

    ida.post(reverse("imports:adopt", kwargs={"key": made.pk}))

    row = make.imported(_content(), at)
    assert row.state == "imported", row.said
    part = row.parts.get()
    assert (part.profile_key, part.profile_number, part.rows, part.refused) == ("acme", 1, 1, 1)


def test_headings_that_are_known_are_proposed(logged_in, cast):
    page = _upload(
        logged_in(cast.cole), b"Account Number\tWireless Number\tWho knows\tTaxes\n1\t2\t3\t4\n"
    )
    form = page.context["mapping"]
    assert [form[f"c{n}"].value() for n in range(4)] == ["account", "number", "", "charge:tax"]


@pytest.mark.clause("G-9")
def test_a_new_version_of_a_shipped_profile_takes_its_place_and_the_other_layouts_stay(
    logged_in, cast, at
):
    ida = logged_in(cast.ida)

    _send(ida, _upload(ida), "propose", into="verizon", key="", title="", names="")
    _send(ida, _upload(ida), "propose", into="verizon", note="Once more")

    versions = ProfileVersion.objects.order_by("number")
    assert [(v.key, v.number, v.adopted_at is not None) for v in versions] == [
        ("verizon", 1, True),
        ("verizon", 2, True),
    ]
    (profile, number) = next(it for it in profiles_in_use() if it[0].key == "verizon")
    assert number == 2
    assert len(profile.layouts) == 6
    shown = ida.get(reverse("imports:profile-in-use", kwargs={"short": "verizon"}))
    assert "Rufnummer" in shown.content.decode()
    assert "Wireless Number" in shown.content.decode()


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"c2": ""}, "“number” is missing"),
        ({"c7": "number"}, "“number” is there twice"),
        ({"key": "verizon"}, "a profile of this short name already"),
        ({"key": "", "title": ""}, "A new profile needs a short name"),
        ({"key": "Not Good!"}, "Enter a valid value"),
        ({"c0": "nothing"}, "Select a valid choice"),
        ({"date": "%Q"}, "Select a valid choice"),
        ({"note": ""}, "Say why, in a few words"),
    ],
)
def test_a_mapping_that_will_not_do_says_why(logged_in, cast, more, said):
    client = logged_in(cast.cole)
    answer = _send(client, _upload(client), "propose", **more)
    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert ProfileVersion.objects.count() == 0


def test_what_is_only_tried_needs_no_name_yet(logged_in, cast):
    client = logged_in(cast.cole)
    nameless = {"key": "", "title": "", "names": "", "note": ""}
    answer = _send(client, _upload(client), "try", **nameless)
    assert (answer.status_code, answer.context["tried"] is not None) == (200, True)
    assert ProfileVersion.objects.count() == 0


def test_a_sample_that_is_none_or_was_tampered_with_is_refused(logged_in, cast):
    client = logged_in(cast.cole)
    assert "is a PDF" in _upload(client, b"%PDF-1.7").content.decode()
    assert "No line of this file has headings" in _upload(client, b"word\n").content.decode()
    page = _upload(client)
    data = {"parcel": page.context["parcel"][:-3] + "abc", **CHOSEN, **NEW}
    answer = client.post(reverse("imports:map"), data)
    assert answer.status_code == 409
    assert "The sample has expired" in answer.content.decode()


def test_another_person_cannot_use_a_sample(logged_in, cast):
    page = _upload(logged_in(cast.cole))
    assert _send(logged_in(cast.ida), page, "propose").status_code == 409


def test_an_adopted_version_is_not_adopted_again_nor_an_older_one(logged_in, cast, at):
    cole, ida = logged_in(cast.cole), logged_in(cast.ida)
    _send(cole, _upload(cole), "propose", into="verizon")
    _send(ida, _upload(ida), "propose", into="verizon")
    first, second = ProfileVersion.objects.order_by("number")

    old = ida.post(reverse("imports:adopt", kwargs={"key": first.pk}))
    again = ida.post(reverse("imports:adopt", kwargs={"key": second.pk}))

    assert "A later version is in use" in old.content.decode()
    assert "in use already" in again.content.decode()


def test_no_such_profile_is_not_found(logged_in, cast):
    client = logged_in(cast.ida)
    address = reverse("imports:profile-in-use", kwargs={"short": "nobody"})
    assert client.get(address).status_code == 404

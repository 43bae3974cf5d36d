"""The policy's pages: what each of the cast may see and do there."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from quartermaster.org.models import User
from quartermaster.policy import queries
from quartermaster.policy.actions import acknowledgements
from quartermaster.policy.models import Acknowledgement, PolicyVersion
from quartermaster.web.panels import panels_of
from tests.factories.policy import FIRST, SECOND, TODAY, adopted, draft


@pytest.fixture(autouse=True)
def _house(settings, tmp_path, monkeypatch, at):
    settings.DATA = tmp_path
    monkeypatch.setattr("quartermaster.web.middleware.now", lambda: at)


pytestmark = pytest.mark.django_db


@pytest.fixture
def browse(cast, client):
    """Log somebody of the cast in; answers the client."""

    def log_in(person):
        user, _ = User.objects.get_or_create(email=person.email, defaults={"person": person})
        client.force_login(user)
        return client

    return log_in


def page(client, name, status=200, query="", **kwargs):
    response = client.get(reverse(f"policy:{name}", kwargs=kwargs) + query)
    assert response.status_code == status, response.content.decode()[:2000]
    return response.content.decode()


@pytest.mark.clause("P-1")
def test_everybody_reads_the_policy_in_force_without_struck_text(cast, browse):
    adopted()
    text = page(browse(cast.rex), "in-force")
    assert "Police and fire are excluded." in text
    assert "All departments" not in text
    assert 'id="G-3"' in text
    assert "Import a version" not in text
    assert "Import a version" in page(browse(cast.ida), "in-force")


def test_nothing_is_in_force_yet(cast, browse):
    assert "No policy is in force yet." in page(browse(cast.ana), "in-force")
    assert "No policy is in force now." in page(browse(cast.ida), "missing")
    assert "nothing for you to acknowledge" in page(browse(cast.ana), "acknowledge")


@pytest.mark.clause("P-1")
def test_redline_is_shown_with_words_for_screen_readers(cast, browse):
    version = adopted()
    client = browse(cast.ana)
    redline = page(client, "version", key=version.pk, query="?as=redline")
    assert (
        '<del><span class="usa-sr-only"> (deleted: </span>All departments'
        '<span class="usa-sr-only">) </span></del>Police and fire' in redline
    )
    assert "the text before it cannot be told" in redline
    assert "All departments" not in page(client, "version", key=version.pk)


def test_drafts_are_not_found_by_the_city(cast, browse):
    version = draft()
    for name in ("version", "source"):
        page(browse(cast.rex), name, 404, key=version.pk)
        page(browse(cast.ida), name, 200, key=version.pk)


@pytest.mark.parametrize("who", ["ana", "cole", "sue", "rex"])
@pytest.mark.parametrize("name", ["review", "adopt", "withdraw", "related"])
def test_only_administrators_work_on_drafts(cast, browse, who, name):
    version = draft()
    client = browse(getattr(cast, who))
    page(client, name, 403, key=version.pk)
    page(client, "import", 403)
    address = reverse(f"policy:{name}", kwargs={"key": version.pk})
    assert client.post(address, {}).status_code == 403
    version.refresh_from_db()
    assert version.state == "draft"


@pytest.mark.clause("P-1")
def test_from_upload_to_adoption(cast, browse, at):
    client = browse(cast.ida)
    page(client, "import")
    sent = client.post(
        reverse("policy:import"), {"file": SimpleUploadedFile("new.md", FIRST.encode())}
    )
    version = PolicyVersion.objects.get()
    assert sent["Location"] == reverse("policy:review", kwargs={"key": version.pk})
    assert version.imported_by == cast.ida

    shown = page(client, "review", key=version.pk)
    assert "more strictly" in shown
    pieces = {p.code: p.key for p in queries.pieces_of(version) if p.code}
    fields = {f"piece-{p.key}": p.code for p in queries.pieces_of(version) if not p.structural}
    fields |= {"change-G-3": "strength", "change-S-3": "editorial", "change-P-1": "editorial"}
    address = reverse("policy:review", kwargs={"key": version.pk})
    key = f"piece-{pieces['G-2']}"
    assert client.post(address, fields | {key: "nonsense"}).status_code == 422
    assert client.post(address, fields | {key: "G-9"}).status_code == 302
    found = {c.code: (c.change, c.change_confirmed_by) for c in version.clauses.all()}
    assert found["S-3"] == ("editorial", cast.ida)
    assert found["G-9"] == ("none", None)

    page(client, "adopt", key=version.pk)
    address = reverse("policy:adopt", kwargs={"key": version.pk})
    facts = {
        "adopting_body": "Common Council",
        "file_number": "260001",
        "in_force_on": TODAY.isoformat(),
        "acknowledgement_days": "14",
    }
    assert client.post(address, facts | {"acknowledgement_days": "0"}).status_code == 422
    assert client.post(address, facts).status_code == 302
    assert queries.version_in_force(at) == version
    page(client, "adopt", 404, key=version.pk)


@pytest.mark.parametrize(
    ("content", "sentence"),
    [(b"a ~~b", "opens a deletion"), (b"PK broken", "damaged"), (b"\xff\xfe", "not UTF-8")],
)
def test_what_cannot_be_read_is_refused_with_a_sentence(cast, browse, content, sentence):
    response = browse(cast.ida).post(
        reverse("policy:import"), {"file": SimpleUploadedFile("x.md", content)}
    )
    assert response.status_code == 422
    assert sentence in response.content.decode()
    assert PolicyVersion.objects.count() == 0


@pytest.mark.clause("S-2")
def test_acknowledging_on_the_page(cast, browse):
    version = adopted()
    client = browse(cast.ana)
    address = reverse("policy:acknowledge")
    assert "Your confirmation" in page(client, "acknowledge")
    assert client.post(address, {"text_digest": version.text_digest}).status_code == 422
    wrong = client.post(address, {"text_digest": "0" * 64, "read": "on"})
    assert wrong.status_code == 409
    assert client.post(address, {"text_digest": version.text_digest, "read": "on"}).status_code == (
        302
    )
    assert Acknowledgement.objects.get().person == cast.ana
    assert "What you have confirmed" in page(client, "acknowledge")


@pytest.mark.clause("P-1")
def test_what_changed_is_shown_to_whom_is_asked_anew(cast, browse, at):
    first = adopted()
    client = browse(cast.ana)
    client.post(reverse("policy:acknowledge"), {"text_digest": first.text_digest, "read": "on"})
    second = adopted(SECOND, in_force_on=TODAY + timedelta(days=1), at=at)
    shown = page(client, "acknowledge")
    assert "which you acknowledged" in shown
    assert 'id="changed-G-3"' in shown
    compared = page(client, "compare", key=second.pk, other=first.pk)
    assert "of eight digits" in compared
    assert "Unchanged: P-1, S-2, S-3, G-1, G-2." in compared


@pytest.mark.clause("S-2")
def test_who_is_missing_is_trimmed_and_exported(cast, browse):
    adopted()
    assert "Ana Reyes" not in page(browse(cast.rex), "missing")
    mine = page(browse(cast.cole), "missing")
    assert "Ana Reyes" in mine
    assert "Rex Moreau" not in mine
    found = browse(cast.cole).get(reverse("policy:missing") + "?format=csv&sort=name")
    lines = b"".join(found.streaming_content).decode().splitlines()
    assert [line.split(",")[0] for line in lines] == [
        "Name",
        "Cole Novak",
        "Sue Okafor",
        "Ana Reyes",
    ]


@pytest.mark.clause("S-2")
def test_paper_is_recorded_by_the_coordinator_of_the_department_only(cast, browse):
    adopted()
    kwargs = {"key": cast.ana.pk}
    page(browse(cast.rex), "paper", 403, **kwargs)
    page(browse(cast.cole), "paper", 404, key=cast.rex.pk)
    page(browse(cast.cole), "paper", **kwargs)
    client = browse(cast.cole)
    assert client.post(reverse("policy:paper", kwargs=kwargs), {}).status_code == 302
    assert Acknowledgement.objects.get().recorded_by == cast.cole


@pytest.mark.clause("G-1")
def test_related_policies_are_named(cast, browse):
    version = draft()
    client = browse(cast.ida)
    address = reverse("policy:related", kwargs={"key": version.pk})
    assert client.post(address, {"related": "E-mail | nowhere | email"}).status_code == 422
    assert client.post(address, {"related": "E-mail | https://x.example | fax"}).status_code == 422
    assert (
        client.post(address, {"related": "E-mail | https://x.example | email"}).status_code == 302
    )
    assert "https://x.example" in page(client, "version", key=version.pk)
    assert "E-mail | https://x.example | email" in page(client, "related", key=version.pk)


def test_withdrawing(cast, browse):
    version = draft()
    client = browse(cast.ida)
    page(client, "withdraw", key=version.pk)
    assert client.post(reverse("policy:withdraw", kwargs={"key": version.pk}), {}).status_code == (
        302
    )
    version.refresh_from_db()
    assert version.state == "withdrawn"


def test_source_is_handed_out_as_it_came_in_and_never_shown_inline(cast, browse):
    version = adopted()
    response = browse(cast.rex).get(reverse("policy:source", kwargs={"key": version.pk}))
    assert response.content == FIRST.encode()
    assert response["Content-Disposition"] == 'attachment; filename="policy-version-1.md"'
    assert response["Content-Type"] == "application/octet-stream"


def test_the_dashboard_says_what_is_due(cast, browse):
    adopted()
    assert "Policy to acknowledge" in browse(cast.ana).get("/").content.decode()
    assert "Yet to acknowledge the policy" in browse(cast.ida).get("/").content.decode()
    assert "Yet to acknowledge the policy" not in browse(cast.rex).get("/").content.decode()


def test_clauses_are_found_by_their_words(cast, browse):
    version = adopted()
    draft(SECOND)
    client = browse(cast.rex)
    found = client.get(reverse("home:search"), {"q": "passcode"}).content.decode()
    clause = version.clauses.get(code="G-3")
    address = reverse("policy:clause", kwargs={"key": clause.pk})
    assert address in found
    assert "eight digits" not in found
    assert client.get(address)["Location"].endswith("?as=text#G-3")


def test_the_persons_page_says_what_is_due(cast, rf, at):
    version = adopted()
    request = rf.get("/")
    request.at = at

    def shown(actor, person):
        request.actor = cast.acting(actor)
        return [
            panel.html for panel in panels_of("person", request, person) if panel.title == "Policy"
        ]

    (html,) = shown(cast.cole, cast.ana)
    assert "is to be acknowledged by" in html
    assert shown(cast.rex, cast.ana) == []
    acknowledgements.record_on_paper(
        version_id=version.id, person_id=cast.ana.id, actor=cast.acting(cast.cole), at=at
    )
    (html,) = shown(cast.ana, cast.ana)
    assert "Nothing is due." in html
    assert "on paper" in html


def test_the_dashboard_is_quiet_where_nothing_is_due(cast, browse, at):
    assert "Policy to acknowledge" not in browse(cast.ana).get("/").content.decode()
    version = adopted()
    for person in (cast.ana, cast.cole, cast.sue, cast.ida, cast.rex):
        acknowledgements.acknowledge(
            version_id=version.id,
            text_digest=version.text_digest,
            actor=cast.acting(person),
            at=at,
        )
    shown = browse(cast.ida).get("/").content.decode()
    assert "Policy to acknowledge" not in shown
    assert "Yet to acknowledge" not in shown
    assert "Everybody whom you may see here" in page(browse(cast.ida), "missing")


def test_an_acknowledgement_that_is_late_for_nothing_is_refused(cast, browse):
    response = browse(cast.ana).post(
        reverse("policy:acknowledge"), {"text_digest": "0" * 64, "read": "on"}
    )
    assert response.status_code == 409
    assert Acknowledgement.objects.count() == 0

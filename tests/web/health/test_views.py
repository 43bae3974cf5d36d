"""What watches the installation sees it; nobody else does."""

import pytest

pytestmark = pytest.mark.django_db


def test_alive_without_a_database(client, django_assert_num_queries):
    with django_assert_num_queries(0):
        assert client.get("/healthz").content == b"ok\n"


def test_ready_with_its_schema(client):
    answer = client.get("/readyz")
    assert (answer.status_code, answer.content) == (200, b"ready\n")


def test_not_ready_while_a_migration_is_missing(client):
    from django.db.migrations.recorder import MigrationRecorder

    MigrationRecorder.Migration.objects.filter(app="compliance").delete()
    answer = client.get("/readyz")
    assert (answer.status_code, answer.content) == (503, b"not ready\n")


def test_metrics_from_this_machine(client):
    client.get("/healthz")
    lines = client.get("/metrics").content.decode().splitlines()
    assert "quartermaster_audit_entries 0.0" in lines
    assert any(
        line.startswith('quartermaster_requests_total{status="200",view="health:alive"}')
        for line in lines
    )


@pytest.mark.parametrize(
    "more",
    [
        {"REMOTE_ADDR": "203.0.113.9"},
        {"HTTP_X_FORWARDED_FOR": "203.0.113.9"},
        {"REMOTE_ADDR": "nowhere"},
    ],
)
def test_metrics_are_not_there_for_others(client, more):
    assert client.get("/metrics", **more).status_code == 404


@pytest.mark.parametrize(
    ("given", "status"), [("Bearer s3cret", 200), ("Bearer guess", 404), ("", 404)]
)
def test_metrics_by_token(client, settings, given, status):
    settings.METRICS_TOKEN = "s3cret"
    answer = client.get("/metrics", REMOTE_ADDR="203.0.113.9", HTTP_AUTHORIZATION=given)
    assert answer.status_code == status

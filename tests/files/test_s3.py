"""A store that speaks S3, with versions and object lock, against a server on the loopback."""

from datetime import UTC, datetime, timedelta
from http.server import ThreadingHTTPServer
from threading import Thread

import boto3
import pytest
from botocore.exceptions import ClientError
from moto.backends import get_backend
from moto.core import DEFAULT_ACCOUNT_ID
from moto.moto_proxy.proxy3 import ProxyRequestHandler

from quartermaster.config import stores as config
from quartermaster.files import stores
from quartermaster.files.actions import store
from quartermaster.files.errors import FileDamaged, FileMissing, FileTooLarge
from quartermaster.files.queries import read_file
from quartermaster.files.s3 import Place, S3Store
from quartermaster.files.stores import LocalStore
from quartermaster.kernel.permits import system

KEY = {"aws_access_key_id": "key", "aws_secret_access_key": "secret"}
ENDPOINT = "http://s3.us-east-1.amazonaws.com"
BUCKET, PREFIX = "records", "city/"
NEXT_YEAR = datetime.now(UTC).replace(microsecond=0) + timedelta(days=365)


@pytest.fixture(scope="module")
def proxy():
    """moto, behind a proxy on the loopback: what is asked of Amazon's address comes here."""
    running = ThreadingHTTPServer(("127.0.0.1", 0), ProxyRequestHandler)
    thread = Thread(target=running.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{running.server_port}"
    running.shutdown()
    running.server_close()
    thread.join()


@pytest.fixture
def server(proxy, monkeypatch):
    monkeypatch.setenv("HTTP_PROXY", proxy)
    yield ENDPOINT
    get_backend("s3")[DEFAULT_ACCOUNT_ID]["aws"].reset()


@pytest.fixture
def client(server):
    made = boto3.client("s3", endpoint_url=server, region_name="us-east-1", **KEY)
    made.create_bucket(Bucket=BUCKET, ObjectLockEnabledForBucket=True)
    return made


@pytest.fixture
def bucket(client, server):
    place = Place(BUCKET, PREFIX, server, key_id="key", secret="secret", lock="COMPLIANCE")
    return S3Store(place)


def test_content_is_kept_under_its_digest_once(bucket, client):
    kept = bucket.put([b"one ", b"two"], limit=100)
    assert bucket.put([b"one two"], limit=100) == kept
    assert bucket.open(kept.digest).read() == b"one two"
    assert list(bucket.digests()) == [kept.digest]
    versions = client.list_object_versions(Bucket=BUCKET)["Versions"]
    assert [row["Key"] for row in versions] == [
        f"{PREFIX}{kept.digest[:2]}/{kept.digest[2:4]}/{kept.digest}"
    ]


def test_what_is_not_there_and_what_is_too_large_are_said(bucket):
    with pytest.raises(FileMissing):
        bucket.open("0" * 64)
    with pytest.raises(FileTooLarge):
        bucket.put([b"x" * 101], limit=100)
    assert list(bucket.digests()) == []


def test_deleting_takes_every_version(bucket, client):
    kept = bucket.put([b"first"], limit=100)
    key = client.list_objects_v2(Bucket=BUCKET)["Contents"][0]["Key"]
    client.put_object(Bucket=BUCKET, Key=key, Body=b"overwritten")
    bucket.replace(kept.digest, [b"first"], limit=100)
    client.delete_object(Bucket=BUCKET, Key=key)
    assert len(client.list_object_versions(Bucket=BUCKET)["Versions"]) == 3
    bucket.delete(kept.digest)
    bucket.delete(kept.digest)
    left = client.list_object_versions(Bucket=BUCKET)
    assert (left.get("Versions", []), left.get("DeleteMarkers", [])) == ([], [])


def test_what_is_locked_is_deleted_by_nobody_before_its_day(bucket):
    kept = bucket.put([b"locked"], limit=100)
    assert bucket.locked_until(kept.digest) is None
    bucket.lock_until(kept.digest, NEXT_YEAR)
    bucket.lock_until(kept.digest, NEXT_YEAR - timedelta(days=30))  # never shorter
    assert bucket.locked_until(kept.digest) == NEXT_YEAR
    with pytest.raises(ClientError):
        bucket.delete(kept.digest)
    assert bucket.open(kept.digest).read() == b"locked"


def test_a_lock_grows_and_one_that_is_over_lets_it_go(bucket):
    kept = bucket.put([b"due"], limit=100)
    bucket.lock_until(kept.digest, datetime.now(UTC) + timedelta(days=1))
    bucket.lock_until(kept.digest, NEXT_YEAR)
    assert bucket.locked_until(kept.digest) == NEXT_YEAR
    past = bucket.put([b"past"], limit=100)
    bucket.lock_until(past.digest, datetime.now(UTC) - timedelta(days=1))
    bucket.delete(past.digest)
    assert list(bucket.digests()) == [kept.digest]


def test_what_is_under_a_hold_of_the_store_is_not_deleted(bucket):
    kept = bucket.put([b"held"], limit=100)
    bucket.hold(kept.digest, on=True)
    with pytest.raises(ClientError):
        bucket.delete(kept.digest)
    bucket.hold(kept.digest, on=False)
    bucket.delete(kept.digest)
    assert list(bucket.digests()) == []


def test_nothing_else_is_put_in_the_place_of_a_file(bucket):
    kept = bucket.put([b"this"], limit=100)
    with pytest.raises(FileDamaged):
        bucket.replace(kept.digest, [b"that"], limit=100)
    assert bucket.open(kept.digest).read() == b"this"


@pytest.mark.django_db
def test_the_settings_name_a_bucket_and_files_go_there(client, server, settings, at, tmp_path):
    settings.DATA = tmp_path
    settings.FILES_STORE = f"s3://{BUCKET}/files"
    settings.FILES_REPLICA = str(tmp_path / "replica")
    settings.FILES_S3 = {
        "endpoint": server,
        "region": "us-east-1",
        "key_id": "key",
        "secret": "secret",
    }
    config.install()
    try:
        row = store(content=b"kept", media_type="", name="a", actor=system("test"), at=at)
        assert read_file(row.digest) == b"kept"
        assert isinstance(stores.replica(), LocalStore)
        (found,) = client.list_objects_v2(Bucket=BUCKET)["Contents"]
        assert found["Key"].startswith("files/")
    finally:
        stores._installed[:] = []
        stores.install_replica(None)

"""A record that is destroyed takes the working copies with it; what was given out stays."""

import pytest
from django.db import IntegrityError, transaction

from quartermaster.disclosure import actions
from quartermaster.disclosure.keeping import read
from quartermaster.disclosure.models import Package, PackageFile, RequestItem, SealedFile
from quartermaster.disclosure.purging import purge_copies
from quartermaster.disclosure.rules.review import Decision
from quartermaster.files.models import StoredFile
from quartermaster.files.stores import current
from tests.factories.disclosure import TEXT, collected, packaged, record_of, released
from tests.factories.records import WHY, paul

pytestmark = [pytest.mark.django_db, pytest.mark.clause("C-2"), pytest.mark.clause("G-5")]


@pytest.fixture(autouse=True)
def own_place(settings, tmp_path):
    settings.DATA = tmp_path


def records_of(package):
    rows = RequestItem.objects.filter(request=package.request)
    return list(rows.values_list("item__record_id", flat=True))


def test_copies_go_and_what_was_given_out_can_still_be_read(cast, at):
    package = released(cast, at)
    copies = list(SealedFile.objects.filter(copy_of__request=package.request))
    given = PackageFile.objects.filter(package=package).first().file
    before = read(given)
    purge_copies(records_of(package), at)
    for copy in copies:
        copy.refresh_from_db()
        assert (copy.name, bytes(copy.sealed_key), copy.destroyed_at) == ("Destroyed", b"", at)
        assert StoredFile.objects.get(id=copy.file_id).destroyed_at == at
    given.refresh_from_db()
    assert read(given) == before
    assert Package.objects.get(id=package.id).index != []


def test_a_package_that_was_never_given_out_goes_with_its_records(cast, at):
    package = packaged(cast, at)
    actions.withdraw(request_id=package.request_id, reason=WHY, actor=paul(cast), at=at)
    purge_copies(records_of(package), at)
    package.refresh_from_db()
    assert (package.index, package.destroyed_at) == ([], at)
    files = PackageFile.objects.filter(package=package).values("file_id")
    assert not SealedFile.objects.filter(id__in=files, destroyed_at=None).exists()


def test_copies_of_decisions_that_were_taken_back_go_too(cast, at):
    record = record_of(cast, at, TEXT.encode(), "chat.txt", "text/plain")
    (item,) = collected(cast, at, record)
    actions.decide(item_id=item.id, decision=Decision.RELEASE, actor=paul(cast), at=at)
    item.refresh_from_db()
    orphans = {item.copy_id, item.words_id}
    actions.reconsider(item_id=item.id, actor=paul(cast), at=at)
    purge_copies([record.id], at)
    gone = set(SealedFile.objects.exclude(destroyed_at=None).values_list("id", flat=True))
    assert orphans <= gone


def test_the_database_keeps_what_was_given_out(cast, at):
    package = released(cast, at)
    given = PackageFile.objects.filter(package=package).values("file_id")
    with pytest.raises(IntegrityError), transaction.atomic():
        SealedFile.objects.filter(id__in=given).update(
            sealed_key=b"", name="Destroyed", destroyed_at=at
        )
    with pytest.raises(IntegrityError), transaction.atomic():
        Package.objects.filter(id=package.id).update(index=[], destroyed_at=at)


def test_other_records_copies_stay(cast, at):
    package = released(cast, at)
    other = record_of(cast, at, b"Something else", "other.txt", "text/plain")
    purge_copies([other.id], at)
    assert not SealedFile.objects.filter(
        copy_of__request=package.request, destroyed_at__isnull=False
    ).exists()
    assert list(current().digests()) != []

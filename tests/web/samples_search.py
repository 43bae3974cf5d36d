"""Samples of searching: one search that Ana keeps."""

from tests.factories.searching import kept
from tests.web.samples import sample


@sample(
    "records:search-kept",
    "records:search-open",
    "records:search-change",
    "records:search-forget",
)
def search(cast, at):
    return {"key": kept(cast.acting(cast.ana), at).pk}

"""Samples of packages: of a batch that is reviewed."""

from tests.web.samples import sample
from tests.web.samples_retention import free_batch


@sample("bags:of-batch")
def batch(cast, at):
    return {"key": free_batch(cast, at).pk}

"""Samples of devices that their holders say they do not have."""

from tests.factories.denials import denied
from tests.web.samples import sample


@sample("denials:denial", "denials:explain")
def denial(cast, at):
    return {"key": denied(cast, cast.ana, at).pk}

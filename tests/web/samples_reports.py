"""Samples of reports."""

from tests.web.samples import sample


@sample("reports:oscal-profile", "reports:oscal-device-results")
def department(cast, at):
    return {"code": cast.water.code}

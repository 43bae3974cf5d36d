import pytest


@pytest.fixture(autouse=True)
def own_place(settings, tmp_path):
    """Files of each test apart."""
    settings.DATA = tmp_path / "data"
    settings.DATA.mkdir()

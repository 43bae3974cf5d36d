"""Templates: each can be read, whichever page shows it."""

from pathlib import Path

import pytest
from django.template.loader import get_template

import quartermaster.web

HERE = Path(quartermaster.web.__file__).parent / "templates"
NAMES = sorted(str(path.relative_to(HERE)) for path in HERE.rglob("*") if path.is_file())


@pytest.mark.parametrize("name", NAMES)
def test_a_template_loads_what_it_uses(name):
    assert get_template(name).origin.template_name == name

"""Every room is opened as a room: its permits, handlers and tasks are found."""

from django.apps import apps

from quartermaster.kernel.permits import all_permits
from quartermaster.kernel.room import Room


def test_every_room_is_a_room():
    doors = {"quartermaster.web", "quartermaster.config"}
    plain = [
        config.name
        for config in apps.get_app_configs()
        if config.name.startswith("quartermaster.")
        and config.name not in doors
        and not isinstance(config, Room)
    ]
    assert plain == []


def test_permits_are_found_when_the_house_opens():
    assert "org.person.view" in {item.code for item in all_permits()}

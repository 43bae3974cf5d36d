from django.apps import AppConfig

from quartermaster.web.rooms import register_all


class WebDoor(AppConfig):
    """The people's door."""

    name = "quartermaster.web"
    label = "web"

    def ready(self) -> None:
        register_all()

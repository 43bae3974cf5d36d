from django.apps import AppConfig


class House(AppConfig):
    """The last application to open: every room is there, so the drivers can be wired."""

    name = "quartermaster.config"
    label = "config"

    def ready(self) -> None:
        from quartermaster.config import drivers, stores  # models are importable only now

        drivers.install()
        stores.install()

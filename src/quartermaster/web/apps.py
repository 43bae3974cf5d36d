from django.apps import AppConfig


class WebDoor(AppConfig):
    name = "quartermaster.web"
    label = "web"

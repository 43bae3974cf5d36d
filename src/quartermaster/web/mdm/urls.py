"""Addresses of management."""

from django.urls import path

from quartermaster.mdm.permits import COMMAND_SEND, ENROLMENT_VIEW
from quartermaster.web.guard import SIGNED_IN
from quartermaster.web.mdm import acts, enrolling, views
from quartermaster.web.menu import MenuItem

app_name = "mdm"
urlpatterns = [
    path("my-devices/", views.MyDevices.as_view(), name="mine"),
    path("enrolments/", views.Enrolments.as_view(), name="enrolments"),
    path("enrolments/<uuid:key>/refresh/", acts.Refresh.as_view(), name="refresh"),
    path("enrolments/<uuid:key>/configure/", acts.Configure.as_view(), name="configure"),
    path("enrolments/<uuid:key>/end/", acts.EndEnrolment.as_view(), name="end"),
    path("commands/", views.Commands.as_view(), name="commands"),
    path("commands/<uuid:key>/cancel/", acts.CancelCommand.as_view(), name="command-cancel"),
    path("devices/<uuid:key>/invite/", enrolling.Invite.as_view(), name="invite"),
    path("enrol/<str:token>/", enrolling.Enrol.as_view(), name="enrol"),
]
menu = [
    MenuItem("My devices", "mdm:mine", SIGNED_IN, "", order=20, icon="account_box"),
    MenuItem(
        "Enrolments", "mdm:enrolments", ENROLMENT_VIEW, "Equipment", order=60, icon="verified_user"
    ),
    MenuItem("Commands", "mdm:commands", COMMAND_SEND, "Equipment", order=65, icon="send"),
]

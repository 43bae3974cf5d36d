"""Addresses of management."""

from django.urls import path

from quartermaster.mdm.permits import (
    AUTOMATED_VIEW,
    COMMAND_SEND,
    CREDENTIAL_MANAGE,
    ENROLMENT_VIEW,
    SECRET_REVEAL,
)
from quartermaster.web.guard import SIGNED_IN
from quartermaster.web.mdm import (
    acts,
    arriving,
    automated,
    automated_acts,
    commands,
    credential_acts,
    credentials,
    doing,
    enrolling,
    locations,
    progress,
    secrets,
    setting_up,
    views,
    waking,
)
from quartermaster.web.menu import MenuItem

app_name = "mdm"
_KIND = "service-credentials/<slug:driver>/<slug:kind>"
_ONE = "service-credentials/<uuid:key>"
_LISTED = "automated-enrolment/<uuid:key>"
urlpatterns = [
    path("my-devices/", views.MyDevices.as_view(), name="mine"),
    path("enrolments/", views.Enrolments.as_view(), name="enrolments"),
    path(
        "enrolments/<uuid:key>/declarations/",
        progress.Declarations.as_view(),
        name="declarations",
    ),
    path("enrolments/<uuid:key>/refresh/", acts.Refresh.as_view(), name="refresh"),
    path("enrolments/<uuid:key>/configure/", acts.Configure.as_view(), name="configure"),
    path("enrolments/<uuid:key>/end/", acts.EndEnrolment.as_view(), name="end"),
    path("enrolments/<uuid:key>/wake/", waking.WakeNow.as_view(), name="wake"),
    path("enrolments/<uuid:key>/renew/", acts.RenewIdentity.as_view(), name="renew"),
    path(
        "certificates/<uuid:key>/revoke/",
        acts.RevokeCertificate.as_view(),
        name="certificate-revoke",
    ),
    path("commands/", views.Commands.as_view(), name="commands"),
    path("enrolments/bulk/", doing.Bulk.as_view(), name="bulk"),
    path("enrolments/<uuid:key>/do/<slug:verb>/", doing.Do.as_view(), name="do"),
    path("secrets/", secrets.Secrets.as_view(), name="secrets"),
    path("secrets/<uuid:key>/reveal/", secrets.Reveal.as_view(), name="secret-reveal"),
    path("locations/<uuid:key>/", locations.ShowLocation.as_view(), name="location"),
    path("commands/<uuid:key>/", commands.CommandPage.as_view(), name="command"),
    path("commands/<uuid:key>/retry/", commands.RetryCommand.as_view(), name="command-retry"),
    path("commands/<uuid:key>/cancel/", acts.CancelCommand.as_view(), name="command-cancel"),
    path("devices/<uuid:key>/invite/", enrolling.Invite.as_view(), name="invite"),
    path("my-devices/add/", enrolling.RegisterOwn.as_view(), name="register-own"),
    path(
        "enrol/account/<str:way>/<str:platform>/", arriving.ByAccount.as_view(), name="by-account"
    ),
    path("enrol/<str:token>/", arriving.Enrol.as_view(), name="enrol"),
    path("automated/", setting_up.Begin.as_view(), name="automated-begin"),
    path("automated/enrol/", setting_up.Enrol.as_view(), name="automated-enrol"),
    path("automated-enrolment/", automated.Automated.as_view(), name="automated"),
    path("automated-enrolment/read/", automated_acts.ReadLists.as_view(), name="automated-read"),
    path(f"{_LISTED}/", automated.Listed.as_view(), name="listed"),
    path(f"{_LISTED}/assign/", automated_acts.Assign.as_view(), name="listed-assign"),
    path(f"{_LISTED}/keep-out/", automated_acts.KeepOut.as_view(), name="listed-keep-out"),
    path(f"{_LISTED}/take-in/", automated_acts.TakeIn.as_view(), name="listed-take-in"),
    path("service-credentials/", credentials.Credentials.as_view(), name="credentials"),
    path(f"{_ONE}/request-file/", credentials.RequestFile.as_view(), name="credential-file"),
    path(f"{_ONE}/complete/", credential_acts.Complete.as_view(), name="credential-complete"),
    path(f"{_ONE}/retire/", credential_acts.Retire.as_view(), name="credential-retire"),
    path(f"{_KIND}/", credentials.CredentialPage.as_view(), name="credential"),
    path(f"{_KIND}/request/", credential_acts.MakeRequest.as_view(), name="credential-request"),
    path(f"{_KIND}/bring/", credential_acts.Import.as_view(), name="credential-import"),
]
menu = [
    MenuItem("My devices", "mdm:mine", SIGNED_IN, "", order=20, icon="account_box"),
    MenuItem(
        "Enrolments",
        "mdm:enrolments",
        ENROLMENT_VIEW,
        "Device management",
        order=10,
        icon="verified_user",
    ),
    MenuItem(
        "Automated enrolment",
        "mdm:automated",
        AUTOMATED_VIEW,
        "Device management",
        order=20,
        icon="autorenew",
    ),
    MenuItem("Commands", "mdm:commands", COMMAND_SEND, "Device management", order=30, icon="send"),
    MenuItem(
        "Kept secrets", "mdm:secrets", SECRET_REVEAL, "Device management", order=50, icon="lock"
    ),
    MenuItem(
        "Service credentials",
        "mdm:credentials",
        CREDENTIAL_MANAGE,
        "Administration",
        order=40,
        icon="verified",
    ),
]

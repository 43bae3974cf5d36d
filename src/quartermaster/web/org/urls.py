"""Addresses of people, departments and roles."""

from django.urls import path

from quartermaster.org.permits import DEPARTMENT_VIEW, PERSON_VIEW, ROLE_VIEW
from quartermaster.web.menu import MenuItem
from quartermaster.web.org.views import departments, imports, log_ins, people, roles

app_name = "org"

urlpatterns = [
    path("people/", people.People.as_view(), name="people"),
    path("people/new/", people.NewPerson.as_view(), name="person-new"),
    path("people/import/", imports.ImportPeople.as_view(), name="import-people"),
    path("people/<uuid:key>/", people.PersonPage.as_view(), name="person"),
    path("people/<uuid:key>/change/", people.ChangePerson.as_view(), name="person-change"),
    path("people/<uuid:key>/move/", people.MovePerson.as_view(), name="person-move"),
    path("people/<uuid:key>/supervisor/", people.Supervise.as_view(), name="person-supervise"),
    path("people/<uuid:key>/separate/", people.Separate.as_view(), name="person-separate"),
    path("people/<uuid:key>/reinstate/", people.Reinstate.as_view(), name="person-reinstate"),
    path("people/<uuid:key>/invite/", log_ins.Invite.as_view(), name="person-invite"),
    path(
        "people/<uuid:key>/end-sessions/",
        log_ins.EndSessions.as_view(),
        name="person-end-sessions",
    ),
    path(
        "people/<uuid:key>/close-log-in/",
        log_ins.CloseAccount.as_view(),
        name="person-close-log-in",
    ),
    path(
        "people/<uuid:key>/open-log-in/",
        log_ins.OpenAccount.as_view(),
        name="person-open-log-in",
    ),
    path("departments/", departments.Departments.as_view(), name="departments"),
    path("departments/new/", departments.NewDepartment.as_view(), name="department-new"),
    path("departments/import/", imports.ImportDepartments.as_view(), name="import-departments"),
    path("departments/<uuid:key>/", departments.DepartmentPage.as_view(), name="department"),
    path(
        "departments/<uuid:key>/change/",
        departments.ChangeDepartment.as_view(),
        name="department-change",
    ),
    path(
        "departments/<uuid:key>/coverage/",
        departments.SetCoverage.as_view(),
        name="department-coverage",
    ),
    path("roles/", roles.Roles.as_view(), name="roles"),
    path("roles/grant/", roles.GrantRole.as_view(), name="role-grant"),
    path("roles/<uuid:key>/end/", roles.EndRole.as_view(), name="role-end"),
]

menu = [
    MenuItem("People", "org:people", PERSON_VIEW, section="People", order=10, icon="people"),
    MenuItem(
        "Departments",
        "org:departments",
        DEPARTMENT_VIEW,
        section="People",
        order=20,
        icon="location_city",
    ),
    MenuItem("Roles", "org:roles", ROLE_VIEW, section="Administration", order=10, icon="lock"),
]

"""Who lives in the demo city: invented, the same at every run, handed over as CSV."""

import csv
import io
import random
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

SEED = 2026
DOMAIN = "modelcity.example"
PASSWORD = "brass lantern 42"  # noqa: S105 (printed for everybody to see)

DEPARTMENTS: tuple[tuple[str, str, str, str], ...] = (
    # code, name, parent, reason of exclusion (empty: covered)
    ("ITMD", "Information and Technology Management", "", ""),
    ("WATER", "Water Works", "", ""),
    ("WATER-FIELD", "Water Works, Field Operations", "WATER", ""),
    ("DPW", "Public Works", "", ""),
    ("HEALTH", "Health Department", "", ""),
    ("LIB", "Public Library", "", ""),
    ("DNS", "Neighborhood Services", "", ""),
    ("HR", "Employee Relations", "", ""),
    ("ADMIN", "Administration", "", ""),
    ("POLICE", "Police Department", "", "Public safety, with vendor contracts of its own"),
    ("FIRE", "Fire Department", "", "Public safety, with vendor contracts of its own"),
    ("CLERK", "City Clerk", "", "An elected official's department with its own contracts"),
    ("ATTORNEY", "City Attorney", "", "An elected official's department with its own contracts"),
)
STAFF = {
    "WATER": 8, "WATER-FIELD": 14, "DPW": 16, "HEALTH": 12, "LIB": 9, "DNS": 10, "HR": 4,
    "ADMIN": 6, "POLICE": 6, "FIRE": 5, "CLERK": 4, "ATTORNEY": 4, "ITMD": 5,
}  # fmt: skip
TITLES = {
    "WATER": ("Water analyst", "Billing clerk", "Plant operator"),
    "WATER-FIELD": ("Meter technician", "Main repair worker", "Field inspector"),
    "DPW": ("Street inspector", "Sanitation driver", "Forestry worker", "Bridge engineer"),
    "HEALTH": ("Public health nurse", "Food inspector", "Outreach worker"),
    "LIB": ("Librarian", "Branch clerk", "Bookmobile driver"),
    "DNS": ("Building inspector", "Code enforcement officer"),
    "HR": ("Human resources analyst",),
    "ADMIN": ("Budget analyst", "Procurement specialist"),
    "POLICE": ("Crime analyst", "Records specialist"),
    "FIRE": ("Fire inspector", "Equipment officer"),
    "CLERK": ("Licence specialist", "Council aide"),
    "ATTORNEY": ("Paralegal", "Assistant city attorney"),
    "ITMD": ("Systems analyst", "Help desk technician"),
}
DRIVING = {
    "Meter technician", "Main repair worker", "Field inspector", "Street inspector",
    "Sanitation driver", "Bookmobile driver", "Building inspector", "Food inspector",
}  # fmt: skip
GIVEN = (
    "Alma", "Andre", "Bella", "Carlos", "Chee", "Dana", "Devin", "Elena", "Emeka", "Farah", "Gwen",
    "Hana", "Ivan", "Jamal", "Jia", "Kofi", "Lena", "Luis", "Maya", "Mei", "Nadia", "Noor", "Omar",
    "Pia", "Quinn", "Rosa", "Sami", "Tariq", "Una", "Vera", "Wes", "Xiong", "Yara", "Zane",
)  # fmt: skip
FAMILY = (
    "Adeyemi", "Baker", "Castillo", "Dvorak", "Eriksen", "Fofana", "Garcia", "Hassan", "Ito",
    "Jensen", "Kowalski", "Lopez", "Moua", "Nguyen", "Okafor", "Patel", "Quist", "Rossi", "Schmidt",
    "Thao", "Ueda", "Vang", "Weber", "Xiong", "Young", "Zielinski",
)  # fmt: skip


@dataclass(frozen=True)
class Login:
    """A person of the demo who logs in, and what they are for."""

    number: str
    given: str
    family: str
    department: str
    title: str
    what: str
    role: str = ""

    @property
    def email(self) -> str:
        return f"{self.given}.{self.family}@{DOMAIN}".lower()


LOGINS: tuple[Login, ...] = (
    Login(
        "2001",
        "Ida",
        "Lindqvist",
        "ITMD",
        "Device administrator",
        "ITMD administrator",
        "itmd_admin",
    ),
    Login("2002", "Hugo", "Marsh", "ITMD", "Help desk lead", "ITMD help desk", "itmd_helpdesk"),
    Login(
        "2003",
        "Cole",
        "Novak",
        "WATER",
        "Telecom coordinator",
        "Coordinator of Water Works",
        "coordinator",
    ),
    Login("2004", "Sue", "Okafor", "WATER-FIELD", "Field supervisor", "Supervisor"),
    Login("2005", "Ana", "Reyes", "WATER-FIELD", "Meter technician", "Employee with a phone"),
    Login("2006", "Rex", "Moreau", "LIB", "Librarian", "Employee of another department"),
    Login("2007", "Ada", "Whitfield", "ADMIN", "Internal auditor", "Auditor", "auditor"),
    Login("2008", "Paul", "Renner", "CLERK", "Records custodian", "Records custodian", "custodian"),
    Login(
        "2009",
        "Ben",
        "Abara",
        "ITMD",
        "Security officer",
        "Security approver, the second person",
        "security_approver",
    ),
    Login("2010", "Hana", "Roth", "ADMIN", "Personnel officer", "Human resources", "hr"),
)


def people(today: date) -> list[dict[str, str]]:
    """The rows of the personnel file: the log-ins first, then everybody else."""
    dice = random.Random(SEED)  # noqa: S311 (a repeatable demo, not a secret)
    rows = [_login_row(login, today) for login in LOGINS]
    number = 3000
    for code, size in STAFF.items():
        head = _head_of(code)
        for place in range(size):
            number += 1
            row = _staff_row(dice, number, code, today, first=place == 0 and not head)
            row["supervisor"] = head
            if place == 0 and not head:
                head = row["number"]
            rows.append(row)
    return rows


def _head_of(code: str) -> str:
    return {"WATER-FIELD": "2004", "ITMD": "2001"}.get(code, "")


def _login_row(login: Login, today: date) -> dict[str, str]:
    return {
        "number": login.number,
        "given_name": login.given,
        "family_name": login.family,
        "email": login.email,
        "phone": f"+1414286{login.number}",
        "title": login.title,
        "department": login.department,
        "employment": "employee",
        "supervisor": "2004" if login.number == "2005" else "",
        "drives": "yes" if login.title in DRIVING else "no",
        "started_on": (today - timedelta(days=365 * 4)).isoformat(),
        "separated_on": "",
    }


def _staff_row(
    dice: random.Random, number: int, code: str, today: date, *, first: bool
) -> dict[str, str]:
    given, family = dice.choice(GIVEN), dice.choice(FAMILY)
    title = "Manager" if first else dice.choice(TITLES[code])
    return {
        "number": str(number),
        "given_name": given,
        "family_name": family,
        "email": f"{given}.{family}.{number}@{DOMAIN}".lower(),
        "phone": f"+1414286{number}",
        "title": title,
        "department": code,
        "employment": "contractor" if dice.random() < 0.12 and not first else "employee",  # noqa: PLR2004
        "supervisor": "",
        "drives": "yes" if title in DRIVING else "no",
        "started_on": (today - timedelta(days=dice.randint(60, 7000))).isoformat(),
        "separated_on": "",
    }


def departments() -> list[dict[str, str]]:
    """The rows of the departments' file."""
    return [
        {
            "code": code,
            "name": name,
            "parent": parent,
            "coverage": "excluded" if reason else "covered",
            "exclusion_reason": reason,
        }
        for code, name, parent, reason in DEPARTMENTS
    ]


def as_csv(rows: Sequence[Mapping[str, str]], columns: Iterable[str] = ()) -> bytes:
    """The rows as a CSV file of a city's own making would be: UTF-8, one header."""
    text = io.StringIO()
    writer = csv.DictWriter(text, list(columns) or list(rows[0]))
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue().encode()

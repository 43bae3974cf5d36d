"""What a person and a department consist of, checked at the border."""

import re
from datetime import date
from typing import Annotated, Any, Self

from django.core.exceptions import ValidationError as DjangoValidationError
from django.core.validators import validate_email
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError, model_validator

from quartermaster.kernel.errors import InvalidInput
from quartermaster.org.models import Coverage, Employment

_PHONE = re.compile(r"[0-9+().#x /-]*", re.IGNORECASE)
_CODE = re.compile(r"[A-Z0-9][A-Z0-9._-]*")


def _email(value: str) -> str:
    try:
        validate_email(value)
    except DjangoValidationError as problem:
        raise ValueError("must be an e-mail address such as name@city.example") from problem
    return value.lower()


def _one_line(value: str) -> str:
    if not value.isprintable():
        raise ValueError("must stand on one line, without control characters")
    return value


def _phone(value: str) -> str:
    if not _PHONE.fullmatch(value):
        raise ValueError("must be a telephone number")
    return value


def _code(value: str) -> str:
    code = value.upper()
    if not _CODE.fullmatch(code):
        raise ValueError("must be a code of letters, digits, dots and dashes")
    return code


OneLine = Annotated[str, AfterValidator(_one_line)]
Number = Annotated[OneLine, Field(title="personnel number", min_length=1, max_length=30)]
GivenName = Annotated[OneLine, Field(title="given name", min_length=1, max_length=80)]
FamilyName = Annotated[OneLine, Field(title="family name", min_length=1, max_length=80)]
Email = Annotated[str, Field(title="e-mail", min_length=3, max_length=254), AfterValidator(_email)]
Phone = Annotated[str, Field(max_length=20), AfterValidator(_phone)]
Title = Annotated[OneLine, Field(max_length=120)]
Code = Annotated[str, Field(min_length=1, max_length=20), AfterValidator(_code)]
Name = Annotated[OneLine, Field(min_length=1, max_length=120)]
Reason = Annotated[str, Field(title="exclusion reason", max_length=300)]


class Details(BaseModel):
    """Base of what a door hands in."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)

    @classmethod
    def of(cls, **values: Any) -> Self:
        """Check the values; `InvalidInput` names the first that will not do."""
        try:
            return cls.model_validate(values)
        except ValidationError as problem:
            first = problem.errors(include_url=False)[0]
            name = str(first["loc"][0]) if first["loc"] else ""
            field = cls.model_fields.get(name)
            title = ((field.title if field else None) or name).replace("_", " ")
            what = first["msg"].removeprefix("Value error, ")
            sentence = f"{title}: {what}.".lstrip(": ")
            raise InvalidInput(sentence[:1].upper() + sentence[1:], field=name) from problem


class PersonDetails(Details):
    """A person, apart from their place in the city."""

    number: Number
    given_name: GivenName
    family_name: FamilyName
    email: Email
    phone: Phone = ""
    title: Title = ""
    employment: Employment = Employment.EMPLOYEE
    started_on: date | None = None
    drives: bool = False


class DepartmentDetails(Details):
    """A department's code and name."""

    code: Code
    name: Name


class CoverageDecision(Details):
    """Whether a department is covered, and if not, why (S-3)."""

    coverage: Coverage
    reason: Reason = ""

    @model_validator(mode="after")
    def _reason_where_due(self) -> Self:
        if (self.coverage is Coverage.EXCLUDED) != bool(self.reason):
            raise ValueError("an excluded department needs the reason, and a covered one has none")
        return self

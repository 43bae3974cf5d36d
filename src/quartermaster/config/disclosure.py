"""The settings of open-records requests, part of `environment`."""

from typing import Annotated, Literal

from pydantic import BaseModel, Field, ValidationInfo, field_validator

Day = Literal[
    "acknowledge",
    "answer",
    "search",
    "remind",
    "object",
    "sue",
    "after_denial",
    "fetch",
]
Rate = Literal["page", "location_hour", "location_from", "postage", "prepay_over"]
DAYS: dict[Day, int] = {
    "acknowledge": 2,
    "answer": 10,
    "search": 3,
    "remind": 2,
    "object": 5,
    "sue": 10,
    "after_denial": 60,
    "fetch": 60,
}
RATES: dict[Rate, int] = {
    "page": 15,
    "location_hour": 2800,
    "location_from": 5000,
    "postage": 0,
    "prepay_over": 500,
}


class DisclosureSettings(BaseModel):
    """How requests for public records are taken and answered."""

    open_records_page: bool = Field(
        default=True,
        description="Let anybody file an open-records request at `/open-records/`, without an"
        " account, and read what the custodian published there.",
    )
    open_records_law: Literal["wisconsin", "none"] = Field(
        "wisconsin",
        description="Whose grounds for holding something back are shipped with the product; the"
        " custodian may add others.",
    )
    open_records_days: dict[Day, Annotated[int, Field(ge=0, le=366)]] = Field(
        DAYS,
        description="Periods of a request, as a JSON object. Working days to `acknowledge` it, to"
        " `answer` it, for a custodian's `search`, and between two times that one is `remind`ed;"
        " for a record subject to `object` and to `sue`. Calendar days `after_denial` in which"
        " nothing is destroyed, and for which a release can be `fetch`ed.",
    )
    open_records_rates: dict[Rate, Annotated[int, Field(ge=0, le=10**8)]] = Field(
        RATES,
        description="Actual cost in cents, as a JSON object: of a `page`, of a `location_hour`,"
        " `location_from` what sum locating is charged at all, usual `postage`, and the sum over"
        " which payment in advance is asked (`prepay_over`).",
    )
    open_records_second_look: bool = Field(
        default=False,
        description="Every decision of the review is looked at by a second person before anything"
        " is given out.",
    )
    open_records_hourly: int = Field(
        60, ge=1, le=10_000, description="Requests that the public page takes in an hour."
    )
    open_records_hourly_place: int = Field(
        6, ge=1, le=1000, description="The same from one address."
    )

    @field_validator("open_records_days", "open_records_rates")
    @classmethod
    def _names_every_one(cls, value: dict[str, int], info: ValidationInfo) -> dict[str, int]:
        default = cls.model_fields[str(info.field_name)].default
        return {**default, **value}

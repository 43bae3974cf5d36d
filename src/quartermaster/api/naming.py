"""Names in the description: what rooms call alike and is not the same gets names of its own."""

from typing import Any

from ninja.openapi.schema import OpenAPISchema

_REF = "#/components/schemas/"


class OwnNames(OpenAPISchema):
    """The description; an enumeration that is called like another one gets a number."""

    def __init__(self, *given: Any, **named: Any) -> None:
        self._called: dict[str, str] = {}
        super().__init__(*given, **named)

    def add_schema_definitions(self, definitions: dict[str, Any]) -> None:
        self._called = {name: self._free(name, said) for name, said in definitions.items()}
        told = {self._called[name]: self._renamed(said) for name, said in definitions.items()}
        super().add_schema_definitions(told)

    def _create_schema_from_model(self, *given: Any, **named: Any) -> tuple[dict[str, Any], bool]:
        self._called = {}
        schema, required = super()._create_schema_from_model(*given, **named)
        return self._renamed(schema), required

    def _free(self, name: str, said: dict[str, Any]) -> str:
        """The name, with a number where it is taken by another enumeration."""
        if "enum" not in said:
            return name
        number, free = 1, name
        while self.schemas.get(free, said) != said:
            number += 1
            free = f"{name}{number}"
        return free

    def _renamed(self, said: Any) -> Any:
        if isinstance(said, list):
            return [self._renamed(one) for one in said]
        if not isinstance(said, dict):
            return said
        return {
            key: _REF + self._called.get(value.removeprefix(_REF), value.removeprefix(_REF))
            if key == "$ref"
            else self._renamed(value)
            for key, value in said.items()
        }

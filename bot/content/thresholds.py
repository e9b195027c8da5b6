"""`intents/thresholds.yaml`: one decimal number between 0 and 1 for each field of Thresholds."""

import dataclasses
import re
from itertools import pairwise
from typing import Annotated, Any

from pydantic import BeforeValidator, WithJsonSchema, create_model, model_validator

from bot.content.catalogue import Thresholds
from bot.content.models import Content, complaint

# In force where the file is missing: what is not clearly harmless gets the numbers, what is not clear is asked back.
CAUTIOUS = Thresholds(
    danger_first=0.5,
    danger_opening=0.15,
    danger_harmless_with_intent=0.08,
    danger_harmless_alone=0.02,
    answer=0.7,
    ask=0.3,
)


def _decimal(value: str) -> float:
    if not re.match(_DECIMAL, value):
        raise complaint(f"„{value}“ ist keine Zahl von 0 bis 1.", "so schreiben: 0.25 (mit Punkt)")
    return float(value)


class _Ordered(Content):
    """Schwellen der Erkennung; gewählt mit `lotse evaluate`, nie nach Gefühl."""

    @model_validator(mode="after")
    def in_order(self) -> "_Ordered":
        """More danger is never treated as less."""
        values = self.model_dump()
        rising = ("danger_harmless_alone", "danger_harmless_with_intent", "danger_opening", "danger_first")
        for lower, higher in (*pairwise(rising), ("ask", "answer")):
            if values[lower] > values[higher]:
                raise complaint(f"„{lower}“ ist größer als „{higher}“.", "die Werte der Reihe nach steigen lassen")
        return self


_DECIMAL = r"^(0(\.\d{1,6})?|1(\.0{1,6})?)$"
_IN_EDITORS = {"anyOf": [{"type": "string", "pattern": _DECIMAL}, {"type": "number", "minimum": 0, "maximum": 1}]}
Decimal = Annotated[float, BeforeValidator(_decimal), WithJsonSchema(_IN_EDITORS)]
_fields: Any = {field.name: (Decimal, ...) for field in dataclasses.fields(Thresholds)}
ThresholdsDocument: type[Content] = create_model(
    "ThresholdsDocument", __base__=_Ordered, __doc__=_Ordered.__doc__, **_fields
)


def thresholds(document: Content) -> Thresholds:
    """The checked document as the value that `answer` reads."""
    return Thresholds(**document.model_dump())

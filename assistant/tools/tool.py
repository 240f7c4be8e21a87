"""A tool made of a function: its schema from its types, its description from its docstring.

Flows in: an async function and JSON arguments. Flows out: a schema for the model, and the
function's words. Refuses to know: what the function does.
"""

from __future__ import annotations

import inspect
import json
from typing import TYPE_CHECKING, Any, get_type_hints

from pydantic import BaseModel, ConfigDict, ValidationError, create_model

from assistant.deeds import Deed, Risk
from assistant.errors import ToolError
from assistant.messages import ToolSchema

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    Function = Callable[..., Awaitable[str | Deed]]


class FunctionTool:
    """An async function with typed parameters, a docstring and words, or a deed, as its result."""

    def __init__(self, function: Function, risk: Risk = Risk.READS) -> None:
        self.risk = risk
        self._function = function
        self._arguments = _arguments_of(function)
        parameters = self._arguments.model_json_schema()
        parameters.pop("title", None)
        self.schema = ToolSchema(
            name=function.__name__,
            description=inspect.getdoc(function) or "",
            parameters=parameters,
        )

    async def call(self, arguments: str) -> Deed:
        """What the function did. Raises ToolError with a sentence that the model can act on."""
        try:
            given = self._arguments.model_validate_json(arguments or "{}")
        except ValidationError as error:
            raise ToolError(self._complaint(error)) from error
        done = await self._function(
            **{name: getattr(given, name) for name in self._arguments.model_fields}
        )
        return Deed(done) if isinstance(done, str) else done

    def _complaint(self, error: ValidationError) -> str:
        problems = "; ".join(
            f"{'.'.join(map(str, e['loc'])) or 'arguments'}: {e['msg']} (got {e['input']!r})"
            for e in error.errors()
        )
        expected = json.dumps(self.schema.parameters.get("properties", {}))
        return f"{self.schema.name} was not run. {problems}. Its parameters are: {expected}"


def _arguments_of(function: Function) -> type[BaseModel]:
    hints = get_type_hints(function, include_extras=True)
    fields: dict[str, Any] = {}
    for name, parameter in inspect.signature(function).parameters.items():
        default = ... if parameter.default is parameter.empty else parameter.default
        fields[name] = (hints[name], default)
    return create_model(function.__name__, __config__=ConfigDict(extra="forbid"), **fields)

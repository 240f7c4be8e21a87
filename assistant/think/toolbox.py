"""The tools: which of them the model is told of, and how their calls are run.

Flows in: the request of a turn, and the calls that are made in it. Flows out: schemas, and results
in words, one for each call, whatever happens. What can be undone is remembered for a while, and
what cannot waits for a yes. Refuses to know: who makes a call, and what is said of it.
"""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Callable
from typing import TYPE_CHECKING

from assistant.deeds import Deed, Risk
from assistant.errors import ToolError
from assistant.events import ToolCalled
from assistant.floor import Floor
from assistant.interfaces import Family
from assistant.messages import ToolResult, User
from assistant.think.confirmation import Confirmation, question
from assistant.think.offer import Offer
from assistant.think.undo import Undoing

if TYPE_CHECKING:
    from collections.abc import Sequence

    from assistant.config_tools import ToolsConfig
    from assistant.events import Emit
    from assistant.interfaces import Clock, Families, Tool
    from assistant.messages import Message, ToolCall, ToolSchema

_LOG = logging.getLogger(__name__)


class Toolbox:
    """All the tools, and what is remembered of their deeds from turn to turn."""

    def __init__(
        self,
        families: Sequence[Family | Tool | Families],
        config: ToolsConfig,
        clock: Clock,
        emit: Emit,
    ) -> None:
        """A tool by itself is a family whose schema always goes out."""
        self._families = families
        self.config = config
        self.clock = clock
        self.emit = emit
        self.undoing = Undoing(clock, config.undo_s)
        self.confirmation = Confirmation(config.undo_s)
        self.offer = Offer([], config.max_schemas)
        self.tools: dict[str, Tool] = {}
        """By name, those that there are in this turn."""
        self.family_of: dict[str, str] = {}
        """The families' names by their tools'."""
        self.acted_before = False
        """Whether anything was ever done."""
        self._floor = Floor()
        self._look()

    def errand(self, text: str, language: str, floor: Floor) -> Errand:
        """A turn begins, with this request; it may still be given up (`floor.void`)."""
        if not self._floor.void:
            self.offer.begin_turn()
        self._floor = floor
        self._look()
        return Errand(self, text, language, floor)

    def _look(self) -> None:
        """See which tools there are: some come and go with the servers that have them."""
        whole: list[Family] = []
        for it in self._families:
            match it:
                case Family():
                    whole.append(it)
                case Callable():
                    whole += it()
                case _:
                    whole.append(Family(it.schema.name, (it,)))
        self.offer.families = whole
        self.tools = {
            self.undoing.schema.name: self.undoing,
            **{tool.schema.name: tool for family in whole for tool in family.tools},
        }
        self.family_of = {tool.schema.name: it.name for it in whole for tool in it.tools}


class Errand:
    """What one turn does with the tools."""

    def __init__(self, box: Toolbox, text: str, language: str, floor: Floor) -> None:
        self.acted = False
        """Whether something was done."""
        self.read = False
        """Whether something was looked up."""
        self.acted_before = box.acted_before
        """Whether something was done in a turn before it."""
        self._box = box
        self._language = language
        self._floor = floor
        self._keys: set[str] = set()
        now = box.clock.monotonic()
        self._confirmed = box.confirmation.hear(text, language, floor, now)
        first = [box.undoing] if box.undoing.ready else []
        self.schemas: list[ToolSchema] = [
            tool.schema for tool in box.offer.tools(text, language, first)
        ]
        """What the model is told of."""

    @property
    def confirmed(self) -> ToolCall | None:
        """The call that this request is a yes to, where no model is needed to make it again."""
        if self._confirmed is None or not self._confirmed.instant:
            return None
        return next(iter(self._confirmed.calls.values()), None)

    async def answer(self, call: ToolCall) -> str:
        """What a call answers that no model has made; it is said as it is."""
        return (await self._run(call, instant=True)).text

    async def run(self, calls: Sequence[ToolCall]) -> list[Message]:
        """The results of one round's calls, run side by side; each has one, whatever happens.

        What they have to show is a message of its own, for many servers refuse it in a result.
        """
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(self._run(call), name=f"tool-{call.name}") for call in calls]
        deeds = [task.result() for task in tasks]
        results: list[Message] = [
            ToolResult(call.id, deed.text) for call, deed in zip(calls, deeds, strict=True)
        ]
        if parts := tuple(part for deed in deeds for part in deed.parts):
            names = ", ".join(call.name for call, it in zip(calls, deeds, strict=True) if it.parts)
            results.append(User(f"[What {names} showed.]", parts))
        return results

    async def _run(self, call: ToolCall, *, instant: bool = False) -> Deed:
        """One call, in words; nothing is raised."""
        clock, started = self._box.clock, self._box.clock.monotonic()
        try:
            async with asyncio.timeout(self._box.config.call_s):
                deed = await self._call(call, instant=instant)
        except ToolError as error:
            deed = Deed(str(error))
        except TimeoutError:
            deed = Deed(
                f"{call.name} did not answer within {self._box.config.call_s:g} seconds. "
                "It may not have happened."
            )
        except Exception:  # noqa: BLE001  # a tool that nobody foresaw to fail costs its answer, not the turn
            _LOG.exception("the tool %s failed", call.name)
            deed = Deed(f"{call.name} failed for a reason of its own. It may not have happened.")
        ms = (clock.monotonic() - started) * 1000
        self._box.emit(ToolCalled(call.name, call.arguments, deed.text, ms))
        return deed

    async def _call(self, call: ToolCall, *, instant: bool) -> Deed:
        """Make a call that may be made. Raises ToolError, and whatever the tool raises."""
        box = self._box
        tool = box.tools.get(call.name)
        if tool is None:
            raise ToolError(f"There is no tool {call.name!r}. There are: {', '.join(box.tools)}.")
        key = _key(call)
        if key in self._keys:
            raise ToolError(
                f"{call.name} was not run: it was called with the same arguments in this turn "
                "already. Go by that call's result."
            )
        self._keys.add(key)
        if call.name in box.family_of:
            box.offer.used(box.family_of[call.name])
        if tool.risk is Risk.FINAL and not self._may(key):
            now = box.clock.monotonic()
            box.confirmation.ask(key, call, self._floor, now, instant=instant)
            return Deed(self._would(tool, call, instant=instant))
        if tool.risk is not Risk.READS:
            self._floor.acted = True
        deed = await tool.call(call.arguments)
        if tool.risk is Risk.READS:
            self.read = True
            return deed
        self.acted = box.acted_before = True
        if tool is not box.undoing:
            box.undoing.add(deed)
        return deed

    def _may(self, key: str) -> bool:
        """Whether this call was said yes to; once."""
        return self._confirmed is not None and self._confirmed.calls.pop(key, None) is not None

    def _would(self, tool: Tool, call: ToolCall, *, instant: bool) -> str:
        """What a call would do, as a question to the person or an order to the model."""
        would = tool.schema.description.partition("\n")[0].partition(". ")[0].rstrip(".")
        given = "; ".join(str(value) for value in _arguments(call).values())
        what = f"{would}: {given}." if given else f"{would}."
        if instant:
            return f"{what} {question(self._language)}"
        return (
            f"Not done yet. This would: {what} It cannot be undone, so the person must confirm it. "
            "Say in one short question what would happen. If their next words are a yes, call "
            f"{call.name} again with the same arguments."
        )


def _arguments(call: ToolCall) -> dict[str, object]:
    """The arguments by name; none where they are no JSON object."""
    try:
        given = json.loads(call.arguments or "{}")
    except json.JSONDecodeError:
        return {}
    return given if isinstance(given, dict) else {}


def _key(call: ToolCall) -> str:
    """What two calls share that are the same: the name, and arguments that mean the same."""
    try:
        arguments = json.dumps(json.loads(call.arguments or "{}"), sort_keys=True)
    except json.JSONDecodeError:
        arguments = call.arguments
    return f"{call.name} {arguments}"

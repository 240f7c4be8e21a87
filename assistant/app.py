"""The composition root: the settings in, a running assistant out.

Parts start in the order they are written here and stop in reverse. It refuses to know how an engine
is built: `engines` does.
"""

from __future__ import annotations

import asyncio
import logging
from contextlib import AsyncExitStack, asynccontextmanager, nullcontext
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from assistant import engines
from assistant.clock import SystemClock
from assistant.dialogue import Dialogue
from assistant.errors import AssistantError, ConfigError
from assistant.events import Noticed
from assistant.household.agenda import Agenda
from assistant.household.bell import Bell
from assistant.household.choices import Choices
from assistant.household.facts import Facts
from assistant.household.lists import Lists
from assistant.household.notes import Notes
from assistant.think.history import History
from assistant.think.reply import Reply
from assistant.think.sent_today import sent_today
from assistant.think.while_ringing import WhileRinging
from assistant.tools.alarms import alarms
from assistant.tools.camera import camera_family
from assistant.tools.clock import clock as clock_family
from assistant.tools.documents import documents_family
from assistant.tools.lists import lists_family
from assistant.tools.memory import memory_family
from assistant.tools.never_mind import never_mind_family
from assistant.tools.notes import notes_family
from assistant.tools.servers import server_families
from assistant.tools.sums import sums
from assistant.tools.this_assistant import this_assistant
from assistant.tools.timers import timers
from assistant.tools.weather import weather
from assistant.tools.web import web_family
from assistant.worker import Worker

if TYPE_CHECKING:
    from collections.abc import (
        AsyncGenerator,
        AsyncIterator,
        Awaitable,
        Callable,
        Coroutine,
        Sequence,
    )

    from assistant.config import Config
    from assistant.events import Emit
    from assistant.household.rings import Ringing
    from assistant.interfaces import Family, Mouth
    from assistant.servers.servers import Servers
    from assistant.storage import StorageError, StorageWorker
    from assistant.think.catalogue import Catalogue
    from assistant.think.gateway import HttpGateway
    from assistant.think.ledger import Ledger

_LOG = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Room:
    """How what happens in the household reaches people; by itself nothing does."""

    ring: Callable[[Ringing], None] = lambda _: None
    """Told what rings now, once somebody runs the bell."""
    silence: Callable[[], None] = lambda: None
    """Told that nothing rings any more."""
    tell: Callable[[str], None] = lambda _: None
    """Told what is wrong with a server of tools, for the screen."""
    shutter: Callable[[], Awaitable[None]] | None = None
    """Begins the sound that says that a picture was taken; None where it is not to be heard."""


ALONE = Room()


@dataclass(frozen=True, slots=True)
class Home:
    """What a household has asked for, and the tools that do it."""

    ledger: Ledger
    agenda: Agenda
    bell: Bell
    facts: Facts
    choices: Choices
    damage: Callable[[], Awaitable[StorageError | None]]
    """What a person should be told of the file where these are kept."""
    families: Sequence[Family]
    servers: Servers
    """Those of other people's tools, there while somebody runs them."""
    instant: WhileRinging
    """What is answered without the model."""


@asynccontextmanager
async def home_of(config: Config, language: str, room: Room = ALONE) -> AsyncIterator[Home]:
    """The household's tools over its file; a new one is a line here.

    `language` (ISO 639-1) is that of the tools' own words.
    """
    clock = SystemClock()
    async with AsyncExitStack() as stack:
        storage = await stack.enter_async_context(engines.storage_of(config))
        worker = await stack.enter_async_context(Worker("sums"))
        ledger = engines.ledger_of(config, storage)
        agenda = Agenda(storage, clock)
        bell = Bell(agenda, clock, room.ring, room.silence)
        facts = Facts(storage, clock)
        families = [
            clock_family(clock, language),
            timers(agenda, bell),
            alarms(agenda),
            lists_family(Lists(storage, clock)),
            notes_family(Notes(storage, clock)),
            memory_family(facts),
            sums(worker),
            never_mind_family(),
        ]
        families += [family async for family in _outward(config, stack, storage, ledger, room)]
        servers = engines.servers_of(config, ledger, room.tell)
        abroad = server_families(servers.links, set())
        sent = partial(sent_today, storage, clock)
        families.append(this_assistant(sent, [*families, abroad]))
        local = engines.instant_of(config)
        instant = WhileRinging(local, config.stt.languages, lambda: bell.ringing is not None)
        choices = Choices(storage, clock)
        yield Home(ledger, agenda, bell, facts, choices, storage.damage, families, servers, instant)


async def _outward(
    config: Config, stack: AsyncExitStack, storage: StorageWorker, ledger: Ledger, room: Room
) -> AsyncIterator[Family]:
    """The tools that look beyond the household's file, as far as they are wanted."""
    camera, ready = engines.camera_of(config)
    seeing = await stack.enter_async_context(Worker("pictures"))
    yield camera_family(camera, ready, seeing, SystemClock(), room.shutter)
    if config.weather.enabled:
        source, known = engines.weather_of(config, storage, ledger)
        await stack.enter_async_context(source)
        yield weather(known, config.weather.units, SystemClock())
    if config.documents.folders:
        worker = await stack.enter_async_context(Worker("documents"))
        folders, shown = engines.documents_of(config)
        yield documents_family(folders, worker, shown, config.documents.chars)
    if config.web.enabled:
        search, pages = await stack.enter_async_context(engines.web_of(config, ledger))
        yield web_family(search, pages)


@asynccontextmanager
async def dialogue_of(
    config: Config,
    home: Home,
    mouth: Mouth,
    emit: Emit,
    notice: Emit | None = None,
    more: Sequence[Family] = (),
) -> AsyncIterator[Dialogue]:
    """Everything between a question in words and its answer. Raises ConfigError.

    `notice` is told, on the side, what is wrong with the chosen model; nobody looks where there is
    none. `more` are further families.
    """
    from assistant.think.able import AbleGateway  # noqa: PLC0415
    from assistant.think.catalogue import Catalogue  # noqa: PLC0415

    clock = SystemClock()
    async with engines.gateway_of(config, home.ledger) as gateway:
        book = Catalogue(gateway, config.gateway.base_url, clock)
        able = AbleGateway(gateway, book, config.gateway)
        families = [*home.families, *more]
        names = [tool.schema.name for family in families for tool in family.tools]
        if not config.mcp.servers:  # whose tools are not known yet
            _check_choice(config.gateway.tool_choice, names)
        abroad = server_families(home.servers.links, {*names, "undo"})
        reply = Reply(able, home.instant, [*families, abroad], config.tools, clock, emit)
        settings = config.conversation
        history = History(settings.prompt, settings.history_chars)
        look = _look_at_model(config, gateway, book, notice) if notice else None
        async with meanwhile(look) if look else nullcontext():
            yield Dialogue(reply, history, mouth, clock, emit, home.facts.relevant)


def _check_choice(choice: str, names: list[str]) -> None:
    """Raise ConfigError for a tool that is required and does not exist."""
    allowed = ["auto", "none", "required", *names]
    if choice and choice not in allowed:
        raise ConfigError(
            f"[gateway] tool_choice = {choice!r} is neither empty nor one of: {', '.join(allowed)}."
        )


async def _look_at_model(config: Config, gateway: HttpGateway, book: Catalogue, emit: Emit) -> None:
    """Say on the screen what is wrong with the chosen model, where its server can be asked."""
    from assistant.think.catalogue import check_model  # noqa: PLC0415

    if not gateway.open_to_us:
        return
    try:
        for problem in await check_model(config.gateway, book):
            emit(Noticed(problem))
    except AssistantError as error:
        emit(Noticed(str(error)))
    except Exception:  # noqa: BLE001  # it is only a look: the conversation goes on
        _LOG.exception("the list of models could not be looked at")


@asynccontextmanager
async def meanwhile(work: Coroutine[None, None, None]) -> AsyncIterator[None]:
    """Do something on the side, for as long as the body takes at most."""
    try:
        async with asyncio.TaskGroup() as group:
            task = group.create_task(work, name="meanwhile")
            yield
            task.cancel()
    except* AssistantError as errors:
        raise errors.exceptions[0] from None


async def once(text: str) -> AsyncGenerator[str]:
    """A text as a stream of one piece."""
    yield text


def nobody(_stage: str) -> None:
    """Nobody measures this."""

"""The models that a server offers: asked once a day, kept in a file, and held against the wishes.

Flows in: whoever can list models, a folder, the `[gateway]` settings. Flows out: the list with its
age, plain sentences about models that are not there or cannot do what is asked of them, or a
refusal before anything is sent. Refuses to know: HTTP, the screen.
"""

from __future__ import annotations

import asyncio
import difflib
import hashlib
import json
import logging
import os
import tempfile
from contextlib import suppress
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Literal, Protocol

import platformdirs

from assistant.errors import GatewayError
from assistant.messages import ImagePart
from assistant.think import wire
from assistant.think.failures import Failures
from assistant.think.gateway_errors import Stalled
from assistant.think.json_values import parsed
from assistant.worker import Worker

if TYPE_CHECKING:
    from collections.abc import Sequence
    from collections.abc import Set as AbstractSet

    from assistant.config import GatewayConfig
    from assistant.interfaces import Clock
    from assistant.messages import Part
    from assistant.think.wire import ModelInfo

_LOG = logging.getLogger(__name__)
FRESH = timedelta(days=1)
"""How long a list is taken as it is."""
_NEAR = 3
"""Near names that are offered."""
_ALIKE = 0.6
"""How much alike a near name is at least, 0 to 1: difflib's own measure and default."""

Need = Literal["tool-use", "vision", "file-input"]
"""What may be asked of a model, by the gateway's tag for it."""
_CANNOT: dict[Need, str] = {
    "tool-use": "use tools: it can talk, and not act",
    "vision": "look at pictures",
    "file-input": "read documents",
}
_CANNOT_ALOUD: dict[Need, str] = {
    "tool-use": "My model cannot use tools. Please choose one that can.",
    "vision": "My model cannot look at pictures. Please choose one that can.",
    "file-input": "My model cannot read documents. Please choose one that can.",
}
"""What is said of it; the place to translate them."""

LOOK_S = 2.0
"""Seconds that a request may wait for the list of models; then it goes without."""


class Unable(GatewayError):
    """A picture or a document for a model that takes none; nothing was sent."""

    kind = "unable"
    exit_code = 2


class Lister(Protocol):
    """Whoever knows the models: `HttpGateway` does."""

    async def models(self) -> list[ModelInfo]:
        """The models that the server offers. Raises GatewayError."""


@dataclass(frozen=True, slots=True)
class Listing:
    """What a server offers, and since when that is known."""

    models: tuple[ModelInfo, ...]
    age: timedelta = timedelta()
    """How long ago the server said so; zero where it was asked just now."""
    failure: GatewayError | None = None
    """Why an old list stands in for a fresh one; None where it is fresh."""

    def find(self, name: str) -> ModelInfo | None:
        """The model of this name; Ollama's `:latest` may be left out."""
        wanted = {name, f"{name}:latest"}
        return next((model for model in self.models if model.id in wanted), None)

    def near(self, name: str) -> list[str]:
        """Names like this one, the most alike first; the provider before the slash may be missing.

        Case does not count.
        """
        ids = {model.id.lower(): model.id for model in self.models}
        tails = {key.rpartition("/")[2]: whole for key, whole in ids.items()}
        word = name.strip().lower()
        found = [tails[word]] if word in tails else []
        for names, wanted in ((ids, word), (tails, word.rpartition("/")[2])):
            close = difflib.get_close_matches(wanted, names, _NEAR, _ALIKE)
            found += [names[key] for key in close]
        return list(dict.fromkeys(found))[:_NEAR]


class Catalogue:
    """One server's models, from its file while that is fresh."""

    def __init__(
        self, lister: Lister, base_url: str, clock: Clock, folder: Path | None = None
    ) -> None:
        """`folder` is the user's cache folder where none is given."""
        self._lister = lister
        self._clock = clock
        name = hashlib.sha256(base_url.rstrip("/").encode()).hexdigest()[:16]
        folder = folder or platformdirs.user_cache_path("assistant")
        self._file = folder / f"gateway-models-{name}.json"
        self._failures = Failures(folder / f"gateway-models-{name}.failed.json", clock)

    async def listing(self, *, anew: bool = False) -> Listing:
        """The models; `anew` asks the server whatever is kept.

        An old list stands in where the server cannot be asked; raises GatewayError where there is
        none. What took long to fail is not waited for again for a minute.
        """
        async with Worker("catalogue") as worker:  # 300 models take 4 ms to read and 9 to write
            kept = await worker.run(self._read)
            if kept is not None and kept.age < FRESH and not anew:
                return kept
            failure = None if anew else await worker.run(self._failures.last)
            try:
                if failure is not None:
                    raise failure
                models = await self._asked(worker)
            except GatewayError as error:
                if kept is None:
                    raise
                return Listing(kept.models, kept.age, error)
            await worker.run(partial(self._write, models))
            return Listing(models)

    async def _asked(self, worker: Worker) -> tuple[ModelInfo, ...]:
        """What the server says now. Raises GatewayError, and remembers it where it took long."""
        began = self._clock.monotonic()
        try:
            models = tuple(await self._lister.models())
        except GatewayError as error:
            if self._failures.remember(error, self._clock.monotonic() - began):
                await worker.run(self._failures.write)
            raise
        except asyncio.CancelledError:  # a turn that did not want to wait longer
            late = Stalled("The list of models did not come in time.")
            self._failures.remember(late, self._clock.monotonic() - began)
            raise
        await worker.run(self._failures.forget)
        return models

    def _read(self) -> Listing | None:
        """What is kept; None where it is missing, broken, or from the future."""
        try:
            body = self._file.read_bytes()
            kept = parsed(body)
            at = datetime.fromisoformat(str(kept["at"])) if isinstance(kept, dict) else None
            models = tuple(wire.models(body))
            age = self._clock.now() - at if at is not None else None
        except (OSError, ValueError, TypeError, KeyError, GatewayError):
            return None  # nothing here is worth more than asking again
        return Listing(models, age) if models and age is not None and age >= timedelta() else None

    def _write(self, models: Sequence[ModelInfo]) -> None:
        """Keep the list in one step, so that no reader ever sees half of it."""
        kept = {"at": self._clock.now().isoformat(), "data": [asdict(model) for model in models]}
        try:
            self._file.parent.mkdir(parents=True, exist_ok=True)
            number, name = tempfile.mkstemp(dir=self._file.parent, prefix=self._file.stem)
            try:
                with os.fdopen(number, "w", encoding="utf-8") as file:
                    json.dump(kept, file, ensure_ascii=False)
                Path(name).replace(self._file)
            except BaseException:
                with suppress(OSError):
                    Path(name).unlink()
                raise
        except OSError as error:  # a full or read-only disk costs the next start a request
            _LOG.debug("the list of models is not kept: %s", error)


def needs_of(parts: Sequence[Part]) -> set[Need]:
    """What these parts ask of a model."""
    return {"vision" if isinstance(part, ImagePart) else "file-input" for part in parts}


def problems(listing: Listing, names: Sequence[str], needs: AbstractSet[Need]) -> list[str]:
    """What is wrong with these models, a sentence each; none where all are there and able.

    A server whose items carry no tags (a local one) does not say what they can do: there only the
    names are looked at.
    """
    found: list[str] = []
    for name in dict.fromkeys(names):
        model = listing.find(name)
        if model is None:
            found.append(unknown(listing, name))
        elif model.type not in ("", "language"):
            found.append(
                f"The model {name!r} is of the type {model.type!r}: it cannot hold a talk."
            )
        else:
            found += [
                f"The model {name!r} cannot {_CANNOT[need]}. {_way_out(need)}"
                for need in sorted(lacking(listing, model, needs))
            ]
    return found


def lacking(listing: Listing, model: ModelInfo, needs: AbstractSet[Need]) -> set[Need]:
    """Which of these the model cannot do; none where the server gives no tags."""
    if not any(each.tags for each in listing.models):
        return set()
    return set(needs) - set(model.tags)


def _way_out(need: Need) -> str:
    return f"Choose one that can: assistant gateway models --tag {need}"


def unknown(listing: Listing, name: str) -> str:
    """That there is no such model, and what may have been meant."""
    near = [repr(each) for each in listing.near(name)]
    if not near:
        return f"The gateway has no model {name!r}. See them with: assistant gateway models"
    *first, last = near
    meant = f"{', '.join(first)} or {last}" if first else last
    return f"The gateway has no model {name!r}. Did you mean {meant}?"


async def check_model(
    config: GatewayConfig, catalogue: Catalogue, needs: AbstractSet[Need] = frozenset({"tool-use"})
) -> list[str]:
    """What is wrong with the chosen model and its fallbacks, a sentence each; empty where nothing.

    Nothing is said where the list cannot be had. What a list of today lacks is asked for again:
    a local server may have been given it since.
    """
    names = [config.model, *config.models]
    try:
        listing = await catalogue.listing()
        if problems(listing, names, needs) and listing.age and not listing.failure:
            listing = await catalogue.listing(anew=True)
    except GatewayError as error:
        _LOG.debug("the models could not be looked up: %s", error)
        return []
    return [] if listing.failure else problems(listing, names, needs)


async def refuse_unable(config: GatewayConfig, catalogue: Catalogue, parts: Sequence[Part]) -> None:
    """Raise Unable where no model of the settings takes these parts, before they are sent.

    A model that the list does not know, or a list that cannot be had, refuses nothing: then the
    server has the word. Without parts nothing is asked.
    """
    needs = needs_of(parts)
    if not needs:
        return
    try:
        async with asyncio.timeout(LOOK_S):
            listing = await catalogue.listing()
    except (GatewayError, TimeoutError):
        return
    chosen = [listing.find(name) for name in (config.model, *config.models)]
    lacks = [lacking(listing, model, needs) if model else set() for model in chosen]
    if all(lacks):
        need = min(lacks[0])
        raise Unable(
            f"The model {config.model!r} cannot {_CANNOT[need]}. {_way_out(need)}",
            spoken=_CANNOT_ALOUD[need],
        )

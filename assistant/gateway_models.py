"""What the gateway tells, on the screen: `gateway models`, `gateway model NAME`, `gateway credits`.

Flows in: the settings, and what is looked for. Flows out: a table, one model's page, or a JSON
object a line. Refuses to know: HTTP, where the list is kept.
"""

from __future__ import annotations

import asyncio
import json as codec
import re
from dataclasses import asdict, dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Annotated

import typer
from rich.table import Table
from rich.text import Text

from assistant import engines
from assistant.clock import SystemClock
from assistant.errors import AssistantError, UsageError

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine, Sequence
    from datetime import timedelta

    from rich.console import Console

    from assistant.config import Config
    from assistant.think.catalogue import Catalogue, Listing
    from assistant.think.gateway import HttpGateway
    from assistant.think.wire import ModelInfo

_MILLION = 1_000_000
_CHEAPEST, _DEAREST = Decimal("1e-6"), Decimal("1e9")
"""US dollars for a million tokens, beyond which a price is no price but nonsense."""
_NO_ENDPOINT = {404, 405, 501}
"""How a server says that it knows nothing of the kind."""
_BY_TOKEN = ("input", "output")
"""How the names of prices begin that are for one token; others are for a picture, say."""

Json = Annotated[bool, typer.Option("--json", help="One JSON object a line, for programs.")]


@dataclass(frozen=True, slots=True)
class Wish:
    """Which models are wanted."""

    tags: Sequence[str] = ()
    """Tags that a model must have, all of them."""
    search: str = ""
    """Words that must stand in its name or description, all of them, in any case."""

    def fits(self, model: ModelInfo) -> bool:
        """Whether this is one of them."""
        text = f"{model.id} {model.name} {model.description}".lower()
        return set(self.tags) <= set(model.tags) and all(
            word in text for word in self.search.lower().split()
        )


def mount(program: typer.Typer, settings: Callable[[], Config], console: Console) -> None:
    """Add the three commands to the `gateway` sub-program."""

    @program.command("credits")
    def account(*, json: Json = False) -> None:
        """Show what the key's account has left, and what was used of it.

        \b
        assistant gateway credits
        """
        asyncio.run(_at(settings(), lambda road, _: show_credits(road, console, json=json)))

    @program.command("models")
    def list_models(
        tag: Annotated[
            list[str] | None, typer.Option("--tag", help="Only with this tag; repeatable.")
        ] = None,
        search: Annotated[str, typer.Option(help="Only with these words in them.")] = "",
        *,
        json: Json = False,
    ) -> None:
        """List the models that the gateway offers, with their prices.

        \b
        assistant gateway models --tag vision --tag tool-use
        assistant gateway models --search "claude sonnet"
        """
        wish = Wish(tuple(tag or ()), search)
        asyncio.run(_at(settings(), lambda _, book: show_models(book, wish, console, json=json)))

    @program.command("model")
    def one_model(
        name: Annotated[str, typer.Argument(help="Its name, with the provider's before it.")],
        *,
        json: Json = False,
    ) -> None:
        """Show all that is known of one model.

        \b
        assistant gateway model anthropic/claude-sonnet-4
        """
        asyncio.run(
            _at(settings(), lambda road, book: show_model(road, book, name, console, json=json))
        )


async def show_models(
    catalogue: Catalogue, wish: Wish, console: Console, *, json: bool = False
) -> None:
    """Print the models that fit. Raises UsageError where none does, GatewayError without a list."""
    listing = await catalogue.listing()
    found = sorted((m for m in listing.models if wish.fits(m)), key=lambda model: model.id)
    if not found:
        tags = sorted({tag for model in listing.models for tag in model.tags})
        there = f" Its tags are: {', '.join(tags)}." if wish.tags and tags else ""
        raise UsageError(f"None of the gateway's {len(listing.models)} models fits.{there}")
    if json:
        _print_json(found, console)
        return
    console.print(models_table(found))
    count = f"{len(found)} of {len(listing.models)} models"
    console.print(Text(f"{count}, prices in US dollars for a million tokens. {told(listing)}"))


async def show_model(
    gateway: HttpGateway, catalogue: Catalogue, name: str, console: Console, *, json: bool = False
) -> None:
    """Print all that is known of one model. Raises UsageError with near names, or GatewayError."""
    from assistant.think.catalogue import Listing, unknown  # noqa: PLC0415
    from assistant.think.gateway_errors import Fault  # noqa: PLC0415

    try:
        model: ModelInfo | None = await gateway.model(name)
        listing = Listing(())
    except Fault as fault:  # a server without this endpoint, or none at all: the list may know
        try:
            listing = await catalogue.listing(anew=True)
        except AssistantError:
            raise fault from None
        model = listing.find(name)
    if model is None:
        raise UsageError(" ".join(filter(None, [unknown(listing, name), told(listing)])))
    if json:
        _print_json([model], console)
        return
    console.print(model_table(model))
    if listing.failure:
        console.print(Text(told(listing)))


async def show_credits(gateway: HttpGateway, console: Console, *, json: bool = False) -> None:
    """Print the account of the key. Raises UsageError where the server has none, or GatewayError.

    Raises NoKey where there is no key to ask with.
    """
    from assistant.think.gateway_errors import BadReply, Fault  # noqa: PLC0415

    try:
        account = await gateway.credits()
    except Fault as fault:
        if not isinstance(fault, BadReply) and fault.status not in _NO_ENDPOINT:
            raise
        raise UsageError(
            f"{gateway.host} tells no credits, as most servers beside the gateway do not. {fault} "
            "What was asked of it is shown by: assistant gateway usage"
        ) from fault
    if json:
        console.out(codec.dumps(asdict(account), ensure_ascii=False), highlight=False)
        return
    table = Table("Balance", "Total used", title=f"Credits at {gateway.host}")
    table.add_row(_dollars(account.balance), _dollars(account.total_used))
    console.print(table)


def models_table(models: Sequence[ModelInfo]) -> Table:
    """A line for each."""
    table = Table(title="The gateway's models")
    table.add_column("Model", no_wrap=True)  # it is there to be copied
    for name in ("Context", "Max. tokens", "In", "Out"):
        table.add_column(name, justify="right", no_wrap=True)
    table.add_column("Tags")
    for model in models:
        table.add_row(
            _text(model.id),
            _count(model.context_window),
            _count(model.max_tokens),
            _text(per_million(model.pricing.get("input", ""))),
            _text(per_million(model.pricing.get("output", ""))),
            _text(", ".join(model.tags)),
        )
    return table


def model_table(model: ModelInfo) -> Table:
    """All that is known, a line for each fact."""
    table = Table(show_header=False, title=_text(model.id))
    facts = {
        "Name": model.name,
        "Description": model.description,
        "From": model.owned_by,
        "Type": model.type,
        "Context": _tokens(model.context_window),
        "Max. tokens": _tokens(model.max_tokens),
        "Tags": ", ".join(model.tags),
    }
    for kind, price in model.pricing.items():
        by_token = kind.startswith(_BY_TOKEN)
        shown = f"{per_million(price)} for a million tokens" if by_token else price
        facts[f"Price, {kind.replace('_', ' ')}"] = shown
    for fact, value in facts.items():
        if value:
            table.add_row(_text(fact), _text(value))
    return table


def per_million(price: str) -> str:
    """US dollars for a million tokens, from those for one as a text; what is none, as it came."""
    try:
        amount = Decimal(price) * _MILLION
        if amount and not _CHEAPEST <= amount <= _DEAREST:
            return price
    except ArithmeticError:  # no number, or one that no machine can hold
        return price
    cents = Decimal("0.01")
    exact = amount.quantize(cents) if amount == amount.quantize(cents) else amount.normalize()
    return f"${exact:,f}"


def told(listing: Listing) -> str:
    """How old the list is, and why it is not newer; empty where it is of this moment."""
    if not listing.age:
        return ""
    if listing.failure is None:
        return f"The list is {age(listing.age)} old."
    return f"{listing.failure} So this is the list of {age(listing.age)} ago."


def age(past: timedelta) -> str:
    """A stretch of time in its largest unit."""
    minutes = int(past.total_seconds()) // 60
    for unit, size in (("day", 24 * 60), ("hour", 60)):
        if minutes >= size:
            count = minutes // size
            return f"{count} {unit}{'s' * (count > 1)}"
    return "under a minute" if not minutes else f"{minutes} minute{'s' * (minutes > 1)}"


def _dollars(text: str) -> Text:
    """A server's number with its currency; what is none, as it came."""
    return _text(f"${text}" if re.fullmatch(r"[0-9]+(\.[0-9]+)?", text) else text)


async def _at(
    config: Config, use: Callable[[HttpGateway, Catalogue], Coroutine[None, None, None]]
) -> None:
    """Do something with the road to the settings' server and the list of its models."""
    from assistant.think.catalogue import Catalogue  # noqa: PLC0415

    async with (
        engines.storage_of(config) as storage,
        engines.gateway_of(config, engines.ledger_of(config, storage)) as gateway,
    ):
        await use(gateway, Catalogue(gateway, config.gateway.base_url, SystemClock()))


def _print_json(models: Sequence[ModelInfo], console: Console) -> None:
    for model in models:
        console.out(codec.dumps(asdict(model), ensure_ascii=False), highlight=False)


def _count(value: int | None) -> str:
    return "" if value is None else f"{value:,}"


def _tokens(value: int | None) -> str:
    return "" if value is None else f"{value:,} tokens"


def _text(text: str) -> Text:
    """A stranger's words: no markup, and nothing that moves the cursor."""
    return Text("".join(letter if letter.isprintable() else " " for letter in text))

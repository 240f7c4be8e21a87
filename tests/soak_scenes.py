"""What happens in each turn of the soak: words, tool calls and faults, all from one seed.

Flows in: a seeded chance. Flows out: scenes, each with what may be said and done in it, and its
replies to the requests as they come. Refuses to know: clients, mouths, measurements.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, get_args

from gateway_script import Call, CallForm, Ending, Raw, Refusal, Reply, Reset, Silence, every

if TYPE_CHECKING:
    import random
    from collections.abc import Sequence

    from gateway_script import Json, Scripted

_WORDS = (
    "amber anchor apple arrow autumn basket beacon birch bottle branch bridge bucket butter button "
    "candle canyon carpet castle cedar cherry circle clover cobalt copper cotton cradle crystal "
    "dagger desert dolphin dragon ember engine falcon feather fennel ferry fiddle forest fossil "
    "garden ginger glacier goblet granite hammer harbour hazel helmet hollow honey island ivory "
    "jacket jasmine jungle kettle kitten ladder lagoon lantern lemon linen lizard magnet mango "
    "maple marble meadow mirror monkey mountain nectar needle nutmeg oasis olive onion orchard "
    "oyster paddle panther parcel parrot pebble pepper petal pigeon pillow planet pocket pollen "
    "puzzle quartz rabbit raven ribbon river rocket saddle saffron salmon sandal shadow silver "
    "spider spiral stable summer sunset temple thistle thunder timber tunnel turtle valley velvet "
    "violet walnut whistle willow window winter yellow zephyr"
)
"""Unlike each other, and in no sentence of ours, so that each is known for what it is."""
WORDS = _WORDS.split()
_POOL = set(WORDS)
_FORMS = [form for form in get_args(CallForm) if form != "legacy"]
_BROKEN: tuple[Ending, ...] = ("stall", "reset", "cut", "close", "error")
FAULTS = ("refusal", "reset", "silence", "nonsense", *_BROKEN)
"""Every kind of fault."""
_STATUSES = (400, 401, 402, 403, 404, 413, 429, 500, 502, 503, 529)
_NONSENSE = (
    Raw(b"<html>Welcome</html>", content_type="text/html"),
    Raw(b"no json", content_type="application/json"),
    Raw(b"data: nonsense\n\n"),
    Raw(b""),
    Raw(status=302, headers={"location": "https://login.example.com/"}),
    Raw(b"\x1f\x8bnonsense", headers={"content-encoding": "gzip"}),
)

_NOTHING = Raw(b"data: [DONE]\n\n")
"""An empty reply: nonsense where nothing was said, and the end where it was to be gone on with."""


@dataclass
class Scene:
    """One turn: what is asked, what the model says and calls, and what goes wrong on the way."""

    number: int
    before: list[str]
    """Words before the tool calls."""
    calls: int
    """How many tools are called side by side; 0: none, and `after` is the whole answer."""
    after: list[str]
    """Words after them."""
    faults: list[str]
    """What the next requests meet, before one goes well."""
    chance: random.Random
    interrupted_s: float | None = None
    """Seconds after which a person speaks over it; None: nobody does."""
    aloud: bool = False
    """Whether the real voice says it."""
    met: list[str] = field(default_factory=list)
    """The faults that were met."""

    @property
    def question(self) -> str:
        """What is asked; no instant intent knows it."""
        return f"Tell me story number {self.number}."

    @property
    def words(self) -> list[str]:
        """All that may be said, in order."""
        return [*self.before, *self.after] if self.calls else self.after

    def tool_numbers(self) -> list[int]:
        """What the tool is called with, in this scene and in no other."""
        return [self.number * 10 + place for place in range(self.calls)]

    def reply(self, request: Json) -> Scripted:
        """What the server answers to this request of the turn."""
        right = self._right(request)
        if not self.faults:
            return right
        fault = self.faults.pop(0)
        self.met.append(fault)
        match fault:
            case "refusal":
                return self._refusal()
            case "reset":
                return Reset() if self.chance.random() < 0.5 else self._cut(right, "reset")
            case "silence":
                return Silence()
            case "nonsense":
                empty = [] if self._heard(request) else [_NOTHING]
                return self.chance.choice([*_NONSENSE, *empty])
            case _:
                return self._cut(right, fault)

    def _right(self, request: Json) -> Reply:
        """The rest of the round that the request belongs to; some models repeat a little."""
        heard = self._heard(request)
        results = any(m["role"] == "tool" for m in _turn(request["messages"], self.question))
        words = self.after if results or not self.calls else self.before
        again = self.chance.randrange(3) if heard else 0
        calls = () if results else tuple(
            Call("note", json.dumps({"number": number}), id=f"call-{number}")
            for number in self.tool_numbers()
        )  # fmt: skip
        return self._odd(Reply(" ".join(words[max(0, heard - again) :]), calls))

    def _heard(self, request: Json) -> int:
        """How many words were said that the request wants to be gone on with."""
        turn = _turn(request["messages"], self.question)
        going_on = len(turn) > 1 and turn[-1]["role"] == "user"
        return len(turn[-2]["content"].split()) if going_on else 0

    def _odd(self, reply: Reply) -> Reply:
        """The same in one of the forms that servers use; none of it is a fault."""
        chance = self.chance
        return replace(
            reply,
            form=chance.choice(_FORMS),
            done=chance.random() < 0.8,
            finish="stop" if chance.random() < 0.2 else "",
            reasoning="hm so" if chance.random() < 0.2 else "",
            comments=chance.randrange(3),
            newline=chance.choice(["\n", "\r\n"]),
            cut=every(chance.choice([3, 11, 64])) if chance.random() < 0.3 else None,
        )

    def _refusal(self) -> Refusal:
        told = self.chance.choice(["", "", "1", "60"])
        return Refusal(
            self.chance.choice(_STATUSES), "No.", headers={"retry-after": told} if told else {}
        )

    def _cut(self, reply: Reply, then: Any) -> Reply:  # noqa: ANN401  # one of the endings
        tokens = len(reply.text.split()) + 2 * len(reply.calls)
        keep_alive_s = self.chance.choice([0.0, 0.02])
        after = self.chance.randrange(tokens + 1)
        return replace(reply, after=after, then=then, keep_alive_s=keep_alive_s, done=True)


def scenes(chance: random.Random, count: int, aloud: float) -> list[Scene]:
    """So many turns; `aloud` is the share that the real voice says."""
    return [_scene(chance, number, aloud) for number in range(1, count + 1)]


def _scene(chance: random.Random, number: int, aloud: float) -> Scene:
    words = chance.sample(WORDS, 14)
    split = chance.randrange(0, 5)
    faults = [chance.choice(FAULTS) for _ in range(chance.choice([0, 1, 1, 1, 2, 2, 3, 5]))]
    return Scene(
        number,
        words[:split],
        chance.choice([0, 0, 1, 1, 2, 3]),
        words[split : split + chance.randrange(3, 10)],
        faults,
        chance,
        interrupted_s=chance.random() * 0.08 if chance.random() < 0.1 else None,
        aloud=chance.random() < aloud,
    )


def pool_words(text: str) -> list[str]:
    """The words of a scene in what was said, without those of our own sentences."""
    return [word for word in re.findall("[a-z]+", text.lower()) if word in _POOL]


def _turn(messages: Sequence[Json], question: str) -> Sequence[Json]:
    """The messages from the question on."""
    places = [
        place
        for place, message in enumerate(messages)
        if message["role"] == "user" and message["content"] == question
    ]
    return messages[places[-1] + 1 :]

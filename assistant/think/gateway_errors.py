"""What can go wrong between us and a model: each with the facts, and one sentence for the ear.

Flows in: a message for the screen and what the server said. Refuses to know: how to tell one
from another (`refusals`), HTTP, streams, the key.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import ClassVar, Self, final

from assistant.errors import GatewayError

SPOKEN = {
    "no-key": "I have no key for the gateway. Set AI_GATEWAY_API_KEY and start me again.",
    "insecure": "I do not send my key over an open line. Please give me an https address.",
    "unreachable": "I cannot reach the model. Please check the internet connection.",
    "unreachable-at-home": "My model's server does not answer. Please see whether it runs.",
    "bad-request": "The model did not accept my request. Please ask me in another way.",
    "too-large": "That is too much for the model. Please ask me for less.",
    "unauthorized": "The gateway does not accept my key. Please give me a new one.",
    "forbidden": "The gateway does not let me use this model. Please choose another one.",
    "not-found": "The gateway does not know my model. Please choose another one.",
    "rate-limited": "I am asking too often. Please try again in a minute.",
    "out-of-credit": "The gateway wants to be paid first. Please check the account's credit.",
    "server-error": "The model has a problem. Please try again in a moment.",
    "stalled": "The model takes too long to answer. Please ask me again.",
    "broken-stream": "The model's answer broke off. Please ask me again.",
    "bad-reply": "The model's answer made no sense to me. Please ask me again.",
    "limit-reached": "Today's limit for the model is used up. I can still tell you the time.",
}
"""What is said for each kind of error; the place to translate them."""


@dataclass(frozen=True, slots=True)
class Facts:
    """What a server said of its error."""

    message: str = ""
    type: str = ""
    param: str = ""
    code: str = ""
    status: int | None = None
    """HTTP status, of the response or told inside a stream; None where there is none."""
    retry_after_s: float | None = None
    """Seconds after which the server wants to be asked again."""


class Fault(GatewayError):
    """A failed request, with what the server said."""

    retryable: ClassVar[bool] = False
    """Whether the same request may succeed in a moment."""
    other_model: ClassVar[bool] = True
    """Whether another model on the same server may succeed."""

    def __init__(self, message: str, facts: Facts | None = None) -> None:
        super().__init__(message, spoken=SPOKEN[self.kind])
        self.message = message
        self.facts = facts or Facts()

    @property
    def type(self) -> str:
        """The server's word for the kind of error; empty where it gave none."""
        return self.facts.type

    @property
    def param(self) -> str:
        """The parameter that is wrong; empty where none was named."""
        return self.facts.param

    @property
    def code(self) -> str:
        """The server's code for the error; empty where it gave none."""
        return self.facts.code

    @property
    def status(self) -> int | None:
        """The HTTP status; None where there was no response."""
        return self.facts.status

    @property
    def retry_after_s(self) -> float | None:
        """Seconds after which the server wants to be asked again; None where it did not say."""
        return self.facts.retry_after_s

    def without(self, secret: str) -> Self:
        """The same error with the secret blotted out, should a server have echoed it.

        What is shorter than 8 characters is no secret, but the word that a local server wants.
        """
        texts = (self.message, self.type, self.param, self.code, self.facts.message)
        if len(secret) < 8 or not any(secret in text for text in texts):  # noqa: PLR2004
            return self
        message, kind, param, code, said = (text.replace(secret, "[key]") for text in texts)
        facts = replace(self.facts, message=said, type=kind, param=param, code=code)
        return type(self)(message, facts)


@final
class NoKey(Fault):
    """There is no key that could be sent; nothing was."""

    kind = "no-key"
    plain = SPOKEN[kind]
    other_model = False


@final
class Insecure(Fault):
    """The key would have travelled in the open; nothing was sent."""

    kind = "insecure"
    plain = SPOKEN[kind]
    other_model = False


@final
class Unreachable(Fault):
    """No connection: no network, a wrong address, nobody listening, no trust in the certificate."""

    kind = "unreachable"
    plain = SPOKEN[kind]
    retryable = True
    other_model = False


@final
class UnreachableAtHome(Fault):
    """The same of a server on this machine or in this home: the internet is not to blame."""

    kind = "unreachable-at-home"
    plain = SPOKEN[kind]
    retryable = True
    other_model = False


@final
class BadRequest(Fault):
    """400 and its like: the request is wrong, or not for this model."""

    kind = "bad-request"
    plain = SPOKEN[kind]


@final
class TooLarge(Fault):
    """413, or a prompt that does not fit into the model's context."""

    kind = "too-large"
    plain = SPOKEN[kind]


@final
class Unauthorized(Fault):
    """401: the key is not accepted."""

    kind = "unauthorized"
    plain = SPOKEN[kind]
    other_model = False


@final
class Forbidden(Fault):
    """403: the key is accepted, and may not do this."""

    kind = "forbidden"
    plain = SPOKEN[kind]


@final
class NotFound(Fault):
    """404: no such model, or no such endpoint."""

    kind = "not-found"
    plain = SPOKEN[kind]


@final
class RateLimited(Fault):
    """429: too many requests; `retry_after_s` may say when to come back."""

    kind = "rate-limited"
    plain = SPOKEN[kind]
    retryable = True


@final
class OutOfCredit(Fault):
    """The account does not pay for this: 402, or said in words under another status."""

    kind = "out-of-credit"
    plain = SPOKEN[kind]


@final
class ServerError(Fault):
    """5xx, or an error told inside a stream: the trouble is on the other side."""

    kind = "server-error"
    plain = SPOKEN[kind]
    retryable = True


@final
class Stalled(Fault):
    """A deadline went by: the first token, between tokens, or the whole turn."""

    kind = "stalled"
    plain = SPOKEN[kind]


@final
class BrokenStream(Fault):
    """The connection was cut before the reply was whole."""

    kind = "broken-stream"
    plain = SPOKEN[kind]
    retryable = True


@final
class BadReply(Fault):
    """Something else than the protocol: not JSON, a web page, a redirect, far too much."""

    kind = "bad-reply"
    plain = SPOKEN[kind]


@final
class LimitReached(Fault):
    """The day's money is spent; nothing was sent."""

    kind = "limit-reached"
    plain = SPOKEN[kind]
    other_model = False

"""Whether to ask again, whom, and when; how long a model may be silent; where a key may go."""

from __future__ import annotations

import pytest
from pydantic import SecretStr

from assistant.config import GatewayConfig
from assistant.errors import ConfigError
from assistant.think.address import Address, is_local
from assistant.think.attempts import PATIENCE_S, Attempt, Attempts
from assistant.think.deadlines import TAIL_S, UPLOAD, Deadlines
from assistant.think.gateway_errors import (
    BadReply,
    BadRequest,
    BrokenStream,
    Facts,
    Fault,
    Insecure,
    NoKey,
    NotFound,
    OutOfCredit,
    RateLimited,
    ServerError,
    Stalled,
    Unauthorized,
    Unreachable,
)


def attempts(*models: str, retries: int = 2) -> Attempts:
    """Attempts without chance."""
    return Attempts(models or ("a",), retries, lambda: 0.5)


@pytest.mark.parametrize("kind", [ServerError, RateLimited, Unreachable])
def test_what_may_pass_is_asked_again_with_back_off(kind: type[Fault]) -> None:
    """Twice as long each time, then no more."""
    tries = attempts()
    assert tries.after(kind("x"), said=False) == Attempt("a", 0.3)
    assert tries.after(kind("x"), said=False) == Attempt("a", 0.6)
    assert tries.after(kind("x"), said=False) is None


def test_a_connection_that_had_gone_stale_is_replaced_at_once() -> None:
    """The first reset before an answer costs no wait."""
    tries = attempts()
    assert tries.after(BrokenStream("x"), said=False) == Attempt("a", 0.0)
    assert tries.after(BrokenStream("x"), said=False) == Attempt("a", 0.6)


@pytest.mark.parametrize("kind", [BadRequest, OutOfCredit, NotFound, Stalled, BadReply])
def test_what_will_not_pass_is_asked_of_the_next_model(kind: type[Fault]) -> None:
    """Without a second try, and at once."""
    assert attempts("a").after(kind("x"), said=False) is None
    assert attempts("a", "b").after(kind("x"), said=False) == Attempt("b")


@pytest.mark.parametrize("kind", [NoKey, Unauthorized, Insecure])
def test_what_no_model_can_help_is_given_up(kind: type[Fault]) -> None:
    """The key is the same for all."""
    assert attempts("a", "b").after(kind("x"), said=False) is None


def test_a_short_retry_after_is_waited_for_and_a_long_one_is_not() -> None:
    """Four seconds of silence are the most that a person is asked for."""
    assert attempts().after(RateLimited("x", Facts(retry_after_s=2)), said=False) == Attempt("a", 2)
    long = RateLimited("x", Facts(retry_after_s=60))
    assert attempts().after(long, said=False) is None
    assert attempts("a", "b").after(long, said=False) == Attempt("b")


def test_a_failure_that_took_long_is_not_tried_again() -> None:
    """It would take as long again."""
    tries = attempts("a", "b")
    assert tries.after(ServerError("x"), said=False, silent_s=PATIENCE_S + 1) == Attempt("b")


def test_each_model_has_its_own_tries_and_is_asked_once() -> None:
    """A model that is listed twice is one."""
    tries = attempts("a", "b", "a", "b", retries=1)
    seen: list[str] = [tries.first().model]
    while following := tries.after(ServerError("x"), said=False):
        seen.append(following.model)
    assert seen == ["a", "a", "b", "b"]


@pytest.mark.parametrize("kind", [Stalled, BrokenStream, ServerError, RateLimited, BadReply])
def test_what_broke_off_goes_on_with_the_next_model_else_the_same_once(kind: type[Fault]) -> None:
    """At once, and no more than twice."""
    tries = attempts()
    assert tries.after(kind("x"), said=True) == Attempt("a")
    assert tries.after(kind("x"), said=True) is None
    tries = attempts("a", "b", "c", "d")
    found = [tries.after(kind("x"), said=True) for _ in range(3)]
    assert found == [Attempt("b"), Attempt("c"), None]


def test_a_refusal_after_words_is_final() -> None:
    """The continuation itself may be refused: what was said stands."""
    assert attempts("a", "b").after(BadRequest("x"), said=True) is None


class Hand:
    """A clock that is set by hand."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        """Seconds."""
        return self.now


def deadlines() -> tuple[Deadlines, Hand]:
    """Deadlines of 10 s, 4 s and 30 s, and their clock."""
    hand = Hand()
    return Deadlines(GatewayConfig(first_token_s=10, between_tokens_s=4, turn_s=30), hand), hand


def test_the_first_token_and_the_next_have_their_own_deadline() -> None:
    """Each names its setting, so that it can be changed."""
    times, hand = deadlines()
    times.begin()
    assert times.left == 10
    assert "first_token_s" in str(times.stalled())
    hand.now += 9
    times.token()
    assert times.left == 4
    assert "between_tokens_s" in str(times.stalled())


def test_the_turn_ends_whatever_happens() -> None:
    """All attempts together."""
    times, hand = deadlines()
    hand.now += 27
    times.begin()
    assert times.left == times.turn_left == 3
    assert "turn_s" in str(times.stalled())
    hand.now += 5
    assert times.left == 0
    assert times.spent == 32


def test_a_whole_reply_has_its_models_share_of_the_turn() -> None:
    """Of what is left, by how many models are left; for the last one it is all of it."""
    hand = Hand()
    config = GatewayConfig(stream=False, first_token_s=2, between_tokens_s=4, turn_s=30)
    times = Deadlines(config, hand)
    times.models_left = 3
    times.begin()
    assert times.left == 10
    assert "10 s" in str(times.stalled())
    assert "turn_s" in str(times.stalled())
    hand.now += 10
    times.models_left = 2
    times.begin()
    assert times.left == 10
    hand.now += 10
    times.models_left = 1
    times.begin()
    assert times.left == times.turn_left == 10
    assert "The whole reply" in str(times.stalled())


def test_a_share_is_no_less_than_the_first_word_may_take() -> None:
    """With many models and a short turn; and no more than what is left of the turn."""
    hand = Hand()
    times = Deadlines(GatewayConfig(stream=False, first_token_s=10, turn_s=30), hand)
    times.models_left = 6
    times.begin()
    assert times.left == 10
    hand.now += 24
    times.begin()
    assert times.left == times.turn_left == 6


def test_the_models_that_are_left_are_counted() -> None:
    """This one too; one that failed is not asked again."""
    tries = attempts("a", "b", "a", "c", retries=0)
    assert tries.models_left == 3
    tries.after(ServerError("x"), said=False)
    assert tries.models_left == 2
    tries.after(ServerError("x"), said=True)
    assert tries.models_left == 1


def test_the_listeners_time_is_not_the_models() -> None:
    """A voice that speaks for a minute does not make the model late."""
    times, hand = deadlines()
    times.begin()
    times.token()
    with times.held():
        hand.now += 60
    assert times.left == 4
    assert times.turn_left == 30


def test_a_large_request_has_more_time_for_its_first_token() -> None:
    """A document takes a while through a home's uplink."""
    times, _ = deadlines()
    times.begin(5 * UPLOAD)
    assert times.left == 15


def test_a_complete_reply_is_not_waited_for_long() -> None:
    """Only its usage is missing."""
    times, _ = deadlines()
    times.begin()
    times.tail()
    assert times.left == TAIL_S


@pytest.mark.parametrize(
    ("host", "local"),
    [
        ("localhost", True), ("127.0.0.1", True), ("127.8.9.1", True), ("::1", True),
        ("192.168.1.7", True), ("10.0.0.1", True), ("172.16.0.1", True), ("fe80::1%eth0", True),
        ("fd00::1", True), ("nas.local", True), ("NAS.LOCAL.", True), ("ollama", True),
        ("ai-gateway.vercel.sh", False), ("8.8.8.8", False), ("172.32.0.1", False),
        ("local.example.com", False), ("localhost.example.com", False), ("notlocal", True),
        ("127.0.0.1.example.com", False), ("2001:4860:4860::8888", False),
    ],
)  # fmt: skip
def test_a_local_server_is_this_machine_or_this_home(host: str, local: bool) -> None:  # noqa: FBT001
    """By its address or name alone."""
    assert is_local(host) is local


def test_a_public_host_needs_a_key_and_a_local_one_does_not() -> None:
    """Said before anything is sent."""
    with pytest.raises(NoKey, match="AI_GATEWAY_API_KEY"):
        Address("https://ai-gateway.vercel.sh/v1").authorization(None)
    assert Address("http://192.168.1.7:8080/v1/").authorization(None) == {}


def test_a_key_never_travels_in_the_open() -> None:
    """Plain http only within the home."""
    key = SecretStr("secret-key")
    with pytest.raises(Insecure, match="https"):
        Address("http://api.example.com/v1").authorization(key)
    held = {"authorization": "Bearer secret-key"}
    assert Address("https://api.example.com/v1").authorization(key) == held
    assert Address("http://nas.local/v1").authorization(key) == held


@pytest.mark.parametrize("key", ["", "two words", "a\nb", "a\r\nx: y", "kéy", "tab\t"])
def test_a_key_that_cannot_be_one_is_refused(key: str) -> None:
    """And is not repeated in the message."""
    with pytest.raises(Unauthorized) as caught:
        Address("https://api.example.com/v1").authorization(SecretStr(key))
    assert not key or key not in str(caught.value)


@pytest.mark.parametrize(
    "url", ["", "api.example.com/v1", "ftp://x/v1", "http://", "http://[::1", "http://x:99999/v1",
            "http://x/v1?a=b"],
)  # fmt: skip
def test_an_address_that_is_none_is_a_wrong_setting(url: str) -> None:
    """The message names the setting."""
    with pytest.raises(ConfigError, match="base_url"):
        Address(url)

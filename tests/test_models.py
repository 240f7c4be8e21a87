"""The rules of the model store: what is whole, what is damaged, and what a name means."""

from __future__ import annotations

import json
import os
import shlex
import subprocess
import sys
import textwrap
from dataclasses import asdict
from pathlib import Path

import pytest
from toy_hub import BODY, SMALL, HubServer, pull, serve_toy, sha, store_of

from assistant.errors import ModelError, WrongModel
from assistant.modelfiles.manifest import Manifest, Model, ModelFile, shipped
from assistant.modelfiles.seals import Seal, Seals
from assistant.modelfiles.store import ModelStore, default_store
from assistant.settings import load

pytest_plugins = ["toy_hub_fixtures"]
ROOT = Path(__file__).parent.parent


@pytest.fixture
def pulled(hub: HubServer, tmp_path: Path) -> ModelStore:
    """A store that holds the toy."""
    serve_toy(hub)
    store = store_of(tmp_path, hub.address)
    pull(store)
    return store


def test_a_missing_model_says_how_to_fetch_it(tmp_path: Path) -> None:
    """`require` never fetches; it names the command."""
    with pytest.raises(ModelError, match=r"is missing\. Fetch it with: assistant models pull toy"):
        store_of(tmp_path, "").require("t", "tts")


def test_a_truncated_file_is_noticed_by_its_size(pulled: ModelStore) -> None:
    """The state needs no sum for that."""
    path = pulled.require("toy", "tts")
    path.write_bytes(BODY[:-1])
    assert pulled.state(pulled.manifest.find("toy")) == "damaged"
    with pytest.raises(ModelError, match="expected 512,000 bytes, found 511,999 bytes"):
        pulled.check(pulled.manifest.find("toy"))


def test_an_altered_file_is_noticed_though_size_and_time_are_the_same(pulled: ModelStore) -> None:
    """The error names the file, both sums and the command, and that command mends it."""
    path = pulled.require("toy", "tts")
    before = path.stat()
    path.write_bytes(BODY[::-1])
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
    with pytest.raises(ModelError) as failure:
        pulled.require("toy", "tts")
    assert str(failure.value) == (
        f"{path} is damaged: expected sha256 {sha(BODY)[:12]}…, found {sha(BODY[::-1])[:12]}…. "
        f"Mend it with: assistant models pull toy --set models.folder={pulled.folder}"
    )
    pull(pulled, "toy")
    assert pulled.require("toy", "tts").read_bytes() == BODY


def test_a_seal_saves_the_sum_and_verify_computes_it_all_the_same(pulled: ModelStore) -> None:
    """A file that looks as it did when its sum was right is not read at the start."""
    model, path = pulled.manifest.find("toy"), pulled.require("toy", "tts")
    path.write_bytes(BODY[::-1])
    seals = {"toy.onnx": asdict(Seal.of(path, sha(BODY)))}
    (path.parent / ".sums.json").write_text(json.dumps(seals))
    pulled.check(model)
    assert pulled.state(model, verify=True) == "damaged"
    pull(pulled, verify=True)
    assert path.read_bytes() == BODY


@pytest.mark.parametrize("text", ["", "[]", '{"toy.onnx": 3}', '{"toy.onnx": {"size": 1}}'])
def test_seals_that_cannot_be_read_cost_a_sum_and_nothing_else(
    pulled: ModelStore, text: str
) -> None:
    """A half-written or foreign `.sums.json` is as good as none."""
    folder = pulled.folder_of("toy")
    (folder / ".sums.json").write_text(text)
    assert pulled.require("toy", "tts").is_file()
    assert Seals(folder).expected(ModelFile("toy.onnx")).sha256 == sha(BODY)


def test_an_unknown_name_gives_near_ones(tmp_path: Path) -> None:
    """The names of the manifest and of the hub are both offered; it is a wrong use."""
    assert WrongModel.exit_code == 2
    store = store_of(tmp_path, "")
    with pytest.raises(
        WrongModel, match=r"^\[tts\] voice: No model is called 'toi'. Did you mean toy\?"
    ):
        store.require("toi", "tts")
    with pytest.raises(WrongModel, match="Did you mean small"):
        store.require("smal", "stt")
    with pytest.raises(WrongModel, match="Known: t, toy"):
        pull(store, "qqqqqq")


@pytest.mark.parametrize(
    ("name", "folder", "command"),
    [
        ("base", "faster-whisper-base", "faster-whisper-base"),
        ("Systran/faster-whisper-base", "faster-whisper-base", "faster-whisper-base"),
        ("small", "faster-whisper-small", "small"),
        ("faster-whisper-small", "faster-whisper-small", "small"),
        ("Systran/faster-whisper-small", "faster-whisper-small", "small"),
        ("someone/my-whisper", "someone--my-whisper", "someone/my-whisper"),
    ],
)
def test_each_way_to_name_a_whisper_model_means_one_folder(
    name: str, folder: str, command: str, tmp_path: Path
) -> None:
    """And the command in its error is one that works."""
    store = ModelStore(tmp_path, Manifest.read(shipped()))
    assert store.folder_of(name) == tmp_path / folder
    with pytest.raises(ModelError, match=f"assistant models pull {command} --set "):
        store.require(name, "stt")


def test_the_command_in_an_error_is_for_the_folder_that_was_looked_at(tmp_path: Path) -> None:
    """None is named where it is the usual one; another, as a shell and the settings read it."""
    usual = default_store()
    toy = Model("toy", "tts", ())
    (empty := tmp_path / "empty.toml").touch()
    assert usual.command(toy) == "assistant models pull toy"
    assert ModelStore(Path(os.path.relpath(usual.folder)), usual.manifest).command(toy) == (
        "assistant models pull toy"
    )
    for name in ("plain", "with space", "Anna's", "é#1"):
        words = shlex.split(ModelStore(tmp_path / name, usual.manifest).command(toy))
        assert words[:5] == ["assistant", "models", "pull", "toy", "--set"]
        assert load(empty, [words[5]]).config.models.folder == str(tmp_path / name)


def test_a_model_of_another_kind_is_refused(tmp_path: Path) -> None:
    """A voice does not transcribe."""
    with pytest.raises(WrongModel, match="toy is a model for tts, and not for stt"):
        store_of(tmp_path, "").require("toy", "stt")


def test_paths_are_taken_as_they_are(tmp_path: Path) -> None:
    """A folder for `[stt] model`, an .onnx with its .json for `[tts] voice`."""
    store = store_of(tmp_path, "")
    for name in ("config.json", "model.bin", "my.onnx"):
        (tmp_path / name).write_bytes(b"x")
    assert store.require(str(tmp_path), "stt") == tmp_path
    with pytest.raises(ModelError, match=r"There is no file .*my\.onnx\.json: tts needs"):
        store.require(str(tmp_path / "my.onnx"), "tts")
    (tmp_path / "my.onnx.json").write_bytes(b"{}")
    assert store.require(str(tmp_path / "my.onnx"), "tts") == tmp_path / "my.onnx"
    with pytest.raises(ModelError, match="stt needs a folder"):
        store.require(str(tmp_path / "nowhere"), "stt")


def test_a_voice_of_the_hub_that_is_not_listed_is_fetched_and_watched(
    hub: HubServer, tmp_path: Path
) -> None:
    """Its sum is not known, which is said; from then on a change is noticed."""
    name = "en_GB-alan-medium"
    hub.files = {
        f"/v/en/en_GB/alan/medium/{name}.onnx": BODY,
        f"/v/en/en_GB/alan/medium/{name}.onnx.json": SMALL,
    }
    store = ModelStore(tmp_path, Manifest((), voices=f"{hub.address}v/"))
    ears = pull(store, name)
    assert ears.notes == [f"{name} is not in the manifest: its sum cannot be checked."]
    assert ears.steps[-1] == (f"{name}/{name}.onnx", len(BODY), len(BODY))
    path = store.require(name, "tts")
    assert path == tmp_path / name / f"{name}.onnx"
    path.write_bytes(BODY[::-1])
    with pytest.raises(ModelError, match="is damaged"):
        store.require(name, "tts")
    pull(store, name)
    assert store.require(name, "tts").read_bytes() == BODY


def test_a_whisper_of_the_hub_without_a_hub_is_a_model_error(refusing: str, tmp_path: Path) -> None:
    """The error says that the hub did not give it."""
    script = f"""
        from pathlib import Path
        from assistant.errors import ModelError
        from assistant.modelfiles.manifest import Manifest
        from assistant.modelfiles.store import ModelStore
        try:
            ModelStore(Path("{tmp_path}"), Manifest(())).pull(["small"], print, print)
        except ModelError as error:
            print(error)
    """
    said = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(script)],
        cwd=ROOT,
        env={**os.environ, "HF_ENDPOINT": refusing.rstrip("/"), "HF_HOME": str(tmp_path)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert "The hub did not give small: " in said.stdout
    assert said.stdout.rstrip().endswith(
        f"Try again with: assistant models pull small --set models.folder={tmp_path}"
    )

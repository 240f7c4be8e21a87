"""The rules of a download: whole or not at all, and going on where it was cut."""

from __future__ import annotations

import re
import signal
import subprocess
import sys
import textwrap
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from toy_hub import BODY, SMALL, Ears, HubServer, of, pull, serve_toy, sha, store_of

from assistant.errors import ModelError

pytest_plugins = ["toy_hub_fixtures"]
ROOT = Path(__file__).parent.parent


def test_a_fresh_pull_brings_every_file_and_counts_its_bytes(
    hub: HubServer, tmp_path: Path
) -> None:
    """After a pull the model is there, and the last progress of each file is its whole size."""
    serve_toy(hub)
    store = store_of(tmp_path, hub.address)
    ears = pull(store)
    path = store.require("toy", "tts")
    assert path.read_bytes() == BODY
    assert path == store.folder_of("t") / "toy.onnx"
    assert ("toy/toy.onnx.json", len(SMALL), len(SMALL)) in ears.steps
    assert ears.steps[-1] == ("toy/toy.onnx", len(BODY), len(BODY))
    assert not ears.notes


def test_what_is_there_is_not_fetched_again(hub: HubServer, tmp_path: Path) -> None:
    """A second pull asks the hub for nothing, with and without `verify`."""
    serve_toy(hub)
    store = store_of(tmp_path, hub.address)
    pull(store)
    hub.asked.clear()
    pull(store)
    pull(store, verify=True)
    assert not hub.asked


def test_a_cut_download_goes_on_where_it_was_cut(hub: HubServer, tmp_path: Path) -> None:
    """With Range, what has arrived is not fetched a second time."""
    serve_toy(hub)
    hub.cuts = [len(SMALL), 300_000]
    store = store_of(tmp_path, hub.address)
    pull(store)
    assert store.require("toy", "tts").read_bytes() == BODY
    first, second = hub.asked[1:]
    assert first == ("/toy.onnx", "")
    assert re.fullmatch(r"bytes=\d+-", second[1])
    assert int(second[1][6:-1]) <= 300_000


def test_a_cut_download_begins_again_where_ranges_are_ignored(
    hub: HubServer, tmp_path: Path
) -> None:
    """A hub that answers 200 to a Range sends the whole file, and the whole file is taken."""
    serve_toy(hub)
    hub.ranges = False
    hub.cuts = [len(SMALL), 300_000]
    store = store_of(tmp_path, hub.address)
    pull(store)
    assert store.require("toy", "tts").read_bytes() == BODY
    assert [path for path, _ in hub.asked].count("/toy.onnx") == 2


def test_a_part_with_other_bytes_in_it_is_thrown_away(hub: HubServer, tmp_path: Path) -> None:
    """A resumed download whose sum is wrong is fetched from the beginning."""
    serve_toy(hub)
    store = store_of(tmp_path, hub.address)
    part = store.folder_of("toy") / "toy.onnx.part"
    part.parent.mkdir(parents=True)
    part.write_bytes(b"x" * 1000)
    pull(store)
    assert store.require("toy", "tts").read_bytes() == BODY
    assert [asked for path, asked in hub.asked if path == "/toy.onnx"] == ["bytes=1000-", ""]


def test_a_part_that_is_whole_needs_no_request(hub: HubServer, tmp_path: Path) -> None:
    """A pull that was killed just before the last step is ended by the next one."""
    serve_toy(hub)
    store = store_of(tmp_path, hub.address)
    part = store.folder_of("toy") / "toy.onnx.part"
    part.parent.mkdir(parents=True)
    part.write_bytes(BODY)
    pull(store)
    assert [path for path, _ in hub.asked] == ["/toy.onnx.json"]


def test_a_wrong_sum_is_an_error_with_both_sums(hub: HubServer, tmp_path: Path) -> None:
    """What does not match the manifest never gets the final name."""
    wrong = BODY[::-1]
    hub.files = {"/toy.onnx.json": SMALL, "/toy.onnx": wrong}
    store = store_of(tmp_path, hub.address)
    with pytest.raises(ModelError) as failure:
        pull(store)
    assert sha(BODY) in str(failure.value)
    assert sha(wrong) in str(failure.value)
    assert "assistant models pull toy" in str(failure.value)
    assert str(store.folder_of("toy") / "toy.onnx") in str(failure.value)
    assert [file.name for file in store.folder_of("toy").glob("toy.onnx*")] == ["toy.onnx.json"]


def test_a_body_without_end_is_not_taken(hub: HubServer, tmp_path: Path) -> None:
    """More bytes than the manifest says are refused, and do not fill the disk."""
    hub.files = {"/toy.onnx.json": SMALL, "/toy.onnx": BODY * 20}
    store = store_of(tmp_path, hub.address)
    ears = Ears()
    with pytest.raises(ModelError, match="another size"):
        store.pull((), ears.progress, ears.notes.append)
    assert max(done for _, done, _ in ears.steps) < len(BODY) * 2
    assert not list(store.folder_of("toy").glob("toy.onnx.part"))


def test_a_missing_file_names_what_was_tried(hub: HubServer, tmp_path: Path) -> None:
    """The error holds the address and the hub's answer."""
    store = store_of(tmp_path, hub.address)
    with pytest.raises(ModelError, match=re.escape(f"{hub.address}toy.onnx.json")) as failure:
        pull(store)
    assert "404" in str(failure.value)


def test_a_full_disk_is_named(hub: HubServer, tmp_path: Path) -> None:
    """No other source is asked when there is no room."""
    serve_toy(hub)
    store = store_of(tmp_path, hub.address)
    store.folder_of("toy").mkdir(parents=True)
    (store.folder_of("toy") / "toy.onnx.part").symlink_to("/dev/full")
    with pytest.raises(ModelError, match=r"The disk is full: no room for .*toy\.onnx"):
        pull(store)


def test_a_pull_that_is_killed_leaves_no_half_file(hub: HubServer, tmp_path: Path) -> None:
    """After kill -9 in mid-file the final name is free, and the next pull goes on."""
    serve_toy(hub)
    store = store_of(tmp_path, hub.address, of("toy.onnx", BODY))
    hub.gate.clear()
    script = f"""
        from pathlib import Path
        from assistant.modelfiles.manifest import Manifest, Model, ModelFile
        from assistant.modelfiles.store import ModelStore
        file = ModelFile("toy.onnx", {len(BODY)}, "{sha(BODY)}")
        toy = Model("toy", "tts", (file,), hub="{hub.address}")
        store = ModelStore(Path("{store.folder}"), Manifest((toy,)))
        store.pull(["toy"], lambda name, done, total: print(done, flush=True), print)
    """
    child = [sys.executable, "-c", textwrap.dedent(script)]
    with subprocess.Popen(child, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        while int(process.stdout.readline()) < len(BODY) // 2:
            pass
        process.send_signal(signal.SIGKILL)
    assert process.returncode == -signal.SIGKILL
    assert not (store.folder_of("toy") / "toy.onnx").exists()
    assert store.state(store.manifest.find("toy")) == "missing"
    hub.gate.set()
    pull(store)
    assert store.require("toy", "tts").read_bytes() == BODY
    assert hub.asked[-1][1].startswith("bytes=")


def test_two_pulls_at_once_fetch_each_file_once(hub: HubServer, tmp_path: Path) -> None:
    """The second waits, says so, and finds everything there."""
    serve_toy(hub)
    hub.gate.clear()
    store = store_of(tmp_path, hub.address)
    notes: list[str] = []

    def note(text: str) -> None:
        notes.append(text)
        hub.gate.set()

    with ThreadPoolExecutor(2) as pool:
        both = [pool.submit(store.pull, (), Ears().progress, note) for _ in range(2)]
        for each in both:
            each.result()
    assert notes == ["Another pull is at work: waiting for it to end."]
    assert sorted(path for path, _ in hub.asked) == ["/toy.onnx", "/toy.onnx.json"]

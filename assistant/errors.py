"""The exception tree: everything that can go wrong, as sentences for a person.

Flows out: errors whose message a user can act on, with the value and the way out. A foreign
exception becomes one of these in the one module that imports the library it comes from.
Refuses to know: libraries, sounds, the screen.
"""

from __future__ import annotations

from typing import ClassVar


class AssistantError(Exception):
    """A failure with a message for the screen and one plain sentence for the ear."""

    kind: ClassVar[str] = "failure"
    """What failed, in one word, for logs and `--json`."""
    exit_code: ClassVar[int] = 1
    """1 for a failure, 2 for a wrong use."""
    plain: ClassVar[str] = "Something went wrong on my side. Please try again."
    """What is said aloud where the error brings no sentence of its own."""

    def __init__(self, message: str, *, spoken: str = "") -> None:
        super().__init__(message)
        self.spoken = spoken or self.plain
        """One plain sentence to say aloud."""


class UsageError(AssistantError):
    """The call was wrong: an argument, an option, a file that is not there."""

    kind = "usage"
    exit_code = 2


class ConfigError(UsageError):
    """A setting that does not exist, has the wrong type or is out of range."""

    kind = "config"
    plain = "One of my settings is wrong."


class AudioError(AssistantError):
    """The microphone, the speaker or a sound file."""

    kind = "audio"
    plain = "I have trouble with the sound device."


class DeviceError(AudioError):
    """A sound device is missing, unknown or does not answer."""

    kind = "device"


class MicrophoneDead(DeviceError):
    """The microphone gives nothing but digital silence."""

    kind = "microphone-dead"
    plain = "I hear nothing at all. Please check whether my microphone is muted."


class MicrophoneLoud(DeviceError):
    """The microphone is turned up so far that the sound is cut off."""

    kind = "microphone-loud"
    plain = "My microphone is turned up too far. Please turn it down."


class SoundFileError(AudioError):
    """A file that should hold sound and does not."""

    kind = "sound-file"
    exit_code = 2
    plain = "I could not read that recording."


class ModelError(AssistantError):
    """A model file is missing, damaged or does not load."""

    kind = "model"
    plain = "One of my models is missing or damaged."


class WrongModel(ModelError):
    """A name that no model has, or that of a model for something else."""

    kind = "config"
    exit_code = 2
    plain = ConfigError.plain


class ToolError(AssistantError):
    """A tool could not do what it was asked; the message goes back to the model."""

    kind = "tool"
    plain = "That did not work."


class GatewayError(AssistantError):
    """The model could not be reached, refused, or answered nonsense."""

    kind = "gateway"
    plain = "I could not get an answer from the model."

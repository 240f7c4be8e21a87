"""pipecat as a voice assistant on this machine, built as its own project template builds one.

Flows in: the folders of a Whisper model and of a Piper voice, a gateway's address. Flows out: JSON
lines (`ready`, `request` with the words heard, `turn` with pipecat's own times by stage, `error`).
It refuses to know the project: it runs in .venv-rivals, which holds none of it.

Every setting is pipecat's default but these: its models are this project's, Whisper is int8 on the
processor, and it does not end after five minutes of silence.
"""

# mypy: disable-error-code="import-not-found"
from __future__ import annotations

import argparse
import asyncio
import json
from pathlib import Path
from typing import Any

from pipecat.audio.vad.silero import SileroVADAnalyzer
from pipecat.observers.user_bot_latency_observer import UserBotLatencyObserver
from pipecat.pipeline.pipeline import Pipeline
from pipecat.pipeline.worker import PipelineParams, PipelineWorker
from pipecat.processors.aggregators.llm_context import LLMContext
from pipecat.processors.aggregators.llm_response_universal import (
    LLMContextAggregatorPair,
    LLMUserAggregatorParams,
)
from pipecat.services.openai.llm import OpenAILLMService
from pipecat.services.piper.tts import PiperTTSService
from pipecat.services.whisper.stt import WhisperSTTService
from pipecat.transports.local.audio import LocalAudioTransport, LocalAudioTransportParams
from pipecat.workers.runner import WorkerRunner

PROMPT = (
    "You are a voice assistant in a home. Your words are spoken aloud: answer in one or two short "
    "sentences of plain speech."
)


def main() -> None:
    """Run until it is ended."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--whisper", type=Path, required=True, help="folder of the model")
    parser.add_argument("--voice", type=Path, required=True, help="the voice's .onnx file")
    parser.add_argument("--base-url", required=True, help="the gateway, up to and with /v1")
    parser.add_argument("--model", default="anthropic/claude-sonnet-4", help="the model to ask for")
    asyncio.run(run(parser.parse_args()))


async def run(wish: argparse.Namespace) -> None:
    """Build the pipeline and run it."""
    transport = LocalAudioTransport(
        LocalAudioTransportParams(audio_in_enabled=True, audio_out_enabled=True)
    )
    ears = WhisperSTTService(
        device="cpu",
        compute_type="int8",
        settings=WhisperSTTService.Settings(model=str(wish.whisper)),
    )
    model = OpenAILLMService(
        api_key="none",
        base_url=wish.base_url,
        settings=OpenAILLMService.Settings(model=wish.model, system_instruction=PROMPT),
    )
    voice = PiperTTSService(
        download_dir=wish.voice.parent,
        settings=PiperTTSService.Settings(voice=wish.voice.stem),
    )
    # Silero is asked for; smart-turn and interruptions are its defaults.
    person, assistant = LLMContextAggregatorPair(
        LLMContext(), user_params=LLMUserAggregatorParams(vad_analyzer=SileroVADAnalyzer())
    )
    stages = UserBotLatencyObserver()
    worker = PipelineWorker(
        Pipeline([transport.input(), ears, person, model, voice, transport.output(), assistant]),
        params=PipelineParams(enable_metrics=True, enable_usage_metrics=True),
        observers=[stages],
        idle_timeout_secs=None,
    )
    worker.add_event_handler("on_pipeline_started", ready)
    worker.add_event_handler("on_pipeline_error", failed)
    person.add_event_handler("on_user_turn_stopped", asked)
    stages.add_event_handler("on_latency_breakdown", answered)
    runner = WorkerRunner(handle_sigterm=True)
    await runner.add_workers(worker)
    await runner.run()


async def ready(_worker: object, _frame: object) -> None:
    """It listens."""
    tell("ready")


async def failed(_worker: object, frame: Any) -> None:  # noqa: ANN401  # a type of pipecat's
    """Something in the pipeline went wrong."""
    tell("error", message=frame.error)


async def asked(_person: object, _strategy: object, message: Any) -> None:  # noqa: ANN401  # the same
    """The turn is taken to be over, and its words go to the model."""
    tell("request", text=message.content)


async def answered(_stages: object, breakdown: Any) -> None:  # noqa: ANN401  # the same
    """The reply sounds; what took how long, by pipecat's own count."""
    spent: dict[str, int] = {}
    for part in breakdown.contributions:
        spent[part.key] = spent.get(part.key, 0) + round(part.duration_secs * 1000)
    tell("turn", stages_ms=spent)


def tell(event: str, **more: object) -> None:
    """Print a line."""
    print(json.dumps({"event": event, **more}), flush=True)


if __name__ == "__main__":
    main()

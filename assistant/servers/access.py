"""What a server is to get of ours: variables of the environment, and a token; nothing else.

Flows in: the settings of a server, and the environment. Flows out: what its command starts with,
its address, its secret. Raises ServerUnusable with what to do. Refuses to know: the protocol.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from pydantic import SecretStr

from assistant.servers.values import ServerUnusable

if TYPE_CHECKING:
    from collections.abc import Mapping

    from assistant.config_tools import McpServerConfig

USUAL: Final = (
    "APPDATA", "HOME", "HOMEDRIVE", "HOMEPATH", "LANG", "LC_ALL", "LC_CTYPE", "LOCALAPPDATA",
    "LOGNAME", "PATH", "PATHEXT", "PROGRAMFILES", "SHELL", "SYSTEMDRIVE", "SYSTEMROOT", "TEMP",
    "TERM", "TMP", "TMPDIR", "TZ", "USER", "USERNAME", "USERPROFILE",
)  # fmt: skip
"""Variables that every command gets: where programs, the home and the time zone are."""


def check(server: str, config: McpServerConfig) -> None:
    """Raise ServerUnusable for settings that do not say how to reach the server."""
    table = f"[mcp.servers.{server}]"
    if bool(config.command) == bool(config.url):
        what = "both" if config.url else "neither"
        raise ServerUnusable(
            f"{table} has {what} of command and url. Give it one of them: a program to start, "
            'or an address such as "http://homeassistant.local:8123/api/mcp".'
        )
    if config.token_env and not config.url:
        raise ServerUnusable(
            f"{table} token_env is for an address. A command gets variables by env: "
            f'env = ["{config.token_env}"].'
        )
    if config.url and not _is_address(config.url):
        shown = config.url.rpartition("@")[2]  # what stands before it is a secret
        raise ServerUnusable(
            f"{table} url = {shown!r} is no address. It begins with http:// or https://, and no "
            "user name or password stands in it."
        )


def variables(
    server: str, config: McpServerConfig, environment: Mapping[str, str]
) -> dict[str, str]:
    """What the command gets of the environment. Raises ServerUnusable where a variable is missing.

    A value that begins with `()` is a function of a shell, which nobody needs.
    """
    missing = [name for name in config.env if name not in environment]
    if missing:
        raise ServerUnusable(
            f"[mcp.servers.{server}] env: the environment has no {' and no '.join(missing)}. "
            "Set it where the assistant is started, and start it again."
        )
    return {
        name: value
        for name in (*USUAL, *config.env)
        if (value := environment.get(name)) is not None and not value.startswith("()")
    }


def token(server: str, config: McpServerConfig, environment: Mapping[str, str]) -> SecretStr | None:
    """The bearer token for the address, if it needs one. Raises ServerUnusable."""
    if not config.token_env:
        return None
    secret = environment.get(config.token_env, "").strip()
    where = f"[mcp.servers.{server}] token_env: "
    if not secret:
        raise ServerUnusable(
            f"{where}the environment has no {config.token_env}. Put the token there, where the "
            "assistant is started, and start it again."
        )
    if not secret.isascii() or not secret.isprintable() or " " in secret:
        raise ServerUnusable(
            f"{where}what is in {config.token_env} holds a space, a line break or a character that "
            "no token has. Copy it again, in one piece."
        )
    return SecretStr(secret)


def _is_address(url: str) -> bool:
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError:
        return False
    return parts.scheme in {"http", "https"} and bool(parts.hostname) and "@" not in parts.netloc

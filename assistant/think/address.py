"""The gateway's address: whether it is near, and what may travel there.

Flows in: `[gateway] base_url` and the key. Flows out: the header that carries the key, or a
refusal. Refuses to know: HTTP clients, the network (no name is looked up).
"""

from __future__ import annotations

import ipaddress
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from assistant.errors import ConfigError
from assistant.think.gateway_errors import Insecure, NoKey, Unauthorized

if TYPE_CHECKING:
    from pydantic import SecretStr


class Address:
    """Where the gateway is."""

    def __init__(self, base_url: str) -> None:
        """The address up to and including the version. Raises ConfigError."""
        try:
            parts = urlsplit(base_url)
            host, _ = parts.hostname, parts.port
        except ValueError as error:
            raise ConfigError(
                f"[gateway] base_url = {base_url!r} is no address: {error}."
            ) from error
        odd = not base_url.isprintable() or " " in base_url or "@" in parts.netloc
        if (
            parts.scheme not in {"http", "https"}
            or not host
            or parts.query
            or parts.fragment
            or odd
        ):
            raise ConfigError(
                f"[gateway] base_url = {base_url!r} is no address of a server. "
                "Write it like https://ai-gateway.vercel.sh/v1."
            )
        self.base = base_url.rstrip("/")
        self.host = host
        self.netloc = parts.netloc.rpartition("@")[2]
        """The host with its port, as it was written."""
        self.encrypted = parts.scheme == "https"
        self.local = is_local(host)

    def authorization(self, key: SecretStr | None) -> dict[str, str]:
        """The header with the key; none for a local server without one.

        Raises NoKey, Insecure or Unauthorized where the key is missing, may not go there, or
        cannot be one.
        """
        if key is None:
            if self.local:
                return {}
            raise NoKey(
                f"There is no key for {self.host}. Set AI_GATEWAY_API_KEY (or VERCEL_OIDC_TOKEN)."
            )
        if not self.encrypted and not self.local:
            raise Insecure(
                f"The key is not sent to {self.host} over plain http. "
                "Give [gateway] base_url an https address."
            )
        secret = key.get_secret_value()
        if not secret or not secret.isascii() or not secret.isprintable() or " " in secret:
            raise Unauthorized(
                "The key is empty, or holds a space, a line break or a character that no key has. "
                "Copy it again, in one piece."
            )
        return {"authorization": f"Bearer {secret}"}


def is_local(host: str) -> bool:
    """Whether a host is this machine or in this home: loopback, private, `*.local`, or one word."""
    name = host.rstrip(".").lower()
    try:
        address = ipaddress.ip_address(name.partition("%")[0])
    except ValueError:
        return "." not in name or name.endswith((".local", ".localhost"))
    return address.is_loopback or address.is_private or address.is_link_local

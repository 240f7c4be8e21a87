"""The gateway's key, from the environment or the system's keyring; nothing else holds a secret.

Flows out: a `SecretStr`, which shows itself nowhere. Refuses to know: what it opens.
"""

from __future__ import annotations

import os

from pydantic import SecretStr

from assistant.errors import ConfigError

KEY_VARIABLES = ("AI_GATEWAY_API_KEY", "VERCEL_OIDC_TOKEN")
"""Where the gateway's key is looked for, in this order; then in the keyring."""
KEYRING_SERVICE = "assistant"
"""The keyring entry is this service with the first key variable as its user."""


def gateway_key() -> SecretStr | None:
    """The gateway's key from the environment, else the keyring; None where there is none."""
    for variable in KEY_VARIABLES:
        if value := os.environ.get(variable, "").strip():
            return _checked(value, variable)
    import keyring  # noqa: PLC0415  # slow to import, and rarely needed
    from keyring.errors import KeyringError  # noqa: PLC0415

    try:
        stored = keyring.get_password(KEYRING_SERVICE, KEY_VARIABLES[0])
    except KeyringError:  # a machine without a keyring has no key in it
        return None
    return _checked(stored.strip(), "the keyring") if stored and stored.strip() else None


def _checked(key: str, source: str) -> SecretStr:
    if not key.isascii() or not key.isprintable() or " " in key:
        raise ConfigError(
            f"The key in {source} holds a space, a line break or a character that no key has. "
            "Copy it again, in one piece.",
            spoken="My key for the gateway is damaged. Please copy it again, in one piece.",
        )
    return SecretStr(key)

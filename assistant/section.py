"""What every table of `config.toml` has in common.

Refuses to know: what is set.
"""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict


class Section(BaseModel):
    """One table of `config.toml`. A field's docstring is its comment there, with its unit."""

    model_config = ConfigDict(
        frozen=True, extra="forbid", strict=True, use_attribute_docstrings=True
    )

"""The zone that the machine is in, by name, so that an alarm keeps its wall time.

Flows out: names and zones. Refuses to know: what time it is, other places.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from dateutil import tz

if TYPE_CHECKING:
    from datetime import datetime, tzinfo

_LOCALTIME = Path("/etc/localtime")
_FOLDER = "zoneinfo/"


def zone_name(now: datetime) -> str:
    """The name of the zone that a moment is told in, else of the machine's; empty: none is known.

    By `TZ`, or by where the system's own link leads (systemd's localtime(5)).
    """
    if isinstance(now.tzinfo, ZoneInfo) and now.tzinfo.key:
        return now.tzinfo.key
    names = [os.environ.get("TZ", "").removeprefix(":")]
    if _LOCALTIME.is_symlink():
        names.append(str(_LOCALTIME.resolve()).partition(_FOLDER)[2])
    return next((name for name in names if name and _known(name) is not None), "")


def zone_named(name: str) -> tzinfo:
    """The zone of that name; the machine's own rules where the name says nothing."""
    return (_known(name) if name else None) or tz.tzlocal()


def _known(name: str) -> ZoneInfo | None:
    try:
        return ZoneInfo(name)
    except (OSError, ValueError, KeyError):  # ZoneInfoNotFoundError is a KeyError
        return None

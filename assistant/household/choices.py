"""What was chosen by word of mouth in the place of a setting: the volume.

Flows in: a choice, with the setting that it replaces. Flows out: the choice, for as long as that
setting is what it was: whoever changes it in a file means it. Refuses to know: what is chosen.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from assistant.household.keeping import Store, moment

if TYPE_CHECKING:
    import sqlite3


class Choices(Store):
    """The choices by name. Every method raises ToolError where the storage fails."""

    async def chosen(self, name: str, setting: str) -> str | None:
        """What was chosen; None where nothing was, or the setting has been changed since."""

        def look(db: sqlite3.Connection) -> str | None:
            query = "SELECT value FROM choice WHERE name = ? AND setting = ?"
            found = db.execute(query, (name, setting)).fetchone()
            return None if found is None else str(found[0])

        return await self._do(look, durable=False)

    async def choose(self, name: str, setting: str, value: str) -> None:
        """Keep a choice, in the place of an earlier one."""

        def work(db: sqlite3.Connection) -> None:
            db.execute(
                "INSERT OR REPLACE INTO choice (name, value, setting, made) VALUES (?, ?, ?, ?)",
                (name, value, setting, moment(self._clock)),
            )

        await self._do(work)

"""What the household wants remembered, by word of mouth: "we have two cats".

Flows in: what is asked. Flows out: sentences, and how a change is taken back. Refuses to know: how
facts are kept, and which of them go along with a request.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Literal

from assistant.deeds import Deed, Risk
from assistant.household.names import told_of, words_of
from assistant.interfaces import Family
from assistant.tools.tool import FunctionTool

if TYPE_CHECKING:
    from assistant.deeds import Undo
    from assistant.household.facts import Facts
    from assistant.household.keeping import Delta

_TOLD: Final = 10
WORDS: Final = {
    "en": r"(?i)\bremember|\brecall|\bforget|\bforgot|\bmemor|\bknow about\b|\bi told you\b|"
    r"\b(?:my|our|we|us|i am|i'm)\b|\bundo\b",
    "de": r"(?i)\bmerk|\berinner|\bvergiss|\bvergess|\bmein|\bunser|\bwir\b",
    "es": r"(?i)\brecuerda|\brecuerdas|\bolvida|\bmi\b|\bnuestr|\bsomos\b",
    "fr": r"(?i)\brappelle|\bsouviens|\boublie|\bmon\b|\bma\b|\bnotre|\bnous\b",
    "id": r"(?i)\bingat|\blupa|\bkami\b|\bkita\b|\bsaya\b",
    "it": r"(?i)\bricord|\bdimentica|\bmio\b|\bmia\b|\bnostr|\bnoi\b",
    "nl": r"(?i)\bonthoud|\bherinner|\bvergeet|\bmijn\b|\bonze?\b|\bwij\b|\bwe\b",
    "pt": r"(?i)\blembra|\brecorda|\besquece|\bmeu\b|\bminha\b|\bnoss|\bnós\b",
}
"""By language, the words that make the memory's tools go out with a request."""


def memory_family(facts: Facts) -> Family:
    """The tools `recall` and `change_memory`."""

    async def recall(about: str = "") -> str:
        """Look up what the household asked to be remembered; without `about`, all of it."""
        found = await facts.recall(about)
        told = told_of([fact.text for fact in found], most=_TOLD)
        if not words_of(about):
            return f"You told me: {told}." if found else "You have not told me anything yet."
        if not found:
            return f"You have not told me anything about {about.strip(' .?!')}."
        return f"You told me: {told}."

    async def change_memory(action: Literal["remember", "forget"], text: str) -> Deed:
        """Remember or forget something lasting about the household and the people in it.

        remember: `text` is one fact, whole and in their words: "we have two cats".
        forget: `text` is the fact, or words that are in it; "everything" for all.
        """
        match action:
            case "remember":
                fact, change = await facts.remember(text)
                if change is None:
                    return Deed(f"I knew that already: {fact.text}.")
                return Deed(f"I'll remember: {fact.text}.", _undo(facts, change, "I forgot it."))
            case "forget":
                gone, change = await facts.forget(text)
                told = f"this: {gone[0].text}" if len(gone) == 1 else f"all {len(gone)} things"
                return Deed(
                    f"I have forgotten {told}.", _undo(facts, change, "I remember it again.")
                )

    tools = (FunctionTool(recall), FunctionTool(change_memory, Risk.WRITES))
    return Family("memory", tools, WORDS)


def _undo(facts: Facts, change: Delta, told: str) -> Undo:
    async def undo() -> str:
        await facts.put_back(change)
        return told

    return undo

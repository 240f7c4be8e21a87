"""The soak in short: sixty turns with random faults, a few of them said by the real voice."""

from __future__ import annotations

import random

from gateway_script import Reply
from soak_gateway import MOST_SOCKETS, Figures, soak
from soak_scenes import FAULTS, Scene, pool_words, scenes


async def test_sixty_turns_with_random_faults_keep_every_promise() -> None:
    """Each ends in speech or a spoken reason, on time, nothing twice; sockets stay level."""
    figures = await soak(60, seed=7, aloud=0.05, stall_s=0.12)
    assert [line for line in figures.wrong if line not in figures.leaks()] == []
    assert figures.more_sockets() <= MOST_SOCKETS  # memory is for the soak: others' is here too
    assert figures.whole + figures.reasons.total() + figures.interrupted == 60
    assert set(figures.faults) == set(FAULTS)
    assert figures.aloud > 0
    assert figures.tools > 20


def test_a_seed_makes_the_same_turns_again() -> None:
    """So that what went wrong can be looked at."""
    first, again, other = (scenes(random.Random(seed), 9, 0.1) for seed in (1, 1, 2))
    assert [scene.words for scene in first] == [scene.words for scene in again]
    assert [scene.words for scene in first] != [scene.words for scene in other]


def test_a_scene_goes_on_from_the_words_that_were_said() -> None:
    """With the calls that were not yet made; and with the answer once they were."""
    scene = Scene(3, ["amber", "birch"], 1, ["cedar"], [], random.Random(0))
    asked = {"role": "user", "content": scene.question}
    went_on = [{"role": "assistant", "content": "amber"}, {"role": "user", "content": "Go on."}]
    made = [{"role": "assistant", "content": "amber birch"}, {"role": "tool", "content": "Noted."}]
    replies = [scene.reply({"messages": [asked, *more]}) for more in ([], went_on, made)]
    assert all(isinstance(reply, Reply) for reply in replies)
    texts = [reply.text for reply in replies if isinstance(reply, Reply)]
    assert (texts[0], texts[1].split()[-1], texts[2]) == ("amber birch", "birch", "cedar")
    assert [len(reply.calls) for reply in replies if isinstance(reply, Reply)] == [1, 1, 0]


def test_only_a_scenes_words_are_counted() -> None:
    """Our own sentences may come again and again."""
    assert pool_words("Amber, birch. Please ask me again.") == ["amber", "birch"]


def test_growth_is_told_from_warming_up() -> None:
    """Memory and sockets are compared after the first fifth of the turns."""
    warming = Figures(memory=[10, 60, *[100.0] * 18], sockets=[3, 9, 7, 8, *[9] * 16])
    assert (warming.growth_mb(), warming.more_sockets()) == (0, 0)
    assert warming.leaks() == []
    leaking = Figures(memory=[float(n) for n in range(20)], sockets=list(range(20)))
    assert leaking.growth_mb() > 10
    assert leaking.more_sockets() > 10
    assert len(leaking.leaks()) == 2

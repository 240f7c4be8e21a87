"""How a reply claims in English that something was done; see `promise_words`.

Flows out: patterns. Refuses to know: the stream of a reply.
"""

from __future__ import annotations

import re
from typing import Final

from assistant.think.promise_words import Tongue, heads, joints

_DID: Final = (
    "set(?: up)?|added|put|created|scheduled|rescheduled|started|begun|saved|stored|recorded"
    "|removed|deleted|erased|cleared|emptied|cancell?ed|stopped|paused|resumed|restarted|reset"
    "|turned|switched|dimmed|changed|updated|adjusted|moved|renamed|sent|ordered|booked|bought"
    "|purchased|reserved|messaged|emailed|texted|posted|muted|unmuted|locked|unlocked|opened"
    "|closed|increased|decreased|raised|lowered|enabled|disabled|activated|deactivated|snoozed"
    "|dismissed|silenced|checked off|crossed (?:it |that |them )?off|marked|ticked|undone|reverted"
    "|restored|extended|shortened|logged|registered|arranged|placed|submitted|shared|forwarded"
    "|skipped|taken (?:that|it|them|care)|written (?:that|it|them|this) down|noted (?:that|it) down"
    "|made (?:a|the|your) (?:note|reminder|entry|appointment|reservation|call|list)|called"
    "|played|queued|connected|disconnected|forgotten|memorized"
)
_PAST: Final = (
    "added|created|scheduled|rescheduled|saved|removed|deleted|erased|cancell?ed|updated|muted"
    "|unmuted|snoozed|dismissed|dimmed|booked|texted|emailed|messaged|undid|crossed it off"
    "|wrote (?:that|it|them|this) down|noted (?:that|it) down|made (?:a|the) (?:note|reminder)"
    "|(?:set|put)(?: up)? (?:a|an|the|your|it|that|this|one|two|three|another|them|those|both|all)"
    r"(?! (?:rule|example|stage|scene|bar|question))|(?:set|put)(?: up)? \d+"
)
_BARE: Final = (
    "added|created|scheduled|rescheduled|saved|removed|deleted|erased|cancell?ed|updated|muted"
    "|unmuted|snoozed|dismissed|dimmed|booked|turned|switched|started|stopped|paused"
)
_ADVERB: Final = (
    "(?: (?:just|now|already|also|then|both|all|successfully|quickly|finally|simply|too|actually"
    "|(?:gone|went) ahead and|indeed|duly))*"
)
_THING: Final = (
    r"(?:timer|alarm|reminder|note|memo|list|item|event|appointment|meeting|entry|message|text"
    r"|e-?mail|call|light|lamp|volume|brightness|thermostat|heating|heater|music|radio|tv"
    r"|television|microphone|mic|door|lock|blind|shutter|curtain|fan|plug|switch|order|reservation"
    r"|booking|countdown|task|to-?do|todo|calendar|playlist)s?"
)
_WEAK: Final = (
    "turned|switched|started|stopped|paused|resumed|opened|closed|locked|unlocked|sent|moved"
    "|changed|cleared|ordered|bought|called|lowered|raised|reset|restarted|enabled|disabled|renamed"
)
_NOW: Final = (
    "set|added|created|scheduled|started|running|saved|stored|removed|deleted|cleared|cancell?ed"
    "|stopped|paused|resumed|restarted|reset|turned (?:on|off|up|down)|dimmed|muted|unmuted|locked"
    "|switched (?:on|off)|unlocked|updated|changed|moved|sent|snoozed|dismissed|undone|renamed"
    "|booked|ordered|placed|extended|adjusted|activated|enabled|disabled|ticking|under way|underway"
)
_BE: Final = (
    "(?:'s|'re| is| are| has| have| was| were)(?: now| all| both| already| just)*(?: been)?"
)
_NOT_NOW: Final = (
    "(?! (?:by|with|using|when|whenever|through|via|every|like|if|in (?:the|a|18|19|20|stone)"
    "|during|automatically|manually)\\b)"
)
_DETERMINER: Final = (
    "the|your|a|an|this|that|all|both|two|three|four|five|six|one|another|my|our|new|\\d+"
)
_CONTENT: Final = (
    r"(?! (?:[\w'-]+ ){0,4}(?:story|stories|poem|joke|riddle|summary|recipe|haiku|song|limerick"
    r"|example|examples|answer|mind|details?|topic|subject|tone|outline|draft|description|text"
    r"|sentences?|words?|letter)\b)"
)
_CLAIMS: Final = {
    "I've set a timer": (
        rf"(?:i|we)(?:'ve| have|'d)(?:{_ADVERB}) (?:{_DID})\b(?! (?:together|up with|about)\b)"
        rf"{_CONTENT}"
    ),
    "I added milk": rf"(?:i|we){_ADVERB} (?:{_PAST})\b{_CONTENT}",
    "I turned the light off": (
        rf"(?:i|we){_ADVERB} (?:{_WEAK})\b(?! to\b)(?=.*\b(?:it|that|them|{_THING})\b){_CONTENT}"
    ),
    "I'll remind you": (r"(?:i|we)(?:'ll| will) (?:remind|wake|notify|alert) you\b(?!.* if you\b)"),
    "I'm setting a timer": (
        r"(?:i'm|i am|we're) (?:now )?(?:setting|adding|starting|turning|switching|creating"
        r"|scheduling|cancell?ing|deleting|removing|sending|reminding|saving)\b"
        rf"(?=.*\b(?:it|that|them|{_THING})\b)"
    ),
    "Your alarm is set": (
        rf"(?:(?:{_DETERMINER}) )?(?:[\w':.-]+ ){{0,6}}?{_THING}"
        r"(?: (?:for|to|in|at|called|named|of|about|on)\b[^,;]{0,40}?)?"
        rf"{_BE}{_ADVERB} (?:{_NOW})\b{_NOT_NOW}"
    ),
    "Timer set for ten minutes": (
        rf"(?:(?:{_DETERMINER}) )?(?:[\w':.-]+ ){{0,3}}?(?:timer|alarm|reminder|countdown)s?"
        r" (?:set|scheduled|started|cancell?ed|added|saved)\b(?=[.!,]|$| (?:for|to|at)\b)"
    ),
    "Done": r"(?:all )?done(?=[.!,;:\u2014-]|$| [\u2014\u2013-])",
    "All set": (
        r"(?:you're |you are |we're |we are |everything's |everything is )?all set"
        r"(?=[.!,;]|$| for)"
    ),
    "Consider it done": r"consider (?:it|that) done",
    "It's done": (
        rf"(?:it|that|they|everything|this)(?:{_BE}){_ADVERB} (?:done|taken care of|added|saved"
        r"|cancell?ed|deleted|removed|scheduled|turned o(?:n|ff)|switched o(?:n|ff)|muted|booked"
        r"|sent|set(?=[.!,;]|$| (?:for (?!release)|to (?:ring|go|wake)|up)))"
        rf"(?:(?= (?:to|from|on|for|and)\b|[.!,;]|$)){_NOT_NOW}"
    ),
    "Added milk to your list": (
        rf"(?:{_BARE})(?:[.!]|$| (?:it|that|them|this)\b"
        rf"| (?=.*\b(?:to|from|on|off) (?:your|the) )(?=.*\b{_THING}\b)"
        rf"| (?:a|the|your) (?:[\w'-]+ ){{0,3}}{_THING}\b)"
    ),
    "It's on your list": (
        r"(?:it|they)(?:'s|'re| is| are)(?: now| all| both)*"
        r" on (?:your|the) (?:[\w'-]+ ){0,2}list\b"
    ),
    "Counting down": r"(?:starting|counting down)(?: it)? now\b|counting down\b",
    "(milk) has been added to your list": (
        r"(?:has|have)(?: (?:now|all|both|just|already|also))* been(?: (?:now|successfully|both))*"
        rf" (?:{_NOW}|put|checked off|crossed off)\b(?=.*\b(?:your|the)\b.*\b{_THING}\b)"
    ),
    "(milk) is now on your list": r"(?:is|are) now on (?:your|the) (?:[\w'-]+ ){0,2}list\b",
    "(milk) was added to your list": (
        r"was (?:just )?(?:added|removed|deleted) (?:to|from) (?:your|the) (?:[\w'-]+ ){0,2}list\b"
    ),
}
"""By an example; what stands in brackets has passed."""
ENGLISH: Final = Tongue(
    heads=heads(
        "i|i've|i'm|i'll|i'd|we|we've|we're|we'll|the|your|a|an|this|that|that's|it|it's|it'll|all"
        "|both|two|three|four|five|six|one|another|my|our|new|done|added|created|scheduled|saved"
        "|removed|deleted|canceled|cancelled|updated|muted|unmuted|snoozed|turned|switched|started"
        "|stopped|paused|timer|alarm|reminder|countdown|timers|alarms|reminders|you're|you|they"
        "|they're|everything|everything's|consider|starting|counting|dismissed|booked"
        "|has|have|is|are|was"
    ),
    inner=heads("has|have|is|are|was"),
    joints=joints(
        "and|so|but|then|now|ok|okay|sure|yes|alright|right|great|done|perfect|yep|yeah"
        "|certainly|absolutely|course|thing|problem|it|welcome|you|there"
    ),
    claim=re.compile("|".join(_CLAIMS.values())),
    out=re.compile(
        r"(?:i|we) (?!(?:have|had|am|will|just|now|already|also|then|both|all|successfully|quickly"
        r"|finally|simply|too|actually|gone|went|indeed|duly|make|made|undid|crossed|wrote|noted"
        rf"|set|put|{_BARE}|erased|emailed|messaged|texted|{_WEAK})\b)[\w'-]+[^\w'-]"
        r"|(?:is|are|was|has|have) (?!(?:now|just|all|both|already|also|been|added|removed|deleted)"
        r"\b)[\w'-]+[^\w'-]"
        r"|(?:it|that|this|they)(?:'s|'re| is| are) (?!(?:now|all|both|already|just|been|done|taken"
        r"|added|saved|cancell?ed|deleted|removed|scheduled|turned|switched|muted|booked|sent|set"
        r"|indeed|duly|successfully|quickly|finally|simply|too|actually|also|on|then|gone|went)\b)"
        r"[\w'-]+[^\w'-]"
        r"|(?:you|consider) (?!are\b|it\b|that\b)[\w'-]+[^\w'-]"
        r"|(?:the|your|a|an|this|my|our|new) [\w'-]+ (?:will|would|can|could|should|may|might|must"
        r"|does|do|did|had)[^\w'-]"
    ),
    unless=re.compile(
        r"\b(?:if|unless|whenever|when|once|every time|each time|until|suppose|imagine|pretend"
        r"|says?|said|told|saying|example|instance|whether|would|could)\b"
    ),
    earlier=re.compile(
        r"\b(?:earlier|before|already|yesterday|ago|last (?:time|night|week)|previously"
        r"|this morning|still|a moment ago|just now)\b"
    ),
    asks=re.compile(
        r"(?:(?:hey|ok|okay|so|and|but|well|oh|please|hm) )*(?:what|when|which|who|whose|where|how"
        r"|why|did|do|does|have|has|is|are|was|were|any|tell me|read|repeat|list|say that|remind me"
        r" wh|show|my|whats|what's|when's|how's)\b"
    ),
)

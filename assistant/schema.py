"""The tables of the assistant's file, and how an older file gets them.

Flows out: SQL. Refuses to know: who writes and reads the rows. Each family that keeps something
adds its script at the end of `MIGRATIONS`.
"""

from __future__ import annotations

_GATEWAY = """
-- a row for each request, written as it is sent
CREATE TABLE gateway_sent (
    id INTEGER PRIMARY KEY,
    at TEXT NOT NULL,               -- UTC, ISO 8601
    left INTEGER NOT NULL,          -- 0: to this very machine
    method TEXT NOT NULL,
    path TEXT NOT NULL,
    host TEXT NOT NULL,
    model TEXT NOT NULL,            -- that was asked; empty where none was
    size INTEGER NOT NULL,          -- bytes of the body
    text_chars INTEGER NOT NULL,
    images INTEGER NOT NULL,
    image_bytes INTEGER NOT NULL,
    files INTEGER NOT NULL,
    file_bytes INTEGER NOT NULL,
    tools INTEGER NOT NULL
) STRICT;

-- a row for each request that was over before the program was
CREATE TABLE gateway_outcome (
    request INTEGER PRIMARY KEY REFERENCES gateway_sent (id),
    at TEXT NOT NULL,
    status INTEGER,                 -- HTTP; NULL: no response
    error TEXT NOT NULL,            -- its kind; empty: none
    cost_usd REAL                   -- NULL: not told
) STRICT;

-- a row for each request that a model began to answer
CREATE TABLE gateway_usage (
    request INTEGER PRIMARY KEY REFERENCES gateway_sent (id),
    at TEXT NOT NULL,
    day TEXT NOT NULL,              -- local
    model TEXT NOT NULL,            -- that answered
    prompt_tokens INTEGER,          -- NULL: not told
    completion_tokens INTEGER,
    cost_usd REAL
) STRICT;
CREATE INDEX gateway_usage_day ON gateway_usage (day);

-- Rows are added, and that is all. INSERT OR REPLACE deletes without asking the trigger for it, so
-- that a third one asks whether the row is there.
CREATE TRIGGER gateway_sent_update BEFORE UPDATE ON gateway_sent
BEGIN SELECT RAISE(ABORT, 'the record is append-only'); END;
CREATE TRIGGER gateway_sent_delete BEFORE DELETE ON gateway_sent
BEGIN SELECT RAISE(ABORT, 'the record is append-only'); END;
CREATE TRIGGER gateway_sent_replace BEFORE INSERT ON gateway_sent
WHEN EXISTS (SELECT 1 FROM gateway_sent WHERE id = NEW.id)
BEGIN SELECT RAISE(ABORT, 'the record is append-only'); END;

CREATE TRIGGER gateway_outcome_update BEFORE UPDATE ON gateway_outcome
BEGIN SELECT RAISE(ABORT, 'the record is append-only'); END;
CREATE TRIGGER gateway_outcome_delete BEFORE DELETE ON gateway_outcome
BEGIN SELECT RAISE(ABORT, 'the record is append-only'); END;
CREATE TRIGGER gateway_outcome_replace BEFORE INSERT ON gateway_outcome
WHEN EXISTS (SELECT 1 FROM gateway_outcome WHERE request = NEW.request)
BEGIN SELECT RAISE(ABORT, 'the record is append-only'); END;

CREATE TRIGGER gateway_usage_update BEFORE UPDATE ON gateway_usage
BEGIN SELECT RAISE(ABORT, 'the record is append-only'); END;
CREATE TRIGGER gateway_usage_delete BEFORE DELETE ON gateway_usage
BEGIN SELECT RAISE(ABORT, 'the record is append-only'); END;
CREATE TRIGGER gateway_usage_replace BEFORE INSERT ON gateway_usage
WHEN EXISTS (SELECT 1 FROM gateway_usage WHERE request = NEW.request)
BEGIN SELECT RAISE(ABORT, 'the record is append-only'); END;
"""

MIGRATIONS: tuple[str, ...] = (_GATEWAY,)
"""Script number n brings a file from version n to n + 1. What was shipped is never changed."""

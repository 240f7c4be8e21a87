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

_TIMERS = """
CREATE TABLE timer (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    kind TEXT NOT NULL,             -- timer; alarm or reminder: one that was snoozed
    name TEXT NOT NULL,             -- or what to say; empty where it has none
    length_s REAL NOT NULL,         -- as it was set
    left_s REAL NOT NULL,           -- what was left at `anchored`
    anchored TEXT NOT NULL,         -- UTC, ISO 8601
    ends TEXT,                      -- UTC, ISO 8601; NULL: it is paused
    rang INTEGER NOT NULL           -- 1: it has begun to ring
) STRICT;

CREATE TABLE alarm (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    kind TEXT NOT NULL,             -- alarm or reminder
    words TEXT NOT NULL,            -- what to say; empty where it has none
    first TEXT NOT NULL,            -- local wall time, ISO 8601
    zone TEXT NOT NULL,             -- its name
    rule TEXT NOT NULL,             -- RRULE; empty: once
    done TEXT,                      -- wall time of the last that rang
    skipped TEXT,                   -- wall time of the last that shall not ring
    rang TEXT                       -- wall time of the one that rings
) STRICT;

-- what rang until it gave up, and nobody was told yet
CREATE TABLE missed (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    kind TEXT NOT NULL,
    words TEXT NOT NULL,
    due TEXT NOT NULL               -- UTC, ISO 8601
) STRICT;
"""

_NOTES = """
CREATE TABLE note (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    uid TEXT NOT NULL UNIQUE DEFAULT (lower(hex(randomblob(8)))),  -- the same in every copy
    title TEXT NOT NULL,
    text TEXT NOT NULL,
    made TEXT NOT NULL,             -- UTC, ISO 8601
    changed TEXT NOT NULL
) STRICT;

CREATE TABLE list (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    name TEXT NOT NULL,             -- as it is read out
    key TEXT NOT NULL UNIQUE,       -- as it is compared
    made TEXT NOT NULL
) STRICT;

CREATE TABLE list_item (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    list INTEGER NOT NULL REFERENCES list (id) ON DELETE CASCADE,
    text TEXT NOT NULL,
    key TEXT NOT NULL,
    done INTEGER NOT NULL CHECK (done IN (0, 1)),
    made TEXT NOT NULL,
    UNIQUE (list, key)
) STRICT;

CREATE TABLE fact (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    text TEXT NOT NULL,
    key TEXT NOT NULL UNIQUE,
    made TEXT NOT NULL
) STRICT;

-- Words are found whole, by their stems and without accents: what is spoken comes as whole words,
-- so that trigrams, which find parts of words, would miss `tv` and bring up `eye` for `key`.
CREATE VIRTUAL TABLE note_words USING fts5(
    title, text, content='note', content_rowid='id', tokenize='porter unicode61 remove_diacritics 2'
);
CREATE TRIGGER note_added AFTER INSERT ON note BEGIN
    INSERT INTO note_words (rowid, title, text) VALUES (NEW.id, NEW.title, NEW.text);
END;
CREATE TRIGGER note_deleted AFTER DELETE ON note BEGIN
    INSERT INTO note_words (note_words, rowid, title, text)
    VALUES ('delete', OLD.id, OLD.title, OLD.text);
END;
CREATE TRIGGER note_changed AFTER UPDATE ON note BEGIN
    INSERT INTO note_words (note_words, rowid, title, text)
    VALUES ('delete', OLD.id, OLD.title, OLD.text);
    INSERT INTO note_words (rowid, title, text) VALUES (NEW.id, NEW.title, NEW.text);
END;

CREATE VIRTUAL TABLE fact_words USING fts5(
    text, content='fact', content_rowid='id', tokenize='porter unicode61 remove_diacritics 2'
);
CREATE TRIGGER fact_added AFTER INSERT ON fact BEGIN
    INSERT INTO fact_words (rowid, text) VALUES (NEW.id, NEW.text);
END;
CREATE TRIGGER fact_deleted AFTER DELETE ON fact BEGIN
    INSERT INTO fact_words (fact_words, rowid, text) VALUES ('delete', OLD.id, OLD.text);
END;
CREATE TRIGGER fact_changed AFTER UPDATE ON fact BEGIN
    INSERT INTO fact_words (fact_words, rowid, text) VALUES ('delete', OLD.id, OLD.text);
    INSERT INTO fact_words (rowid, text) VALUES (NEW.id, NEW.text);
END;
"""

_WEATHER = """
-- the last answers of the weather service, as they came: for the time without a network
CREATE TABLE weather_answer (
    question TEXT PRIMARY KEY,      -- a place's name, or its coordinates
    at TEXT NOT NULL,               -- UTC, ISO 8601
    answer TEXT NOT NULL            -- JSON
) STRICT;
"""

_CHOICES = """
-- what was chosen by voice in the place of a setting
CREATE TABLE choice (
    name TEXT PRIMARY KEY,
    value TEXT NOT NULL,
    setting TEXT NOT NULL,          -- as it was then; once it is another, the choice is void
    made TEXT NOT NULL              -- UTC, ISO 8601
) STRICT;
"""

MIGRATIONS: tuple[str, ...] = (_GATEWAY, _TIMERS, _NOTES, _WEATHER, _CHOICES)
"""Script number n brings a file from version n to n + 1. What was shipped is never changed."""

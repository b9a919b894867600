-- SPDX-License-Identifier: MIT
-- The ledger, first schema. Append-only: facts (event, candidate) are never changed; opinions (verdict, decision) are
-- added beside them by runs. Times are Unix seconds, UTC; NULL is "unknown" or "not said".
-- Enumerations are stored by their names in records ("Permanent/NoEmail", "verp"), as numbers of table `name`:
-- small as integers, and independent of the order in any version's source.

CREATE TABLE name (
    id   INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE
) STRICT;

-- Texts that repeat: MTAs, rules, matched words, campaigns, readers.
CREATE TABLE text (
    id   INTEGER PRIMARY KEY,
    text TEXT NOT NULL UNIQUE
) STRICT;

CREATE TABLE run (
    id      INTEGER PRIMARY KEY,
    command TEXT NOT NULL,
    started INTEGER NOT NULL,
    version TEXT NOT NULL
) STRICT;

CREATE TABLE count (
    run   INTEGER NOT NULL REFERENCES run,
    name  TEXT NOT NULL,
    value INTEGER NOT NULL,
    PRIMARY KEY (run, name)
) STRICT, WITHOUT ROWID;

-- A file, or a member inside a packed one (empty: the file itself).
CREATE TABLE source (
    id     INTEGER PRIMARY KEY,
    path   TEXT NOT NULL,
    member TEXT NOT NULL,
    UNIQUE (path, member)
) STRICT;

-- One recipient's fate as one message told it.
CREATE TABLE event (
    id                  INTEGER PRIMARY KEY,
    digest              BLOB NOT NULL UNIQUE, -- first 16 bytes of SHA-256 over message and recipient
    run                 INTEGER NOT NULL REFERENCES run,
    source              INTEGER NOT NULL REFERENCES source,
    offset              INTEGER NOT NULL,
    kind                INTEGER NOT NULL,     -- name
    time                INTEGER,
    smtp_code           INTEGER,
    status              TEXT,
    recipient           TEXT,
    original_recipient  TEXT,
    failed_recipient    TEXT,
    returned_to         TEXT,
    diagnostic          TEXT,
    prose               TEXT,                 -- only where the diagnostic says nothing: to judge again
    message_id          TEXT,
    returned_message_id TEXT,
    envelope_id         TEXT,
    action              INTEGER,              -- text, as are the following
    command             INTEGER,
    reporting_mta       INTEGER,
    remote_mta          INTEGER,
    feedback_type       INTEGER,
    campaign            INTEGER,
    reader              INTEGER
) STRICT;

-- Whom it may be about, in the order in which that became known. The id is event << 16 | n (n = 0, 1 …): rows of one event
-- lie together, and adding at the end is what SQLite does fastest.
CREATE TABLE candidate (
    id     INTEGER PRIMARY KEY,
    step   INTEGER NOT NULL,                  -- name
    is_id  INTEGER NOT NULL,                  -- 1: the key is a subscriber's id, 0: an address key
    key    TEXT,                              -- NULL: the same as in the row before
    scheme INTEGER                            -- text
) STRICT;
CREATE INDEX candidate_key ON candidate (key) WHERE key IS NOT NULL;

-- What a ruleset made of it. The id is event << 16 | n; the last verdict is in force.
CREATE TABLE verdict (
    id      INTEGER PRIMARY KEY,
    run     INTEGER NOT NULL,                 -- run
    ruleset INTEGER,                          -- text: SHA-256 of the rules
    class   INTEGER NOT NULL,                 -- name
    fault   INTEGER NOT NULL,                 -- name
    rule    INTEGER,                          -- text
    matched INTEGER                           -- text
) STRICT;

-- The id is run << 32 | n: those of a run lie together, and need no index of their own.
CREATE TABLE decision (
    id          INTEGER PRIMARY KEY,
    run         INTEGER NOT NULL REFERENCES run,
    key         TEXT NOT NULL,
    row         INTEGER NOT NULL,
    action      INTEGER NOT NULL,             -- name
    retry_after INTEGER,
    decided_by  INTEGER REFERENCES event,
    kind        INTEGER NOT NULL,             -- name
    class       INTEGER NOT NULL,             -- name
    last_bounce INTEGER,
    why         INTEGER NOT NULL              -- text: one sentence serves many
) STRICT;
CREATE INDEX decision_key ON decision (key);

CREATE TABLE output (
    id     INTEGER PRIMARY KEY,
    run    INTEGER NOT NULL REFERENCES run,
    path   TEXT NOT NULL,
    digest TEXT NOT NULL
) STRICT;
CREATE INDEX output_path ON output (path);

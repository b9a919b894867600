-- SPDX-License-Identifier: MIT
-- Taking runs back. Nothing of a run is deleted: it is no longer in force. A run is in force unless a run that is in force
-- took it back; as that is always a later one, reading the table backwards settles all.

CREATE TABLE undo (
    run    INTEGER PRIMARY KEY REFERENCES run ON DELETE CASCADE,
    undone INTEGER NOT NULL REFERENCES run ON DELETE CASCADE,
    final  INTEGER NOT NULL                   -- 1: what it had read stays out of force, even if it is read again
) STRICT;

-- An event whose own run is not in force, read again by another one.
CREATE TABLE again (
    event INTEGER NOT NULL REFERENCES event ON DELETE CASCADE,
    run   INTEGER NOT NULL REFERENCES run ON DELETE CASCADE,
    PRIMARY KEY (event, run)
) STRICT, WITHOUT ROWID;

-- Candidates that other runs than the event's own added to it.
CREATE TABLE later_candidate (
    candidate INTEGER NOT NULL REFERENCES candidate ON DELETE CASCADE,
    run       INTEGER NOT NULL REFERENCES run ON DELETE CASCADE,
    PRIMARY KEY (candidate, run)
) STRICT, WITHOUT ROWID;

-- Files that a run replaced. NULL as a digest: no file.
CREATE TABLE replaced (
    run    INTEGER NOT NULL REFERENCES run ON DELETE CASCADE,
    path   TEXT NOT NULL,                     -- absolute, links followed
    before TEXT,                              -- digest of what was there
    after  TEXT,                              -- digest of what the run put there
    kept   TEXT,                              -- where the bytes of `before` are kept; NULL: no longer
    PRIMARY KEY (run, path)
) STRICT, WITHOUT ROWID;
CREATE INDEX replaced_path ON replaced (path, run);

-- Renames that a run which is stored has still to do: a killed one leaves them to the next.
CREATE TABLE pending (
    id     INTEGER PRIMARY KEY,
    source TEXT NOT NULL,
    target TEXT NOT NULL,
    moved  TEXT NOT NULL,                     -- digest of what is moved
    before TEXT                               -- digest of what the target was then; NULL: no file
) STRICT;

-- Which list a run cleaned, by absolute path.
CREATE TABLE cleaned (
    run  INTEGER PRIMARY KEY REFERENCES run ON DELETE CASCADE,
    path TEXT NOT NULL
) STRICT;
CREATE INDEX cleaned_path ON cleaned (path);

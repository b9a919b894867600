-- SPDX-License-Identifier: MIT
-- Whom winnow was told to forget. Nothing here says who it is: only somebody who has an address can ask whether it is
-- among them. What a run that was taken back forgot may be known again.

-- HMAC-SHA-256 keys the hashes, so that they cannot be compared with those of another ledger.
CREATE TABLE secret (
    id  INTEGER PRIMARY KEY CHECK (id = 1),
    key BLOB NOT NULL
) STRICT;

CREATE TABLE forgotten (
    hash    BLOB PRIMARY KEY,
    run     INTEGER NOT NULL REFERENCES run,
    removed INTEGER NOT NULL                  -- 1: the last decision had been to remove, and that holds
) STRICT, WITHOUT ROWID;

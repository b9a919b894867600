-- SPDX-License-Identifier: MIT
-- What was read of the archives, so that nothing is read twice without need. A position says nothing of the evidence:
-- without it a file is read anew, and what it tells is known already.

-- A directory; the cur of a Maildir stands for its new too. Files are read anew under other schemes of attribution
-- (`how`: their digest) and by another version.
CREATE TABLE folder (
    id      INTEGER PRIMARY KEY,
    path    TEXT NOT NULL,                    -- absolute, without links
    how     TEXT NOT NULL,
    version TEXT NOT NULL,
    UNIQUE (path, how, version)
) STRICT;

CREATE TABLE position (
    folder  INTEGER NOT NULL REFERENCES folder ON DELETE CASCADE,
    name    BLOB NOT NULL,                    -- XXH3-128 of the name, of a Maildir message's without its flags
    run     INTEGER NOT NULL,                 -- that read it
    size    INTEGER NOT NULL,                 -- when it was read
    stamp   BLOB,                             -- XXH3-128 of inode, size and times; NULL: compare the bytes
    content BLOB,                             -- XXH3-128 of the first `size` bytes; NULL for Maildir messages
    resume  INTEGER,                          -- mbox: where the separator of the last message stands
    tail    INTEGER,                          -- bytes of the last message; NULL: it was left for the next run
    PRIMARY KEY (folder, name)
) STRICT, WITHOUT ROWID;

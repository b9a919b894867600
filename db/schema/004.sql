-- SPDX-License-Identifier: MIT
-- What policy calls the list that a run cleaned: who was removed from it is looked up when he comes back.

CREATE TABLE list (
    run  INTEGER PRIMARY KEY REFERENCES run ON DELETE CASCADE,
    name TEXT NOT NULL
) STRICT;

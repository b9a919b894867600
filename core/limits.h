/* SPDX-License-Identifier: MIT
 * Every limit of winnow, each with its reason. Sizes are bytes unless the name says otherwise. */
#ifndef WINNOW_LIMITS_H
#define WINNOW_LIMITS_H

enum {
    /* A pool block larger than this goes back to the system at a reset: one huge message must not stay resident. */
    LIMIT_POOL_KEPT = 1024 * 1024,
    /* Bytes of one message that are looked at. Reports with the whole original come to 50 MB at providers' own limits;
     * what names recipient and cause stands at the front, so a longer message is read up to here, with a notice. */
    LIMIT_MESSAGE = 32 * 1024 * 1024,
    /* Headers of one block (RFC 5322 sets none; Postfix's header_size_limit is 100 KB of text). */
    LIMIT_HEADER_BLOCK = 256 * 1024,
    LIMIT_HEADERS = 1000,
    /* Depth and number of MIME parts (Postfix's mime_nesting_limit is 100; no bounce needs more than about six). */
    LIMIT_MIME_DEPTH = 32,
    LIMIT_MIME_PARTS = 200,
    /* Decoded text of one part that readers and rules look at: the cause stands within the first pages. */
    LIMIT_PART_TEXT = 512 * 1024,
    /* Recipients of one report: a report lists the recipients of one transaction; Postfix sends 1,000 at most. */
    LIMIT_RECIPIENTS = 5000,
    /* A diagnostic as stored and shown; replies of several lines stay far below (RFC 5321 4.5.3.1.5: 512 a line). */
    LIMIT_DIAGNOSTIC = 4096,
    /* Text before rules are asked: a diagnostic and the prose around the recipient. */
    LIMIT_CLASSIFIED_TEXT = 16 * 1024,
    /* RFC 5321 4.5.3.1: local part 64, domain 255, and one byte each for '@', '<', '>'; twice that for xtext and VERP.
     */
    LIMIT_ADDRESS = 640,
    /* Packed files inside packed files: mail.tar.gz of mbox.gz of message.zip is three. */
    LIMIT_PACK_DEPTH = 5,
    /* Unpacked size of one packed file against bombs, and how many times its packed size that may be (text reaches 30).
     */
    LIMIT_UNPACK_RATIO = 1000,
    /* Below this the ratio is not asked: so much harms nobody, and a few alike messages pack very well. */
    LIMIT_UNPACK_FREE = 64 * 1024 * 1024,
    LIMIT_PACK_MEMBERS = 10 * 1000 * 1000,
    /* Messages and bytes of one batch: large enough to hide hand-over, small enough that a batch a worker stays in
       cache. */
    LIMIT_BATCH_MESSAGES = 256,
    LIMIT_BATCH_BYTES = 1024 * 1024,
    LIMIT_JOBS = 64,
    /* Directories inside directories; each costs an open file. */
    LIMIT_TREE_DEPTH = 64,
    /* A CSV row: a notes column may be long; an unclosed quote must not swallow a list of gigabytes. */
    LIMIT_CSV_ROW = 1024 * 1024,
    LIMIT_CSV_COLUMNS = 4096,
    /* Notices kept of one message; further ones are counted. */
    LIMIT_NOTICES = 8,
    /* A configuration, policy or rule file. */
    LIMIT_CONFIG_FILE = 4 * 1024 * 1024,
    /* A file of protected addresses: a whole list may be in it. */
    LIMIT_PROTECT_FILE = 256 * 1024 * 1024,
};

/* Bytes that one packed file may unpack to in all. An archive of a year's bounces is a few gigabytes. */
#define LIMIT_UNPACKED ((guint64)64 * 1024 * 1024 * 1024)

#endif

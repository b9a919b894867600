/* SPDX-License-Identifier: MIT */
#include "tests/archive/collect.h"

#define NEXT "From MAILER-DAEMON Sat Jul  9 12:08:34 2011\n"
/* The times of files in these tests are of now: a run that began an hour from now may rely on them. */
#define LATER ((gint64)3600 * 1000 * 1000 * 1000)

/* What a ledger would hold: messages by their bytes, and what is remembered of files. */
struct memory {
    struct tree tree;
    GHashTable *messages; /* char * -> how often it was handed on */
    struct positions *last;
    guint64 files, bytes; /* left out by the last run */
    guint read, troubles; /* by the last run */
};

static void keep_messages(struct memory *memory, const struct raw *raw)
{
    struct view bytes = raw->bytes; /* as the ledger's digest: without line ends behind the last line */
    while (bytes.len > 0 && bytes.data[bytes.len - 1] == '\n')
        bytes.len--;
    g_autofree char *text = view_dup(bytes);
    gsize count = GPOINTER_TO_SIZE(g_hash_table_lookup(memory->messages, text));
    if (raw->withdrawn) {
        g_hash_table_remove(memory->messages, text);
        return;
    }
    memory->read++;
    g_hash_table_insert(memory->messages, g_steal_pointer(&text), GSIZE_TO_POINTER(count + 1));
}

static bool keep_batch(struct batch *batch, void *user, GError **error)
{
    struct memory *memory = user;
    (void)error;
    for (size_t i = 0; i < batch->count; i++) {
        if (batch->raws[i].trouble.len > 0)
            memory->troubles++;
        else
            keep_messages(memory, &batch->raws[i]);
    }
    return true;
}

static void do_nothing(struct batch *batch, void *worker, void *user)
{
    (void)batch, (void)worker, (void)user;
}

static gint by_name(gconstpointer a, gconstpointer b)
{
    return position_compare(&((const struct position *)a)->name, &((const struct position *)b)->name);
}

/* As db/positions.c does: what was read replaces what was known, what is gone from a whole folder is dropped. */
static bool carry_over(struct position_folder *folder, void *user, GError **error)
{
    struct positions *into = user;
    (void)error;
    g_autoptr(GArray) all = g_array_new(FALSE, FALSE, sizeof(struct position));
    bool whole = folder->whole[0] && (!folder->maildir || folder->whole[1]);
    g_array_append_vals(all, folder->read->data, folder->read->len);
    for (guint i = 0; i < folder->known->len; i++) {
        const struct position *known = &g_array_index(folder->known, struct position, i);
        bool again = false;
        for (guint k = 0; k < folder->read->len; k++)
            again |= by_name(known, &g_array_index(folder->read, struct position, k)) == 0;
        if (!again && (folder->seen->data[i] || !whole))
            g_array_append_val(all, *known);
    }
    g_array_sort(all, by_name);
    struct position_folder *kept = positions_folder(into, folder->path);
    for (guint i = 0; i < all->len; i++)
        position_load(kept, &g_array_index(all, struct position, i));
    return true;
}

/* Reads `name` in the tree as the next nightly run would. */
static void read_again(struct memory *memory, const char *name, gint64 began, bool all)
{
    g_autofree char *path = *name ? tree_path(&memory->tree, name) : g_strdup(memory->tree.root);
    const char *paths[] = {path, NULL};
    struct positions *positions = positions_new(paths, g_get_real_time() * 1000 + began, all);
    if (memory->last)
        positions_each(memory->last, carry_over, positions, NULL);
    positions_free(memory->last);
    memory->last = positions;
    memory->read = memory->troubles = 0;
    const struct pipeline_calls calls = {.work = do_nothing, .write = keep_batch, .user = memory};
    const struct pipeline_options options = {.jobs = 1, .positions = positions};
    g_assert_true(pipeline_run(paths, &options, &calls, NULL));
    positions_counted(positions, &memory->files, &memory->bytes);
}

static void memory_forget(struct memory *memory)
{
    positions_free(memory->last);
    memory->last = NULL;
    g_hash_table_remove_all(memory->messages);
}

static void memory_make(struct memory *memory)
{
    *memory = (struct memory){.messages = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL)};
    tree_make(&memory->tree);
}

static void memory_end(struct memory *memory)
{
    memory_forget(memory);
    g_hash_table_unref(memory->messages);
    tree_remove(&memory->tree);
}

static gint by_text(gconstpointer a, gconstpointer b)
{
    return strcmp(a, b);
}

static char *messages_of(const struct memory *memory)
{
    g_autoptr(GList) keys = g_list_sort(g_hash_table_get_keys(memory->messages), by_text);
    GString *text = g_string_new(NULL);
    for (GList *key = keys; key; key = key->next)
        g_string_append_printf(text, "<%s>\n", (const char *)key->data);
    return g_string_free(text, FALSE);
}

static void append(const struct memory *memory, const char *name, struct view bytes)
{
    g_autofree char *path = tree_path(&memory->tree, name);
    FILE *file = fopen(path, "ab");
    g_assert_nonnull(file);
    if (bytes.len > 0)
        g_assert_cmpuint(fwrite(bytes.data, 1, bytes.len, file), ==, bytes.len);
    fclose(file);
}

/* mboxo with LF, a body with a quoted and an unquoted 'From ', mboxcl, CRLF, no empty line at the end, '>From '. */
static const char *const boxes[] = {
    FROM "Subject: one\n\nbody\n\n" NEXT "Subject: two\n\nFrom here on\n\n>From there\n\nFrom everywhere\n\n" FROM
         "Subject: three\n\nlast\n\n",
    FROM "Subject: one\n\nbody\n\n" NEXT "Content-Length: 14\n\nfirst\n\nsecond\n\n" NEXT
         "Content-Length: 0\nSubject: lies\n\nx\n\n" FROM "Subject: four\n\n\n\n\nend\n",
    "From a Fri Jul  8 12:08:34 2011\r\nSubject: one\r\n\r\nbody\r\n\r\nFrom a Fri Jul  8 12:08:34 2011\r\nSubject: "
    "two\r\n\r\nbody\r\n\r\nFrom a Fri Jul  8 12:08:34 2011\r\nSubject: three\r\n\r\nbody",
    "\n\n" FROM ">From x Fri Jul  8 12:08:34 2011\nSubject: one\n\nbody\n\n" NEXT "\nno headers\n\n" NEXT NEXT
    "Subject: three\n\n",
};

static void a_mailbox_that_grows_at_any_byte_gives_what_it_gives_whole(void)
{
    struct memory memory;
    memory_make(&memory);
    for (size_t i = 0; i < G_N_ELEMENTS(boxes); i++) {
        struct view whole = view_of(boxes[i]);
        tree_write(&memory.tree, "box", whole);
        memory_forget(&memory);
        read_again(&memory, "box", LATER, false);
        g_autofree char *wanted = messages_of(&memory);
        /* Before the first header nobody can know what it will be. */
        for (size_t cut = (size_t)(strstr(boxes[i], "Subject: one") - boxes[i]) + 8; cut <= whole.len; cut++) {
            memory_forget(&memory);
            tree_write(&memory.tree, "box", view_first(whole, cut));
            read_again(&memory, "box", LATER, false);
            append(&memory, "box", view_from(whole, cut));
            read_again(&memory, "box", LATER, false);
            g_autofree char *found = messages_of(&memory);
            if (memory.troubles == 0 && !g_str_equal(found, wanted))
                g_error("box %zu, cut at %zu:\n%s\nwanted:\n%s", i, cut, found, wanted);
        }
    }
    memory_end(&memory);
}

/* What lies behind a message that claims to go on past the end may be its text, or the claim is a lie. */
static void a_mailbox_whose_end_is_in_doubt_is_read_anew_when_it_grows(void)
{
    struct memory memory;
    memory_make(&memory);
    tree_write(&memory.tree, "box", VIEW(FROM "Subject: one\n\nbody\n\n" NEXT "Content-Length: 150\n\nquotes:\n\n"));
    append(&memory, "box", VIEW(FROM "Subject: two\n\nbody\n\n"));
    read_again(&memory, "box", LATER, false);
    g_assert_cmpuint(memory.read, ==, 3);
    append(&memory, "box",
           VIEW("and has not come to its end before here, as it said it would not\n\n" FROM "Subject: three\n"));
    read_again(&memory, "box", LATER, false);
    g_assert_cmpuint(memory.files, ==, 0);
    g_assert_cmpuint(memory.read, ==, 4);
    memory_end(&memory);
}

static void what_did_not_change_is_left_out_and_what_grew_is_read_from_its_last_message(void)
{
    struct memory memory;
    memory_make(&memory);
    tree_write(&memory.tree, "box", view_of(boxes[0]));
    read_again(&memory, "box", LATER, false);
    g_assert_cmpuint(memory.read, ==, 3);
    read_again(&memory, "", LATER, false);
    g_assert_cmpuint(memory.read, ==, 0);
    g_assert_cmpuint(memory.files, ==, 1);
    g_assert_cmpuint(memory.bytes, ==, strlen(boxes[0]));
    append(&memory, "box", VIEW(NEXT "Subject: four\n\nnew\n"));
    read_again(&memory, "box", LATER, false);
    g_assert_cmpuint(memory.read, ==, 2); /* the last one might have grown, and the new one */
    g_assert_cmpuint(memory.files, ==, 0);
    g_assert_cmpuint(g_hash_table_size(memory.messages), ==, 4);
    read_again(&memory, "box", LATER, true);
    g_assert_cmpuint(memory.read, ==, 4);
    memory_end(&memory);
}

/* Before a run may rely on the times, it compares the bytes; so it does when times were set back. */
static void what_was_rewritten_is_read_anew_whatever_its_size_and_times_say(void)
{
    struct memory memory;
    memory_make(&memory);
    for (int i = 0; i < 2; i++) {
        gint64 began = i ? LATER : 0;
        memory_forget(&memory);
        tree_write(&memory.tree, "box", view_of(boxes[0]));
        tree_shell(&memory.tree, "touch -d '2020-01-01' box");
        read_again(&memory, "box", began, false);
        read_again(&memory, "box", began, false);
        g_assert_cmpuint(memory.read, ==, 0);
        usleep(20 * 1000); /* the file system's clock ticks */
        tree_shell(&memory.tree, "sed -i 's/Subject: one/Subject: ONE/' box; touch -d '2020-01-01' box");
        read_again(&memory, "box", began, false);
        g_assert_cmpuint(memory.read, ==, 3);
        tree_shell(&memory.tree, "sed 1,4d box > cut; cat cut > box"); /* a mail program expunged the first */
        read_again(&memory, "box", began, false);
        g_assert_cmpuint(memory.read, ==, 2);
    }
    memory_end(&memory);
}

static void a_mailbox_that_is_touched_copied_or_renamed_is_not_parsed_again_in_its_place(void)
{
    struct memory memory;
    memory_make(&memory);
    tree_write(&memory.tree, "d/box", view_of(boxes[0]));
    tree_write(&memory.tree, "d/one.eml", VIEW("Subject: one\n\nbody\n"));
    read_again(&memory, "d", LATER, false);
    g_assert_cmpuint(memory.read, ==, 4);
    tree_shell(&memory.tree, "touch d/*; cp d/box x; mv x d/box");
    read_again(&memory, "d", LATER, false);
    g_assert_cmpuint(memory.read, ==, 0);
    g_assert_cmpuint(memory.files, ==, 2);
    memory_end(&memory);
}

static void a_maildir_message_keeps_its_place_from_new_to_cur_and_under_any_flags(void)
{
    struct memory memory;
    memory_make(&memory);
    tree_shell(&memory.tree, "mkdir -p m/new m/cur m/tmp");
    tree_write(&memory.tree, "m/new/1.a.host", VIEW("Subject: one\n\nbody\n"));
    tree_write(&memory.tree, "m/new/2.a.host,S=12", VIEW("Subject: two\n\nbody\n"));
    read_again(&memory, "m", 0, false);
    g_assert_cmpuint(memory.read, ==, 2);
    tree_shell(&memory.tree, "mv m/new/1.a.host m/cur/1.a.host:2,S; mv m/new/2.a.host,S=12 'm/cur/2.a.host,S=12;2,'");
    read_again(&memory, "m", 0, false);
    g_assert_cmpuint(memory.read, ==, 0);
    g_assert_cmpuint(memory.files, ==, 2);
    g_assert_cmpuint(memory.bytes, ==, 38);
    tree_shell(&memory.tree, "mv m/cur/1.a.host:2,S m/cur/1.a.host:2,FS");
    tree_write(&memory.tree, "m/new/3.a.host", VIEW("Subject: three\n\nbody\n"));
    read_again(&memory, "m/cur", 0, false);
    g_assert_cmpuint(memory.read, ==, 0);
    read_again(&memory, "m/new", 0, false);
    g_assert_cmpuint(memory.read, ==, 1);
    memory_end(&memory);
}

static void what_could_not_be_read_is_tried_again(void)
{
    struct memory memory;
    memory_make(&memory);
    tree_write(&memory.tree, "box", view_of(boxes[0]));
    tree_shell(&memory.tree, "gzip -c box > whole.gz; head -c 60 whole.gz > cut.gz; printf '\\1\\2\\0' > junk; rm box");
    read_again(&memory, "", LATER, false);
    g_assert_cmpuint(memory.read, ==, 3 + 1);
    g_assert_cmpuint(memory.troubles, ==, 2);
    read_again(&memory, "", LATER, false);
    g_assert_cmpuint(memory.troubles, ==, 2);
    g_assert_cmpuint(memory.files, ==, 1);
    memory_end(&memory);
}

static void the_last_message_of_a_mailbox_that_is_locked_is_left_for_the_next_run(void)
{
    struct memory memory;
    memory_make(&memory);
    tree_write(&memory.tree, "d/box", VIEW(FROM "Subject: one\n\nbody\n\n" NEXT "Subject: two\n\nbo"));
    tree_write(&memory.tree, "d/box.lock", VIEW("0"));
    for (int i = 0; i < 2; i++) {
        read_again(&memory, "d", LATER / 60, false); /* a minute later: the lock is no stale one */
        g_assert_cmpuint(memory.read, ==, i == 0);
        g_assert_cmpuint(memory.troubles, ==, 1);
    }
    tree_shell(&memory.tree, "rm d/box.lock");
    read_again(&memory, "d", LATER, false);
    g_assert_cmpuint(memory.read, ==, 1);
    g_assert_cmpuint(g_hash_table_size(memory.messages), ==, 2);
    read_again(&memory, "d", LATER, false);
    g_assert_cmpuint(memory.read, ==, 0);
    memory_end(&memory);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/archive/position/a mailbox that grows at any byte gives what it gives whole",
                    a_mailbox_that_grows_at_any_byte_gives_what_it_gives_whole);
    g_test_add_func("/archive/position/a mailbox whose end is in doubt is read anew",
                    a_mailbox_whose_end_is_in_doubt_is_read_anew_when_it_grows);
    g_test_add_func("/archive/position/what did not change is left out",
                    what_did_not_change_is_left_out_and_what_grew_is_read_from_its_last_message);
    g_test_add_func("/archive/position/what was rewritten is read anew",
                    what_was_rewritten_is_read_anew_whatever_its_size_and_times_say);
    g_test_add_func("/archive/position/what is touched or copied is not parsed again",
                    a_mailbox_that_is_touched_copied_or_renamed_is_not_parsed_again_in_its_place);
    g_test_add_func("/archive/position/a Maildir message keeps its place",
                    a_maildir_message_keeps_its_place_from_new_to_cur_and_under_any_flags);
    g_test_add_func("/archive/position/what could not be read is tried again", what_could_not_be_read_is_tried_again);
    g_test_add_func("/archive/position/the last message of a locked mailbox is left",
                    the_last_message_of_a_mailbox_that_is_locked_is_left_for_the_next_run);
    return g_test_run();
}

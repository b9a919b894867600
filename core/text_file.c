/* SPDX-License-Identifier: MIT */
#include "core/text_file.h"

#include "core/error.h"
#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

static char *fail(const char *path, GError **error, const char *problem)
{
    g_set_error(error, WINNOW_ERROR, WINNOW_ERROR_CONFIG, "cannot read '%s': %s", path, problem);
    return NULL;
}

/* Up to `limit` bytes and one more; false with errno. */
static bool read_up_to(int fd, size_t limit, GByteArray *into)
{
    for (ssize_t got = 1; got != 0 && into->len <= limit;) {
        guint8 piece[16 * 1024];
        got = read(fd, piece, sizeof piece);
        if (got < 0 && errno != EINTR)
            return false;
        if (got > 0)
            g_byte_array_append(into, piece, (guint)got);
    }
    return true;
}

char *text_file_read(const char *path, size_t limit, struct view *text, GError **error)
{
    struct stat st;
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
    if (fd < 0)
        return fail(path, error, g_strerror(errno));
    bool folder = fstat(fd, &st) == 0 && S_ISDIR(st.st_mode);
    g_autoptr(GByteArray) bytes = g_byte_array_new();
    bool sound = !folder && read_up_to(fd, limit, bytes);
    int problem = errno;
    close(fd);
    if (!sound)
        return fail(path, error, folder ? "it is a directory" : g_strerror(problem));
    if (bytes->len > limit) {
        g_autofree char *longer = g_strdup_printf("longer than %zu bytes", limit);
        return fail(path, error, longer);
    }
    bool marked = bytes->len >= 3 && memcmp(bytes->data, "\xEF\xBB\xBF", 3) == 0;
    size_t from = marked ? 3 : 0, len = bytes->len - from;
    char *data = g_malloc(len + 1);
    if (len > 0)
        memcpy(data, bytes->data + from, len);
    data[len] = '\0';
    *text = (struct view){.data = data, .len = len};
    return data;
}

const char *text_line_fault(struct view line)
{
    for (size_t i = 0; i < line.len; i++) {
        if ((unsigned char)line.data[i] < 0x20 && line.data[i] != '\t')
            return "a control character";
    }
    return g_utf8_validate(line.data, (gssize)line.len, NULL) ? NULL : "not UTF-8 text";
}

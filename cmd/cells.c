/* SPDX-License-Identifier: MIT */
#include "cmd/cells.h"

void append_csv(GString *into, struct view cell)
{
    bool quote = false;
    for (size_t i = 0; i < cell.len && !quote; i++)
        quote = cell.data[i] != '\0' && strchr(",\"\r\n", cell.data[i]);
    if (!quote) {
        g_string_append_len(into, cell.data, (gssize)cell.len);
        return;
    }
    g_string_append_c(into, '"');
    for (size_t i = 0; i < cell.len; i++) {
        if (cell.data[i] == '"')
            g_string_append_c(into, '"');
        g_string_append_c(into, cell.data[i]);
    }
    g_string_append_c(into, '"');
}

/* SPDX-License-Identifier: MIT
 * The readers that are nothing but layouts: mail systems (Postfix, Courier, OpenSMTPD …) and list managers. */
#include "core/bounce/layout_files.h"

static bool read_file(struct reading *reading, enum layout_file file)
{
    size_t count;
    const struct layout *layouts = layout_file(file, &count);
    return layouts_find(reading, layouts, count) != NULL;
}

bool read_layouts(struct reading *reading)
{
    return read_file(reading, LAYOUTS_MAIL_SYSTEMS);
}

bool read_list_manager(struct reading *reading)
{
    return read_file(reading, LAYOUTS_LIST_MANAGERS);
}

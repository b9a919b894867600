/* SPDX-License-Identifier: MIT */
#include "core/classify/taxonomy.h"

struct names {
    const char *type, *subtype;
};

static const struct names classes[SES_CLASS_COUNT] = {
#define SES_NAMES(id, type, subtype) [SES_##id] = {#type, #subtype},
    SES_CLASSES(SES_NAMES)
#undef SES_NAMES
};

static const char *const faults[FAULT_COUNT] = {
#define FAULT_NAME(id, name) [FAULT_##id] = name,
    FAULTS(FAULT_NAME)
#undef FAULT_NAME
};

static bool known(enum ses_class class)
{
    return (unsigned)class < SES_CLASS_COUNT;
}

enum ses_type ses_type(enum ses_class class)
{
    switch (ses_type_name(class)[0]) {
    case 'P':
        return SES_TYPE_PERMANENT;
    case 'T':
        return SES_TYPE_TRANSIENT;
    default:
        return SES_TYPE_UNDETERMINED;
    }
}

const char *ses_type_name(enum ses_class class)
{
    return classes[known(class) ? class : SES_UNDETERMINED].type;
}

const char *ses_subtype_name(enum ses_class class)
{
    return classes[known(class) ? class : SES_UNDETERMINED].subtype;
}

bool ses_class_parse(struct view text, enum ses_class *class)
{
    ssize_t slash = view_index(text, '/');
    if (slash < 0)
        return false;
    struct view type = view_first(text, (size_t)slash);
    struct view subtype = view_from(text, (size_t)slash + 1);
    for (size_t i = 0; i < SES_CLASS_COUNT; i++) {
        if (view_equal_fold(type, view_of(classes[i].type)) && view_equal_fold(subtype, view_of(classes[i].subtype))) {
            *class = (enum ses_class)i;
            return true;
        }
    }
    return false;
}

const char *fault_name(enum fault fault)
{
    return faults[(unsigned)fault < FAULT_COUNT ? fault : FAULT_UNKNOWN];
}

bool fault_parse(struct view text, enum fault *fault)
{
    for (size_t i = 0; i < FAULT_COUNT; i++) {
        if (view_equal_fold(text, view_of(faults[i]))) {
            *fault = (enum fault)i;
            return true;
        }
    }
    return false;
}

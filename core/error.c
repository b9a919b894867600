/* SPDX-License-Identifier: MIT */
#include "core/error.h"

G_DEFINE_QUARK(winnow - error - quark, winnow_error)

/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/* JSON that is passed on: compact, and safe to show in a terminal. */
#ifndef EVENT_JSON_COPY_H
#define EVENT_JSON_COPY_H

#include <retis/text.h>

#include "core/json/parse.h"

void json_copy(struct json value, struct retis_text *out);
/* The object without its braces; whether there was anything in it. */
bool json_copy_members(struct json object, struct retis_text *out);

#endif

/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/* Plugins as code: shared objects, or parts of a program that is one file. */
#ifndef PLUGIN_OBJECT_H
#define PLUGIN_OBJECT_H

#include "core/plugin/private.h"

/* Loads the file `fd` of a plugin and finds its description, of *SIZE bytes at most. -EINVAL. */
int object_open(struct plugin *plugin, const void **desc, size_t *size, struct reason *reason);
/* Unloads it, unless it is a part of the program. */
void object_close(struct plugin *plugin);

/* Descriptions of the plugins in the program, up to a NULL. NULL: it loads plugins from files,
 * else it can't. */
const struct retis_plugin *const *object_builtin(void);

#endif

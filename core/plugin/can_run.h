/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Whether a plugin's collector can run on this machine, and if not, why. */
#ifndef CORE_PLUGIN_CAN_RUN_H
#define CORE_PLUGIN_CAN_RUN_H

#include <stdbool.h>
#include <stddef.h>

struct kernel;
struct plugin;

/* It has BPF objects and hooks; else it only decodes. */
bool plugin_collects(const struct plugin *plugin);

/* 0, or a negative errno with a sentence in REASON. Changes nothing. */
int plugin_can_run(const struct plugin *plugin, struct kernel *k, char *reason, size_t size);

#endif

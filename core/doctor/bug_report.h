/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What whoever looks into a problem has to know. */
#ifndef CORE_DOCTOR_BUG_REPORT_H
#define CORE_DOCTOR_BUG_REPORT_H

#include <stdio.h>

struct plugins;
struct collect_options;

/* Prints versions of the program, of what it runs on, and of its plugins. VERSION: its own. */
void versions_print(const char *version, const struct plugins *plugins, FILE *out);

/* Writes all that, what the kernel offers and whether the collection would work into a new file
 * of the working folder, and prints its name. 0 or a negative errno, after logging why. */
int report_bug(const struct collect_options *options, struct plugins *plugins);

#endif

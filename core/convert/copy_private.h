/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The parts of copying. */
#ifndef CONVERT_COPY_PRIVATE_H
#define CONVERT_COPY_PRIVATE_H

#include "core/convert/copy.h"

/* Not in the new file. */
#define COPY_LEFT_OUT UINT16_MAX

/* --- copy_numbers.c: what is seen first goes to the new file's dictionary ------- */

/* If NAMES are others than before. -ENOMEM. */
int copy_forget_numbers(struct copy_source *source, const struct input_names *names);
/* The number in the new file, or COPY_LEFT_OUT. */
uint16_t copy_map_section(struct copy *c, struct copy_source *source,
			  const struct input_names *names, uint16_t number);
uint16_t copy_map_probe(struct copy *c, struct copy_source *source, const struct input_names *names,
			uint16_t number);

/* --- copy_hosts.c ---------------------------------------------------------------- */

/* Packets are known by times, too: those in sections. */
void copy_find_times(struct copy_source *source, const struct registry *registry);
/* TYPE is the section's number in the input. */
void copy_shift_times(const struct copy_source *source, uint16_t type, struct retis_section *s);
uint8_t copy_map_host(const struct copy_source *source, uint16_t host);
/* Symbols of the addresses in a stack trace, which become what the new file has. */
void copy_frames(struct copy *c, const struct copy_source *source, const struct input_names *names,
		 uint8_t host, struct retis_section *section);
/* Those made at run time that have come since the last time. */
void copy_new_names(struct copy *c, struct copy_source *source, const struct input_names *names);

#endif

/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Between the files of the exporter: interfaces, and what was lost at them. */
#ifndef PCAP_EXPORT_PRIVATE_H
#define PCAP_EXPORT_PRIVATE_H

#include "core/pcap/export.h"

/* The number of the probe's name; -ENOSPC, -ENOMEM. */
int export_name_probe(struct export *x, const struct retis_file_probe *probe);

/* The interface that the event in x->record belongs to, of probe number PROBE; a new
 * one's block is appended to OUT. -ENOSPC, -ENOMEM. */
int export_find_interface(struct export *x, uint16_t link_type, uint16_t probe,
			  struct retis_text *out);

void export_count_loss(struct export *x, const struct retis_loss *loss);
void export_note_time(struct export *x, uint64_t time);

#endif

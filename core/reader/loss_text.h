/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/* Why events got lost, in words: in text, in JSON, in sorted files. */
#ifndef READER_LOSS_TEXT_H
#define READER_LOSS_TEXT_H

#define LOSS_TEXT_RING_FULL "event buffer full"
#define LOSS_TEXT_NESTING "interrupts nested too deep"
#define LOSS_TEXT_SECTION "no room left in their event"
#define LOSS_TEXT_SKIPPED "the kernel skipped the probe, it was already running on that processor"
#define LOSS_TEXT_MAP_FULL "map of a plugin full"
#define LOSS_TEXT_UNTRACKED "too many packets to track at one time"
#define LOSS_TEXT_UNPAIRED "the call of the function was not seen, only its return"
#define LOSS_TEXT_UNREAD "an argument of the program's was not in memory"

#endif

/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Events of user space on their way to the thread that drains the rings. */
#ifndef CORE_COLLECT_MAILBOX_H
#define CORE_COLLECT_MAILBOX_H

#include <stddef.h>
#include <stdint.h>

#include <retis/event.h>

/* Bytes that wait at most; what comes in one turn fits into a batch. */
#define MAILBOX_SIZE (256u << 10)

struct mailbox;

/* -ENOMEM. */
int mailbox_new(struct mailbox **out);
/* Takes NULL. */
void mailbox_free(struct mailbox *m);

/* Copies EVENT, from any thread. It is not older than events that were handed on: its
 * time may be raised to that. -ENOSPC: the mailbox is full, the event is lost. */
int mailbox_post(struct mailbox *m, const struct retis_event *event);

/* All that was posted, *SIZE bytes, one behind the other, valid up to the next call, in
 * one thread. What comes from now on is not older than UNTIL (ns). */
const void *mailbox_take(struct mailbox *m, uint64_t until, size_t *size);

#endif

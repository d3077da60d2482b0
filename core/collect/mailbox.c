/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "core/collect/mailbox.h"

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

struct mailbox {
	pthread_mutex_t lock;
	uint64_t floor;
	size_t used;
	/* Which half is filled; the other is being read. */
	unsigned int half;
	_Alignas(RETIS_ALIGN) unsigned char data[2][MAILBOX_SIZE];
};

int mailbox_new(struct mailbox **out)
{
	struct mailbox *m = calloc(1, sizeof(*m));

	if (!m)
		return -ENOMEM;
	pthread_mutex_init(&m->lock, NULL);
	*out = m;
	return 0;
}

void mailbox_free(struct mailbox *m)
{
	if (!m)
		return;
	pthread_mutex_destroy(&m->lock);
	free(m);
}

int mailbox_post(struct mailbox *m, const struct retis_event *event)
{
	int err = -ENOSPC;

	pthread_mutex_lock(&m->lock);
	if (MAILBOX_SIZE - m->used >= event->size) {
		struct retis_event *copy = (void *)(m->data[m->half] + m->used);

		memcpy(copy, event, event->size);
		if (copy->timestamp < m->floor)
			copy->timestamp = m->floor;
		m->used += event->size;
		err = 0;
	}
	pthread_mutex_unlock(&m->lock);
	return err;
}

const void *mailbox_take(struct mailbox *m, uint64_t until, size_t *size)
{
	const void *data;

	pthread_mutex_lock(&m->lock);
	data = m->data[m->half];
	*size = m->used;
	m->half ^= 1;
	m->used = 0;
	m->floor = until;
	pthread_mutex_unlock(&m->lock);
	return data;
}

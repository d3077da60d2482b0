/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#include "core/input/memo.h"

const struct memo_entry *memo_find(struct memo *m, struct json_cursor *c)
{
	const size_t left = (size_t)(c->end - c->at);

	if (!c->depth || left < 2)
		return NULL;
	for (unsigned int i = 0; i < MEMO_ENTRIES; i++) {
		unsigned int number = (m->recent + i) % MEMO_ENTRIES;
		const struct memo_entry *e = &m->entries[number];

		if (!e->text_length || e->text_length > left ||
		    memcmp(e->text, c->at, e->text_length))
			continue;
		m->recent = number;
		c->at += e->text_length;
		return e;
	}
	return NULL;
}

void memo_keep(struct memo *m, struct json object, const void *data, uint32_t length, uint32_t note)
{
	struct memo_entry *e = &m->entries[m->oldest];

	if (json_kind(object) != JSON_OBJECT || object.length > MEMO_TEXT_MAX ||
	    length > MEMO_DATA_MAX)
		return;
	e->text_length = (uint32_t)object.length;
	e->data_length = length;
	e->note = note;
	if (length)
		memcpy(e->data, data, length);
	memcpy(e->text, object.text, object.length);
	m->recent = m->oldest;
	m->oldest = (m->oldest + 1) % MEMO_ENTRIES;
}

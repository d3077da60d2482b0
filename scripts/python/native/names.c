/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/* What the events of one file refer to. */
#include "native.h"

#include <stdlib.h>
#include <string.h>

static int put_part(PyObject *parts, const char *name, int part)
{
	PyObject *number = PyLong_FromLong(part);
	int err = number ? PyDict_SetItemString(parts, name, number) : -1;

	Py_XDECREF(number);
	return err;
}

/* Under its name, and with "_" in place of "-". */
static int put_section(PyObject *parts, const char *name, int part)
{
	char snake[64];
	size_t n = strlen(name);

	if (n >= sizeof(snake))
		return 0;
	for (size_t i = 0; i <= n; i++)
		snake[i] = (char)(name[i] == '-' ? '_' : name[i]);
	return put_part(parts, name, part) || put_part(parts, snake, part) ? -1 : 0;
}

static int put_known(PyObject *parts)
{
	PyObject *all = PyObject_GetIter(native.known), *name, *bytes;
	int err = all ? 0 : -1;

	while (!err && (name = PyIter_Next(all))) {
		bytes = PyUnicode_AsUTF8String(name);
		err = bytes ? put_section(parts, PyBytes_AsString(bytes), PART_ABSENT) : -1;
		Py_XDECREF(bytes);
		Py_DECREF(name);
	}
	Py_XDECREF(all);
	return err || PyErr_Occurred() ? -1 : 0;
}

static int put_parts(PyObject *parts, const struct retis_events *events)
{
	uint32_t stack = retis_events_stack(events);
	int err = put_known(parts);

	for (uint32_t i = 0; !err && i < retis_events_n_sections(events); i++) {
		const struct retis_section_type *type = retis_events_section(events, i);

		if (type && i != stack)
			err = put_section(parts, type->name, (int)i);
	}
	if (!err)
		err = put_part(parts, "common", PART_COMMON);
	if (!err)
		err = put_part(parts, "kernel", PART_KERNEL);
	return err ? err : put_part(parts, "userspace", PART_USERSPACE);
}

static int take_kinds(struct stream *stream)
{
	uint32_t n = retis_events_n_sections(stream->events);
	struct section_kind *kinds = PyMem_Realloc(stream->kinds, (n + 1) * sizeof(*kinds));

	if (!kinds) {
		PyErr_NoMemory();
		return -1;
	}
	stream->kinds = kinds;
	for (uint32_t i = 0; i < n; i++) {
		const struct retis_section_type *type = retis_events_section(stream->events, i);
		uint32_t fields = type ? type->n_fields : 0;

		kinds[i] = (struct section_kind){
			.type = type,
			.factory = type ? PyDict_GetItemString(native.factories, type->name) : NULL,
			.opaque = fields && type->fields[fields - 1].kind == RETIS_JSON,
		};
	}
	return 0;
}

static int grow_kernels(struct stream *stream)
{
	struct retis_file_probe probe;
	uint32_t n = stream->n_kernels;
	PyObject **kernels;

	while (retis_events_probe(stream->events, n, &probe))
		n++;
	if (n == stream->n_kernels)
		return 0;
	kernels = PyMem_Realloc(stream->kernels, n * sizeof(PyObject *));
	if (!kernels) {
		PyErr_NoMemory();
		return -1;
	}
	memset(kernels + stream->n_kernels, 0, (n - stream->n_kernels) * sizeof(PyObject *));
	stream->kernels = kernels;
	stream->n_kernels = n;
	return 0;
}

static void forget_cache(struct stream *stream)
{
	for (size_t i = 0; i < NAMES_CACHE; i++)
		Py_CLEAR(stream->cache[i].name);
}

int names_refresh(struct stream *stream)
{
	forget_cache(stream);
	fields_forget_tables();
	stream->generation = retis_events_generation(stream->events);
	Py_XDECREF(stream->parts);
	stream->parts = PyDict_New();
	if (!stream->parts)
		return -1;
	if (put_parts(stream->parts, stream->events) || take_kinds(stream))
		return -1;
	return grow_kernels(stream);
}

static void drop_kernels(struct stream *stream)
{
	for (uint32_t i = 0; i < stream->n_kernels; i++)
		Py_XDECREF(stream->kernels[i]);
	PyMem_Free(stream->kernels);
	stream->kernels = NULL;
	stream->n_kernels = 0;
}

/* Settles the first of LIST, by which it leaves the list. */
static int settle_first(struct link *first, int (*settle)(PyObject *self), size_t offset)
{
	PyObject *self = (PyObject *)(void *)((char *)first - offset);
	int err;

	Py_INCREF(self);
	err = settle(self);
	Py_DECREF(self);
	return err;
}

static int settle_event(PyObject *self)
{
	return event_settle((struct event *)self);
}

static int settle_fields(PyObject *self)
{
	return fields_settle((struct fields *)self);
}

int names_end(struct stream *stream)
{
	int err = 0;

	/* Fields first, as they hold their event. */
	while (stream->dependents[0])
		err |= settle_first(stream->dependents[0], settle_fields,
				    offsetof(struct fields, link));
	while (stream->dependents[1])
		err |= settle_first(stream->dependents[1], settle_event,
				    offsetof(struct event, link));
	drop_kernels(stream);
	return err;
}

void names_clear(struct stream *stream)
{
	forget_cache(stream);
	fields_forget_tables();
	drop_kernels(stream);
	PyMem_Free(stream->kinds);
	stream->kinds = NULL;
	Py_CLEAR(stream->parts);
}

static int search_part(struct stream *stream, PyObject *name)
{
	PyObject *number = PyDict_GetItemWithError(stream->parts, name);

	return number ? (int)PyLong_AsLong(number) : PART_NONE;
}

int names_find_part(struct stream *stream, PyObject *name)
{
	size_t slot = (uintptr_t)name >> 4 & (NAMES_CACHE - 1);
	int part;

	if (stream->cache[slot].name == name)
		return stream->cache[slot].part;
	part = search_part(stream, name);
	if (part == PART_NONE)
		return part;
	Py_INCREF(name);
	Py_XDECREF(stream->cache[slot].name);
	stream->cache[slot].name = name;
	stream->cache[slot].part = part;
	return part;
}

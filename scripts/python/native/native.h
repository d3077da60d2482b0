/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * retis._native: libretis for Python, on the stable ABI of 3.9.
 *
 * A Stream reads a file and makes Events, each with a copy of its bytes; Fields are views of
 * parts of one, whose values are made when asked for. Both refer to tables and names of
 * the file. When these end, because another file starts, whoever is still there is settled:
 * it becomes a dict.
 */
#ifndef NATIVE_H
#define NATIVE_H

#define PY_SSIZE_T_CLEAN
#define Py_LIMITED_API 0x03090000
#include <Python.h>

#include <retis/events.h>

/* --- who depends on names --------------------------------------------------- */

/* In a list of a Stream; `to` NULL: in none. */
struct link {
	struct link *next;
	struct link **to;
};

static inline void link_add(struct link **head, struct link *l)
{
	l->next = *head;
	l->to = head;
	if (l->next)
		l->next->to = &l->next;
	*head = l;
}

static inline void link_remove(struct link *l)
{
	if (!l->to)
		return;
	*l->to = l->next;
	if (l->next)
		l->next->to = l->to;
	l->to = NULL;
}

/* --- objects ---------------------------------------------------------------- */

/* What names of attributes mean, besides numbers of sections. */
enum native_part {
	PART_KERNEL = -1,
	PART_USERSPACE = -2,
	PART_COMMON = -3,
	/* Known, but in no event of this file. */
	PART_ABSENT = -4,
	/* Not known: an attribute of the class, if anything. */
	PART_NONE = -5,
};

#define NAMES_CACHE 64

struct section_kind {
	const struct retis_section_type *type;
	/* Makes something else of its Fields; may be NULL. Borrowed. */
	PyObject *factory;
	/* No table describes it. */
	bool opaque;
};

struct stream {
	PyObject_HEAD struct retis_events *events;
	/* A message became an exception. */
	bool failed;

	/* Of the present file: what depends on it. */
	struct link *dependents[2];
	uint32_t generation;
	/* Names of attributes to their parts, and a cache of it by address. */
	PyObject *parts;
	struct {
		PyObject *name;
		int part;
	} cache[NAMES_CACHE];
	/* Of each probe, what `kernel` is where there is no stack trace; or NULL. */
	PyObject **kernels;
	uint32_t n_kernels;
	/* By number of section. */
	struct section_kind *kinds;
};

struct event {
	PyObject_HEAD struct link link;
	/* NULL: it is settled. */
	struct stream *stream;
	/* The copy; NULL: `dict` and `text` are all. */
	struct retis_event *data;
	PyObject *dict;
	PyObject *text;
};

struct fields {
	PyObject_HEAD struct link link;
	/* NULL: `dict` is all. */
	struct event *event;
	const struct retis_field *table;
	uint32_t n;
	/* Of a whole section, else NULL. */
	const struct retis_section *section;
	struct retis_view view;
	PyObject *dict;
};

/* Of the module, made once. */
struct native {
	PyTypeObject *stream, *event, *fields;
	/* What Python adds, see native_register(). */
	PyTypeObject *event_class, *section_class, *tracking_class, *packet_class;
	PyObject *bytes_class;
	/* By a section's name: makes something else of its Fields. */
	PyObject *factories;
	/* Names of sections that always are attributes. */
	PyObject *known;
	PyObject *loads, *base64;
};
extern struct native native;

/* --- what they do ----------------------------------------------------------- */

/* Borrowed by the caller as usual: all return new references, NULL with an exception. */
PyTypeObject *stream_make_type(void);
PyTypeObject *event_make_type(void);
PyTypeObject *fields_make_type(void);

/* After the generation has changed. 0 or -1. */
int names_refresh(struct stream *stream);
/* Settles what depends on them. 0 or -1. */
int names_end(struct stream *stream);
void names_clear(struct stream *stream);
/* An enum native_part, or the number of a section. */
int names_find_part(struct stream *stream, PyObject *name);

PyObject *event_new(struct stream *stream, const struct retis_event *data);
/* Of a start or a loss. */
PyObject *event_new_settled(struct stream *stream, const struct retis_events_item *item);
int event_settle(struct event *e);
PyObject *event_make_dict(struct event *e);
PyObject *event_make_text(struct event *e, uint32_t flags);

PyObject *fields_new(struct event *e, const struct retis_section *section,
		     const struct retis_view *view, const struct retis_field *table, uint32_t n);
PyObject *fields_new_settled(PyObject *dict);
int fields_settle(struct fields *f);
PyObject *fields_make_dict(const struct retis_view *view, const struct retis_field *table,
			   uint32_t n);
/* Forgets where fields are in tables that end. */
void fields_forget_tables(void);

/* The value of FIELD; PLAIN: as JSON has it. */
PyObject *value_make(const struct retis_field *field, const struct retis_view *view, bool plain);
/* Something in a group that need not be there. */
bool value_any_present(const struct retis_field *table, uint32_t n, const struct retis_view *view);
/* What JSON text says. */
PyObject *value_parse(const char *text, size_t length);

/* Ends tp_dealloc: subclasses may have been allocated in another way. */
void native_free(PyObject *self);
PyObject *native_set_error(const char *format, ...);

#endif

/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/* One event: its sections as attributes. */
#include "native.h"

static struct event *allocate_event(void)
{
	return (struct event *)PyType_GenericAlloc(native.event_class, 0);
}

PyObject *event_new(struct stream *stream, const struct retis_event *data)
{
	struct event *e = allocate_event();

	if (!e)
		return NULL;
	e->data = PyMem_Malloc(data->size);
	if (!e->data) {
		Py_DECREF(e);
		return PyErr_NoMemory();
	}
	memcpy(e->data, data, data->size);
	Py_INCREF(stream);
	e->stream = stream;
	link_add(&stream->dependents[1], &e->link);
	return (PyObject *)e;
}

static void event_dealloc(PyObject *self)
{
	struct event *e = (struct event *)self;

	link_remove(&e->link);
	PyMem_Free(e->data);
	Py_XDECREF(e->stream);
	Py_XDECREF(e->dict);
	Py_XDECREF(e->text);
	native_free(self);
}

/* --- as a whole ------------------------------------------------------------- */

static PyObject *make_dict_of(struct retis_events *events, const struct retis_events_item *item)
{
	const char *text;
	size_t length;
	int err = retis_events_json(events, item, &text, &length);

	return err ? native_set_error("the event can't be read") : value_parse(text, length);
}

static PyObject *make_text_of(struct retis_events *events, const struct retis_events_item *item,
			      uint32_t flags)
{
	const char *text;
	size_t length;
	int err = retis_events_print(events, item, flags, &text, &length);

	if (err)
		return native_set_error("the event can't be read");
	return PyUnicode_DecodeUTF8(text, (Py_ssize_t)length, "replace");
}

PyObject *event_make_dict(struct event *e)
{
	const struct retis_events_item item = { .kind = RETIS_EVENTS_EVENT, .event = e->data };

	if (!e->data)
		return PyDict_Copy(e->dict);
	return make_dict_of(e->stream->events, &item);
}

PyObject *event_make_text(struct event *e, uint32_t flags)
{
	const struct retis_events_item item = { .kind = RETIS_EVENTS_EVENT, .event = e->data };

	if (!e->data) {
		Py_INCREF(e->text);
		return e->text;
	}
	return make_text_of(e->stream->events, &item, flags);
}

PyObject *event_new_settled(struct stream *stream, const struct retis_events_item *item)
{
	struct event *e = allocate_event();

	if (!e)
		return NULL;
	e->dict = make_dict_of(stream->events, item);
	e->text = e->dict ? make_text_of(stream->events, item, 0) : NULL;
	if (!e->text)
		Py_CLEAR(e);
	return (PyObject *)e;
}

int event_settle(struct event *e)
{
	PyObject *dict = event_make_dict(e), *text = dict ? event_make_text(e, 0) : NULL;

	link_remove(&e->link);
	if (!text) {
		Py_XDECREF(dict);
		return -1;
	}
	e->dict = dict;
	e->text = text;
	PyMem_Free(e->data);
	e->data = NULL;
	Py_CLEAR(e->stream);
	return 0;
}

/* --- sections --------------------------------------------------------------- */

static const struct retis_section *find_section(const struct event *e, uint32_t number)
{
	const struct retis_section *s = NULL;

	while ((s = retis_section_next(e->data, s)) && s->type != number)
		;
	return s;
}

static PyObject *make_common(struct event *e)
{
	struct retis_view view;
	uint32_t n;
	const struct retis_field *table =
		retis_events_common(e->stream->events, e->data, &view, &n);

	return fields_new(e, NULL, &view, table, n);
}

/* Member KEY of the event's JSON. */
static PyObject *make_member(struct event *e, const char *key)
{
	PyObject *dict = event_make_dict(e), *member, *made;

	if (!dict)
		return NULL;
	member = PyDict_GetItemString(dict, key);
	if (member && PyDict_Check(member)) {
		made = fields_new_settled(member);
	} else {
		made = member ? member : Py_None;
		Py_INCREF(made);
	}
	Py_DECREF(dict);
	return made;
}

/* What is the same for all events of a probe is made once. */
static PyObject *make_kernel(struct event *e)
{
	struct stream *stream = e->stream;
	uint32_t probe = e->data->probe;
	bool alike =
		probe < stream->n_kernels && !find_section(e, retis_events_stack(stream->events));
	PyObject *made = alike ? stream->kernels[probe] : NULL;

	if (made) {
		Py_INCREF(made);
		return made;
	}
	made = make_member(e, "kernel");
	if (made && alike) {
		Py_INCREF(made);
		stream->kernels[probe] = made;
	}
	return made;
}

/* FIELDS is stolen. */
static PyObject *use_factory(PyObject *factory, PyObject *fields)
{
	PyObject *made;

	if (!factory || !fields || fields == Py_None)
		return fields;
	made = PyObject_CallFunctionObjArgs(factory, fields, NULL);
	Py_DECREF(fields);
	return made;
}

static PyObject *make_section(struct event *e, uint32_t number)
{
	const struct retis_section *s = find_section(e, number);
	const struct section_kind *kind = &e->stream->kinds[number];
	const struct retis_section_type *type = kind->type;
	struct retis_view view;
	PyObject *dict, *made;

	if (!s)
		Py_RETURN_NONE;
	retis_events_view(e->stream->events, e->data, s, &view);
	if (kind->opaque) {
		dict = fields_make_dict(&view, type->fields, type->n_fields);
		made = dict ? fields_new_settled(dict) : NULL;
		Py_XDECREF(dict);
	} else {
		made = fields_new(e, s, &view, type->fields, type->n_fields);
	}
	return use_factory(kind->factory, made);
}

/* A name as JSON has it, "skb-drop"; steals nothing. */
static PyObject *spell_kebab(PyObject *name)
{
	return PyObject_CallMethod(name, "replace", "ss", "_", "-");
}

static PyObject *get_settled_section(struct event *e, PyObject *name)
{
	PyObject *key = spell_kebab(name), *value, *made = NULL;

	if (!key)
		return NULL;
	value = PyDict_GetItemWithError(e->dict, key);
	if (value && PyDict_Check(value))
		made = use_factory(PyDict_GetItem(native.factories, key),
				   fields_new_settled(value));
	else if (value)
		Py_INCREF(made = value);
	else if (!PyErr_Occurred() && PySet_Contains(native.known, key) > 0)
		Py_INCREF(made = Py_None);
	else if (!PyErr_Occurred())
		made = PyObject_GenericGetAttr((PyObject *)e, name);
	Py_DECREF(key);
	return made;
}

static PyObject *event_getattr(PyObject *self, PyObject *name)
{
	struct event *e = (struct event *)self;
	int part;

	if (!e->data)
		return get_settled_section(e, name);
	part = names_find_part(e->stream, name);
	if (part >= 0)
		return make_section(e, (uint32_t)part);
	switch (part) {
	case PART_COMMON:
		return make_common(e);
	case PART_KERNEL:
		return make_kernel(e);
	case PART_USERSPACE:
		return make_member(e, "userspace");
	case PART_ABSENT:
		Py_RETURN_NONE;
	default:
		return PyErr_Occurred() ? NULL : PyObject_GenericGetAttr(self, name);
	}
}

static PyObject *event_to_dict(PyObject *self, PyObject *args)
{
	(void)args;
	return event_make_dict((struct event *)self);
}

static PyObject *event_print(PyObject *self, PyObject *args)
{
	unsigned int flags;

	if (!PyArg_ParseTuple(args, "I", &flags))
		return NULL;
	return event_make_text((struct event *)self, flags);
}

PyTypeObject *event_make_type(void)
{
	static PyMethodDef methods[] = {
		{ "to_dict", event_to_dict, METH_NOARGS,
		  "to_dict() -> dict: the event as its JSON has it." },
		{ "_print", event_print, METH_VARARGS, NULL },
		{ NULL, NULL, 0, NULL },
	};
	static PyType_Slot slots[] = {
		{ Py_tp_dealloc, event_dealloc },
		{ Py_tp_getattro, event_getattr },
		{ Py_tp_methods, methods },
		{ 0, NULL },
	};
	static PyType_Spec spec = {
		.name = "retis._native.Event",
		.basicsize = sizeof(struct event),
		.flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE,
		.slots = slots,
	};

	return (PyTypeObject *)PyType_FromSpec(&spec);
}

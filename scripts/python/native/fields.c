/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/* Sections, and groups of fields in them. */
#include "native.h"

/* Where a field is in its table, by the addresses of the table and the name. */
#define PLACES 256
static struct place_entry {
	const struct retis_field *table;
	PyObject *name;
	int index;
} places[PLACES];

void fields_forget_tables(void)
{
	for (size_t i = 0; i < PLACES; i++)
		places[i].table = NULL;
}

/* The field's index, or -1: there is none; -2: an exception. */
static int search_field(const struct fields *f, PyObject *name)
{
	PyObject *bytes = PyUnicode_AsUTF8String(name);
	const char *text = bytes ? PyBytes_AsString(bytes) : NULL;
	int found = -1;

	for (uint32_t i = 0; text && found < 0 && i < f->n; i++) {
		if (!strcmp(f->table[i].name, text))
			found = (int)i;
	}
	Py_XDECREF(bytes);
	return text ? found : -2;
}

static int find_field(const struct fields *f, PyObject *name)
{
	uintptr_t hash = (uintptr_t)f->table >> 4 ^ (uintptr_t)name >> 4;
	struct place_entry *e = &places[hash % PLACES];
	int index;

	if (e->table == f->table && e->name == name)
		return e->index;
	index = search_field(f, name);
	if (index == -2)
		return index;
	Py_INCREF(name);
	Py_XDECREF(e->name);
	*e = (struct place_entry){ f->table, name, index };
	return index;
}

static PyTypeObject *class_of(const struct retis_field *table, uint32_t n)
{
	for (uint32_t i = 0; i < n; i++) {
		if (table[i].role == RETIS_ROLE_ID_HEAD)
			return native.tracking_class;
		if (table[i].role == RETIS_ROLE_PACKET)
			return native.packet_class;
	}
	return native.section_class;
}

PyObject *fields_new(struct event *e, const struct retis_section *section,
		     const struct retis_view *view, const struct retis_field *table, uint32_t n)
{
	struct fields *f = (struct fields *)PyType_GenericAlloc(class_of(table, n), 0);

	if (!f)
		return NULL;
	Py_INCREF(e);
	f->event = e;
	f->section = section;
	f->view = *view;
	f->table = table;
	f->n = n;
	link_add(&e->stream->dependents[0], &f->link);
	return (PyObject *)f;
}

PyObject *fields_new_settled(PyObject *dict)
{
	PyTypeObject *class = native.section_class;
	struct fields *f;

	if (PyMapping_HasKeyString(dict, "orig_head"))
		class = native.tracking_class;
	else if (PyMapping_HasKeyString(dict, "capture_len"))
		class = native.packet_class;
	f = (struct fields *)PyType_GenericAlloc(class, 0);
	if (f) {
		Py_INCREF(dict);
		f->dict = dict;
	}
	return (PyObject *)f;
}

static void fields_dealloc(PyObject *self)
{
	struct fields *f = (struct fields *)self;

	link_remove(&f->link);
	Py_XDECREF(f->event);
	Py_XDECREF(f->dict);
	native_free(self);
}

/* Adds member I of a table; what is not there is not. */
static int put_member(PyObject *dict, const struct retis_field *f, const struct retis_view *view)
{
	PyObject *value;
	int err;

	if (!retis_value_present(f, view))
		return 0;
	if (f->kind == RETIS_OBJECT) {
		if (!f->present && !value_any_present(f->fields, f->n_fields, view))
			return 0;
		value = fields_make_dict(view, f->fields, f->n_fields);
	} else {
		value = value_make(f, view, true);
	}
	if (!value)
		return -1;
	if (f->kind == RETIS_JSON)
		err = PyDict_Update(dict, value);
	else
		err = value == Py_None ? 0 : PyDict_SetItemString(dict, f->name, value);
	Py_DECREF(value);
	return err;
}

PyObject *fields_make_dict(const struct retis_view *view, const struct retis_field *table,
			   uint32_t n)
{
	PyObject *dict = PyDict_New();

	for (uint32_t i = 0; dict && i < n; i++) {
		if (put_member(dict, &table[i], view))
			Py_CLEAR(dict);
	}
	return dict;
}

int fields_settle(struct fields *f)
{
	PyObject *dict = fields_make_dict(&f->view, f->table, f->n);

	link_remove(&f->link);
	if (!dict)
		return -1;
	f->dict = dict;
	Py_CLEAR(f->event);
	return 0;
}

/* A value of a dict as an attribute; steals it. */
static PyObject *wrap_dict(PyObject *value)
{
	PyObject *made;

	if (!value || !PyDict_Check(value))
		return value;
	made = fields_new_settled(value);
	Py_DECREF(value);
	return made;
}

/* No table says which names there are: all are, but those that are special. */
static PyObject *get_missing(struct fields *f, PyObject *name)
{
	PyObject *value = PyObject_GenericGetAttr((PyObject *)f, name);

	if (value || !PyErr_ExceptionMatches(PyExc_AttributeError) ||
	    PyUnicode_ReadChar(name, 0) == '_')
		return value;
	PyErr_Clear();
	Py_RETURN_NONE;
}

static PyObject *get_settled(struct fields *f, PyObject *name)
{
	PyObject *value = PyDict_GetItemWithError(f->dict, name);

	if (!value)
		return PyErr_Occurred() ? NULL : get_missing(f, name);
	Py_INCREF(value);
	return wrap_dict(value);
}

static PyObject *fields_getattr(PyObject *self, PyObject *name)
{
	struct fields *f = (struct fields *)self;
	const struct retis_field *field;
	int index;

	if (f->dict)
		return get_settled(f, name);
	index = find_field(f, name);
	if (index == -2)
		return NULL;
	if (index == -1)
		return PyObject_GenericGetAttr(self, name);
	field = &f->table[index];
	if (!retis_value_present(field, &f->view))
		Py_RETURN_NONE;
	if (field->kind != RETIS_OBJECT)
		return value_make(field, &f->view, false);
	if (!field->present && !value_any_present(field->fields, field->n_fields, &f->view))
		Py_RETURN_NONE;
	return fields_new(f->event, NULL, &f->view, field->fields, field->n_fields);
}

static PyObject *fields_to_dict(PyObject *self, PyObject *args)
{
	struct fields *f = (struct fields *)self;

	(void)args;
	if (!f->dict)
		return fields_make_dict(&f->view, f->table, f->n);
	return PyDict_Copy(f->dict);
}

/* A section's text, else None. */
static PyObject *fields_text(PyObject *self, PyObject *args)
{
	struct fields *f = (struct fields *)self;
	const char *text;
	size_t length;

	(void)args;
	if (f->dict || !f->section)
		Py_RETURN_NONE;
	if (retis_events_print_section(f->event->stream->events, f->event->data, f->section, 0,
				       &text, &length))
		return PyErr_NoMemory();
	return PyUnicode_DecodeUTF8(text, (Py_ssize_t)length, "replace");
}

/* Names that are attributes, whether they have a value or not. */
static PyObject *fields_names(PyObject *self, PyObject *args)
{
	struct fields *f = (struct fields *)self;
	PyObject *list, *name;

	(void)args;
	if (f->dict)
		return PyDict_Keys(f->dict);
	list = PyList_New(0);
	for (uint32_t i = 0; list && i < f->n; i++) {
		name = PyUnicode_FromString(f->table[i].name);
		if (!name || PyList_Append(list, name))
			Py_CLEAR(list);
		Py_XDECREF(name);
	}
	return list;
}

PyTypeObject *fields_make_type(void)
{
	static PyMethodDef methods[] = {
		{ "to_dict", fields_to_dict, METH_NOARGS,
		  "to_dict() -> dict: what is there, as JSON has it." },
		{ "_text", fields_text, METH_NOARGS, NULL },
		{ "_names", fields_names, METH_NOARGS, NULL },
		{ NULL, NULL, 0, NULL },
	};
	static PyType_Slot slots[] = {
		{ Py_tp_dealloc, fields_dealloc },
		{ Py_tp_getattro, fields_getattr },
		{ Py_tp_methods, methods },
		{ 0, NULL },
	};
	static PyType_Spec spec = {
		.name = "retis._native.Fields",
		.basicsize = sizeof(struct fields),
		.flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE,
		.slots = slots,
	};

	return (PyTypeObject *)PyType_FromSpec(&spec);
}

/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/* Values of fields as Python's. */
#include "native.h"

PyObject *value_parse(const char *text, size_t length)
{
	PyObject *string = PyUnicode_DecodeUTF8(text, (Py_ssize_t)length, "replace");
	PyObject *value = string ? PyObject_CallFunctionObjArgs(native.loads, string, NULL) : NULL;

	Py_XDECREF(string);
	return value;
}

static PyObject *make_bytes(const struct retis_value *v, bool plain)
{
	PyObject *bytes = PyBytes_FromStringAndSize(v->as.text, v->length), *made;

	if (!bytes)
		return NULL;
	made = PyObject_CallFunctionObjArgs(plain ? native.base64 : native.bytes_class, bytes,
					    NULL);
	Py_DECREF(bytes);
	return made;
}

static PyObject *make_element(const struct retis_field *field, const struct retis_view *view,
			      uint32_t index, bool plain)
{
	struct retis_value v;

	retis_value_get(field, view, index, &v);
	switch (v.kind) {
	case RETIS_VALUE_UINT:
		return PyLong_FromUnsignedLongLong(v.as.u);
	case RETIS_VALUE_INT:
		return PyLong_FromLongLong(v.as.i);
	case RETIS_VALUE_BOOL:
		return PyBool_FromLong(v.as.b);
	case RETIS_VALUE_TEXT:
		return PyUnicode_DecodeUTF8(v.as.text, v.length, "replace");
	case RETIS_VALUE_BYTES:
		return make_bytes(&v, plain);
	case RETIS_VALUE_JSON:
		return value_parse(v.as.text, v.length);
	case RETIS_VALUE_NONE:
		break;
	}
	Py_RETURN_NONE;
}

/* Of a text its lines; steals it. */
static PyObject *split_lines(PyObject *text)
{
	PyObject *newline = text ? PyUnicode_FromString("\n") : NULL, *lines = NULL;

	if (newline && PyUnicode_GetLength(text) == 0)
		lines = PyList_New(0);
	else if (newline)
		lines = PyUnicode_Split(text, newline, -1);
	Py_XDECREF(newline);
	Py_XDECREF(text);
	return lines;
}

PyObject *value_make(const struct retis_field *field, const struct retis_view *view, bool plain)
{
	PyObject *list, *element;

	if (field->kind == RETIS_LINES)
		return split_lines(make_element(field, view, 0, plain));
	if (!field->count)
		return make_element(field, view, 0, plain);
	list = PyList_New(0);
	for (uint32_t i = 0; list && i < field->count; i++) {
		element = make_element(field, view, i, plain);
		if (!element || PyList_Append(list, element))
			Py_CLEAR(list);
		Py_XDECREF(element);
	}
	return list;
}

bool value_any_present(const struct retis_field *table, uint32_t n, const struct retis_view *view)
{
	for (uint32_t i = 0; i < n; i++) {
		const struct retis_field *f = &table[i];

		if (!retis_value_present(f, view))
			continue;
		if (f->kind != RETIS_OBJECT || f->present ||
		    value_any_present(f->fields, f->n_fields, view))
			return true;
	}
	return false;
}

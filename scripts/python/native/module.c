/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/* The module: its types, and what the Python half adds to them. */
#include "native.h"

#include <stdarg.h>

struct native native;

void native_free(PyObject *self)
{
	PyTypeObject *type = Py_TYPE(self);
	freefunc release = (freefunc)PyType_GetSlot(type, Py_tp_free);

	release(self);
	Py_DECREF(type);
}

PyObject *native_set_error(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	PyErr_FormatV(PyExc_RuntimeError, format, args);
	va_end(args);
	return NULL;
}

/* register(event, section, tracking, packet, bytes, factories, known, loads, base64) */
static PyObject *native_register(PyObject *self, PyObject *args)
{
	struct native *n = &native;

	(void)self;
	if (!PyArg_ParseTuple(args, "OOOOOO!OOO", &n->event_class, &n->section_class,
			      &n->tracking_class, &n->packet_class, &n->bytes_class, &PyDict_Type,
			      &n->factories, &n->known, &n->loads, &n->base64))
		return NULL;
	/* For good: a module of C is not unloaded. */
	Py_INCREF(args);
	Py_RETURN_NONE;
}

static int add_type(PyObject *module, const char *name, PyTypeObject *type)
{
	if (!type)
		return -1;
	Py_INCREF(type);
	return PyModule_AddObject(module, name, (PyObject *)type);
}

static int make_types(PyObject *module)
{
	native.stream = stream_make_type();
	native.event = event_make_type();
	native.fields = fields_make_type();
	return add_type(module, "Stream", native.stream) ||
	       add_type(module, "Event", native.event) || add_type(module, "Fields", native.fields);
}

PyMODINIT_FUNC PyInit__native(void);
PyMODINIT_FUNC PyInit__native(void)
{
	static PyMethodDef methods[] = {
		{ "register", native_register, METH_VARARGS, NULL },
		{ NULL, NULL, 0, NULL },
	};
	static struct PyModuleDef definition = {
		PyModuleDef_HEAD_INIT,
		.m_name = "retis._native",
		.m_doc = "libretis for the package retis; not for others.",
		.m_size = -1,
		.m_methods = methods,
	};
	PyObject *module = PyModule_Create(&definition);

	if (module && make_types(module))
		Py_CLEAR(module);
	return module;
}

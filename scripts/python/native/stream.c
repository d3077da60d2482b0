/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/* A file, or the files of a set, as a stream of events. */
#include "native.h"

#include <errno.h>

#include <retis/arrow.h>

/* A warning, unless these are errors. */
static void warn_of_line(void *arg, const char *line)
{
	struct stream *s = arg;

	if (!s->failed && PyErr_WarnEx(PyExc_RuntimeWarning, line, 1))
		s->failed = true;
}

/* The names of the present file go. */
static void end_names(void *arg)
{
	struct stream *s = arg;

	if (names_end(s))
		s->failed = true;
	names_clear(s);
}

static int check_message(struct stream *s)
{
	bool failed = s->failed;

	s->failed = false;
	return failed ? -1 : 0;
}

/* Up to 64 folders with plugins, out of a list of bytes. */
static size_t list_dirs(PyObject *list, const char **dirs, size_t max)
{
	size_t n = 0;

	for (Py_ssize_t i = 0; i < PyList_Size(list) && n < max; i++) {
		dirs[n] = PyBytes_AsString(PyList_GetItem(list, i));
		n += dirs[n] != NULL;
	}
	return n;
}

static PyObject *stream_new(PyTypeObject *type, PyObject *args, PyObject *kwargs)
{
	const char *dirs[64];
	struct retis_events_options options = { .size = sizeof(options), .plugin_dirs = dirs };
	PyObject *path, *list;
	struct stream *s;
	int range;

	(void)kwargs;
	if (!PyArg_ParseTuple(args, "O&pO!", PyUnicode_FSConverter, &path, &range, &PyList_Type,
			      &list))
		return NULL;
	s = (struct stream *)PyType_GenericAlloc(type, 0);
	options.range = range;
	options.n_plugin_dirs = list_dirs(list, dirs, 64);
	options.tell = warn_of_line;
	options.ending = end_names;
	options.arg = s;
	if (s && !PyErr_Occurred() &&
	    retis_events_open(PyBytes_AsString(path), &options, &s->events) && !s->failed)
		native_set_error("Could not open %s", retis_events_error(s->events));
	Py_DECREF(path);
	if (s && (check_message(s) || PyErr_Occurred()))
		Py_CLEAR(s);
	return (PyObject *)s;
}

static void stream_dealloc(PyObject *self)
{
	struct stream *s = (struct stream *)self;

	names_clear(s);
	retis_events_close(s->events);
	native_free(self);
}

static int take_names(struct stream *s)
{
	if (s->parts && s->generation == retis_events_generation(s->events))
		return 0;
	return names_refresh(s);
}

/* A new object for what was read, or NULL without an exception: nothing for Python. */
static PyObject *make_object(struct stream *s, const struct retis_events_item *item)
{
	if (take_names(s))
		return NULL;
	switch (item->kind) {
	case RETIS_EVENTS_EVENT:
		return event_new(s, item->event);
	case RETIS_EVENTS_START:
	case RETIS_EVENTS_LOSS:
		return event_new_settled(s, item);
	case RETIS_EVENTS_SERIES_END:
		break;
	}
	return NULL;
}

/* As retis_events_next(), but -1 with an exception. */
static int read_item(struct stream *s, const struct retis_events_item **item)
{
	int got = retis_events_next(s->events, item);

	if (check_message(s) || PyErr_Occurred())
		return -1;
	if (got < 0)
		native_set_error("%s", retis_events_error(s->events));
	return got;
}

static PyObject *stream_iternext(PyObject *self)
{
	struct stream *s = (struct stream *)self;
	const struct retis_events_item *item;
	PyObject *made = NULL;

	while (!made && !PyErr_Occurred() && read_item(s, &item) > 0) {
		made = make_object(s, item);
		if (!made && item->kind != RETIS_EVENTS_SERIES_END)
			break;
	}
	return made;
}

/* Events up to the end of their series, or one that is in none. */
static PyObject *stream_next_series(PyObject *self, PyObject *args)
{
	struct stream *s = (struct stream *)self;
	const struct retis_events_item *item;
	PyObject *list = PyList_New(0), *made;
	bool more = true;

	(void)args;
	while (list && more && read_item(s, &item) > 0) {
		if (item->kind == RETIS_EVENTS_SERIES_END)
			break;
		more = item->series != RETIS_SERIES_NONE;
		made = make_object(s, item);
		if (!made || PyList_Append(list, made))
			Py_CLEAR(list);
		Py_XDECREF(made);
	}
	if (PyErr_Occurred())
		Py_CLEAR(list);
	return list;
}

/* The first event tells. */
static PyObject *stream_sorted(PyObject *self, PyObject *args)
{
	struct stream *s = (struct stream *)self;
	const struct retis_events_item *item;
	int got;

	(void)args;
	do {
		got = read_item(s, &item);
	} while (got > 0 && item->kind != RETIS_EVENTS_EVENT);
	return got < 0 ? NULL : PyBool_FromLong(retis_events_sorted(s->events));
}

static PyObject *stream_seek(PyObject *self, PyObject *args)
{
	struct stream *s = (struct stream *)self;
	unsigned long long timestamp;

	if (!PyArg_ParseTuple(args, "K", &timestamp))
		return NULL;
	retis_events_seek(s->events, timestamp);
	if (check_message(s))
		return NULL;
	Py_RETURN_NONE;
}

/* --- as a table ------------------------------------------------------------- */

/* The stream of libretis, and what must last as long. */
struct table {
	struct ArrowArrayStream inner;
	PyObject *stream;
};

static int get_table_schema(struct ArrowArrayStream *a, struct ArrowSchema *out)
{
	struct table *t = a->private_data;

	return t->inner.get_schema(&t->inner, out);
}

/* Whoever reads may be any thread without the GIL; what is skipped is told with it. */
static int get_table_batch(struct ArrowArrayStream *a, struct ArrowArray *out)
{
	struct table *t = a->private_data;
	PyGILState_STATE state = PyGILState_Ensure();
	int err = t->inner.get_next(&t->inner, out);

	if (check_message((struct stream *)t->stream)) {
		PyErr_WriteUnraisable(t->stream);
		err = err ? err : EIO;
	}
	PyGILState_Release(state);
	return err;
}

static const char *get_table_error(struct ArrowArrayStream *a)
{
	struct table *t = a->private_data;

	return t->inner.get_last_error(&t->inner);
}

static void release_table(struct ArrowArrayStream *a)
{
	struct table *t = a->private_data;
	PyGILState_STATE state = PyGILState_Ensure();

	t->inner.release(&t->inner);
	Py_DECREF(t->stream);
	PyMem_Free(t);
	a->release = NULL;
	PyGILState_Release(state);
}

static void free_capsule(PyObject *capsule)
{
	struct ArrowArrayStream *a = PyCapsule_GetPointer(capsule, "arrow_array_stream");

	if (a->release)
		a->release(a);
	PyMem_Free(a);
}

static struct ArrowArrayStream *make_table(struct stream *s)
{
	struct ArrowArrayStream *a = PyMem_Calloc(1, sizeof(*a));
	struct table *t = PyMem_Calloc(1, sizeof(*t));

	if (!a || !t || retis_events_arrow(s->events, &t->inner)) {
		if (!check_message(s) && !PyErr_Occurred())
			native_set_error("%s", retis_events_error(s->events));
		PyMem_Free(a);
		PyMem_Free(t);
		return NULL;
	}
	Py_INCREF(s);
	t->stream = (PyObject *)s;
	*a = (struct ArrowArrayStream){
		.get_schema = get_table_schema,
		.get_next = get_table_batch,
		.get_last_error = get_table_error,
		.release = release_table,
		.private_data = t,
	};
	return a;
}

static PyObject *stream_arrow(PyObject *self, PyObject *args)
{
	struct ArrowArrayStream *a;
	PyObject *wanted = NULL, *capsule;

	if (!PyArg_ParseTuple(args, "|O", &wanted))
		return NULL;
	a = make_table((struct stream *)self);
	if (!a)
		return NULL;
	capsule = PyCapsule_New(a, "arrow_array_stream", free_capsule);
	if (!capsule)
		release_table(a);
	return capsule;
}

PyTypeObject *stream_make_type(void)
{
	static PyMethodDef methods[] = {
		{ "seek", stream_seek, METH_VARARGS,
		  "seek(timestamp): leave out earlier events where that saves reading them; "
		  "some may come all the same." },
		{ "__arrow_c_stream__", stream_arrow, METH_VARARGS,
		  "The events that were not read yet as a stream of Arrow tables." },
		{ "_next_series", stream_next_series, METH_NOARGS, NULL },
		{ "_sorted", stream_sorted, METH_NOARGS, NULL },
		{ NULL, NULL, 0, NULL },
	};
	static PyType_Slot slots[] = {
		{ Py_tp_new, stream_new },	   { Py_tp_dealloc, stream_dealloc },
		{ Py_tp_iter, PyObject_SelfIter }, { Py_tp_iternext, stream_iternext },
		{ Py_tp_methods, methods },	   { 0, NULL },
	};
	static PyType_Spec spec = {
		.name = "retis._native.Stream",
		.basicsize = sizeof(struct stream),
		.flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE,
		.slots = slots,
	};

	return (PyTypeObject *)PyType_FromSpec(&spec);
}

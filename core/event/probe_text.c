/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/* What a probe adds to an event's text and JSON. */
#include "core/event/probe_text.h"

#include <errno.h>
#include <stdlib.h>

#include "core/event/buffer.h"
#include "core/event/json.h"

static const struct {
	const char *name, *tag;
} tags[] = {
	{ "kprobe", "k" }, { "kretprobe", "kr" }, { "raw_tracepoint", "tp" },
	{ "fentry", "f" }, { "fexit", "fr" },	  { "usdt", "u" },
};

static const char *tag_of(const char *name)
{
	for (size_t i = 0; name && i < sizeof(tags) / sizeof(tags[0]); i++) {
		if (!strcmp(tags[i].name, name))
			return tags[i].tag;
	}
	return NULL;
}

const char *probe_tag(const char *type, const char *backend)
{
	const char *tag = tag_of(backend);

	tag = tag ? tag : tag_of(type);
	return tag ? tag : "";
}

void probe_name_renew(struct retis_file_probe *name)
{
	bool fexit = !strcmp(name->type, "fexit");

	if (!fexit && strcmp(name->type, "fentry"))
		return;
	name->backend = name->type;
	name->type = fexit ? "kretprobe" : "kprobe";
}

static void put_string_member(struct retis_text *out, const char *key, const char *value)
{
	retis_text_str(out, key);
	json_string(out, value ? value : "", value ? strlen(value) : 0);
}

static void put_escaped(struct retis_text *out, const char *s)
{
	if (s)
		retis_text_escaped(out, s, strlen(s));
}

static void put_plain(struct retis_text *out, const struct retis_file_probe *name)
{
	const char *slash = name->path ? strrchr(name->path, '/') : NULL;

	retis_text_str(out, " [");
	put_escaped(out, name->tag && *name->tag ? name->tag : "invalid");
	retis_text_str(out, "] ");
	put_escaped(out, name->symbol);
	if (!slash)
		return;
	retis_text_str(out, " (");
	put_escaped(out, slash + 1);
	retis_text_char(out, ')');
}

static void put_probe_json(struct retis_text *out, const struct retis_file_probe *name)
{
	if (!name->path) {
		put_string_member(out, ",\"kernel\":{\"symbol\":", name->symbol);
		put_string_member(out, ",\"probe_type\":", name->type);
		if (name->backend)
			put_string_member(out, ",\"backend\":", name->backend);
		return;
	}
	put_string_member(out, ",\"userspace\":{\"probe_type\":", name->type);
	put_string_member(out, ",\"symbol\":", name->symbol);
	retis_text_str(out, ",\"ip\":");
	retis_text_dec(out, name->ip);
	put_string_member(out, ",\"path\":", name->path);
}

static void put_probe_texts(struct retis_text *out, const struct retis_file_probe *name,
			    struct probe_text *to)
{
	to->userspace = name->path;
	to->plain = out->length;
	put_plain(out, name);
	to->plain_length = out->length - to->plain;
	to->json = out->length;
	put_probe_json(out, name);
	to->json_length = out->length - to->json;
}

int probe_texts_init(struct probe_texts *texts, const struct retis_file_probe *const *probes,
		     size_t n)
{
	struct probe_texts t = { .n = n };

	if (text_init(&t.text, 4096))
		return -ENOMEM;
	t.probes = calloc(n ? n : 1, sizeof(*t.probes));
	if (!t.probes)
		goto fail;
	for (size_t i = 0; i < n; i++)
		put_probe_texts(&t.text, probes[i], &t.probes[i]);
	if (t.text.failed)
		goto fail;
	*texts = t;
	return 0;
fail:
	probe_texts_fini(&t);
	return -ENOMEM;
}

void probe_texts_fini(struct probe_texts *texts)
{
	text_fini(&texts->text);
	free(texts->probes);
	*texts = (struct probe_texts){ 0 };
}

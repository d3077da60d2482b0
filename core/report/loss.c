/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#include "core/report/loss.h"

#include "core/event/common.h"
#include "core/event/json.h"

static const struct retis_file_probe *find_loss_probe(const struct input_names *names,
						      const struct retis_loss *loss)
{
	return loss->probe < names->n_probes ? names->probes[loss->probe] : NULL;
}

static void put_loss_string(struct retis_text *out, const char *key, const char *value)
{
	retis_text_str(out, key);
	json_string(out, value, strlen(value));
}

static void put_loss_json(const struct retis_loss *loss, const struct retis_file_probe *probe,
			  const char *host, struct retis_text *out)
{
	retis_text_str(out, "{\"common\":{\"timestamp\":");
	retis_text_dec(out, loss->until);
	if (host)
		put_loss_string(out, ",\"host\":", host);
	retis_text_str(out, "},\"loss\":{\"since\":");
	retis_text_dec(out, loss->since);
	retis_text_str(out, ",\"count\":");
	retis_text_dec(out, loss->count);
	put_loss_string(out, ",\"cause\":", retis_loss_text(loss->cause));
	if (probe) {
		put_loss_string(out, ",\"probe_type\":", probe->type);
		put_loss_string(out, ",\"symbol\":", probe->symbol);
	}
	retis_text_str(out, "}}\n");
}

static void put_loss_text(const struct retis_loss *loss, const struct retis_file_probe *probe,
			  struct retis_text *out)
{
	retis_text_str(out, " lost ");
	retis_text_dec(out, loss->count);
	if (probe) {
		retis_text_str(out, " at ");
		retis_text_escaped(out, probe->type, strlen(probe->type));
		retis_text_char(out, '/');
		retis_text_escaped(out, probe->symbol, strlen(probe->symbol));
	}
	retis_text_str(out, ": ");
	retis_text_str(out, retis_loss_text(loss->cause));
}

void loss_print(struct printer *p, const struct input_names *names, const struct retis_loss *loss,
		struct retis_text *out)
{
	const struct retis_file_probe *probe = find_loss_probe(names, loss);
	const struct printer_options *o = &p->options;

	if (o->json) {
		put_loss_json(loss, probe,
			      loss->host ? common_host(names->names, (uint8_t)loss->host) : NULL,
			      out);
		return;
	}
	if (o->utc)
		timestamp_utc(&p->clock, loss->until, o->clock_offset, out);
	else
		retis_text_dec(out, loss->until);
	if (loss->host)
		common_put_host(names->names, (uint8_t)loss->host, out);
	put_loss_text(loss, probe, out);
	retis_text_str(out, o->layout == PRINTER_MULTI_LINE ? "\n\n" : "\n");
}

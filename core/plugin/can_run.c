/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "core/plugin/can_run.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "core/kernel/kernel.h"
#include "core/plugin/host.h"
#include "core/plugin/plugin.h"
#include "core/util/log.h"

bool plugin_collects(const struct plugin *plugin)
{
	const struct retis_plugin *desc = &plugin->desc;

	return desc->n_hooks && desc->direct.data != desc->direct.end &&
	       desc->probe.data != desc->probe.end;
}

static const char *need_name(enum retis_need_kind kind)
{
	switch (kind) {
	case RETIS_NEED_TYPE:
		return "type";
	case RETIS_NEED_FIELD:
		return "field";
	case RETIS_NEED_FUNCTION:
		return "function";
	case RETIS_NEED_TRACEPOINT:
		return "tracepoint";
	case RETIS_NEED_MODULE:
		return "module";
	case RETIS_NEED_CONFIG:
		return "configuration option";
	case RETIS_NEED_USDT:
		return "usdt probe";
	}
	return "feature";
}

static int check_kernel_need(const struct host *host, const struct retis_need *need, char *reason,
			     size_t size)
{
	const char *kind = need_name(need->kind);

	/* What can't be told is not held against the kernel. */
	if (host->api.kernel_has(&host->api, need->kind, need->name) != 0)
		return 0;
	if (need->optional) {
		log_debug("%s: no %s %s in this kernel: %s is not available", host->plugin, kind,
			  need->name, need->purpose ? need->purpose : "a part");
		return 0;
	}
	snprintf(reason, size, "this kernel has no %s %s%s%s%s", kind, need->name,
		 need->purpose ? " (for " : "", need->purpose ? need->purpose : "",
		 need->purpose ? ")" : "");
	return -EOPNOTSUPP;
}

int plugin_can_run(const struct plugin *plugin, struct kernel *k, char *reason, size_t size)
{
	const struct retis_plugin *desc = &plugin->desc;
	struct host host;
	int err = 0;

	if (!plugin_collects(plugin)) {
		snprintf(reason, size, "it only decodes");
		return -EOPNOTSUPP;
	}
	if (!kernel_btf(k)) {
		snprintf(reason, size, "this kernel has no BTF (/sys/kernel/btf/vmlinux)");
		return -EOPNOTSUPP;
	}
	host_init(&host, desc->name, k);
	for (uint32_t i = 0; !err && i < desc->n_needs; i++)
		err = check_kernel_need(&host, &desc->needs[i], reason, size);
	if (!err && desc->check) {
		reason[0] = '\0';
		err = desc->check(&host.api, plugin->state, reason, size);
		if (err && !reason[0])
			snprintf(reason, size, "%s", strerror(-err));
	}
	return err;
}

/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which versions of what are at work. */
#include <bpf/libbpf.h>
#include <sys/utsname.h>

#include "core/doctor/bug_report.h"
#include "core/plugin/plugin.h"
#include "core/util/escape.h"

void versions_print(const char *version, const struct plugins *plugins, FILE *out)
{
	char safe[64];
	struct utsname uts;

	fprintf(out, "retis %s\nlibbpf %s\n", version, libbpf_version_string());
	if (!uname(&uts))
		fprintf(out, "%s %s %s (%s)\n", uts.sysname, uts.release, uts.machine, uts.version);
	for (size_t i = 0; i < plugins->n; i++)
		fprintf(out, "plugin %s %s\n", plugins->list[i]->desc.name,
			escape_text(safe, sizeof(safe), plugins->list[i]->desc.version));
}

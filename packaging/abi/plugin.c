/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/* What plugins and the program share, for scripts/abi: nothing but its types. */
#include <retis/plugin.h>

const struct retis_plugin *retis_abi_plugin(const struct retis_host *host);

const struct retis_plugin *retis_abi_plugin(const struct retis_host *host)
{
	(void)host;
	return NULL;
}

/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What plugins and the program share, for scripts/abi: nothing but its types. */
#include <retis/plugin.h>

const struct retis_plugin *retis_abi_plugin(const struct retis_host *host);

const struct retis_plugin *retis_abi_plugin(const struct retis_host *host)
{
	(void)host;
	return NULL;
}

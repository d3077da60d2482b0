/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "core/cli/command.h"

#ifndef RETIS_VERSION
#define RETIS_VERSION "unspec"
#endif

const char *retis_version(void)
{
	return RETIS_VERSION;
}

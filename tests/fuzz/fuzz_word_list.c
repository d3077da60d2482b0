/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Any text as one of tracefs' lists, of functions, events or places where no probe may be: each
 * word that is listed is found.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "core/kernel/tracefs.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = strndup((const char *)data, size);
	struct word_list list = { 0 };

	if (!text)
		return 0;
	if (!word_list_take(&list, text)) {
		for (size_t i = 0; i < list.n; i++)
			if (!*list.words[i] || !word_list_has(&list, list.words[i]))
				abort();
	}
	word_list_fini(&list);
	return 0;
}

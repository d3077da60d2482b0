/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#include "core/json/expect.h"

const unsigned char json_mask[2 * JSON_NAME_SIZE] = { [0 ... JSON_NAME_SIZE - 1] = 0xff };

void json_name_init(struct json_name *n, const char *name)
{
	size_t length = strlen(name);

	*n = (struct json_name){ 0 };
	if (length + strlen("\"\":") > JSON_NAME_SIZE)
		return;
	n->text[0] = '"';
	memcpy(n->text + 1, name, length);
	memcpy(n->text + 1 + length, "\":", 2);
	n->length = length + strlen("\"\":");
}

int json_key_of(struct json_cursor *c, const struct json_name *names, int n, int *expected)
{
	struct json key;
	int i = *expected;

	if (i == n || !json_key_if(c, &names[i])) {
		if (!json_key(c, &key))
			return -1;
		for (i = 0; i < n; i++)
			if (key.length == names[i].length - strlen("\"\":") &&
			    !memcmp(key.text, names[i].text + 1, key.length))
				break;
	}
	*expected = i < n ? i + 1 : *expected;
	return i;
}

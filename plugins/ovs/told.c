/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "told.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#define CUT "..."

void ovs_write_ufid(const struct ovs_flow_id *id, char to[sizeof("ufid:") + OVS_UFID_LENGTH])
{
	const uint32_t *u = id->ufid;

	snprintf(to, sizeof("ufid:") + OVS_UFID_LENGTH, "ufid:%08x-%04x-%04x-%04x-%04x%08x", u[0],
		 u[1] >> 16, u[1] & 0xffff, u[2] >> 16, u[2] & 0xffff, u[3]);
}

/* Without white space at the end. */
static size_t trim_end(const char *text, size_t size)
{
	while (size && strchr(" \t\r\n", text[size - 1]))
		size--;
	return size;
}

void ovs_told_flow(struct ovs_told *told, const char *text)
{
	size_t size = trim_end(text, strlen(text)), room = sizeof(told->dpflow) - sizeof(CUT);

	memset(told->dpflow, 0, sizeof(told->dpflow));
	if (size >= sizeof(told->dpflow))
		snprintf(told->dpflow, sizeof(told->dpflow), "%.*s" CUT, (int)room, text);
	else
		memcpy(told->dpflow, text, size);
}

/* Adds a line; false: there is no room for it, and for CUT behind it. */
static bool add_line(struct ovs_told *told, size_t *used, const char *line, size_t size)
{
	if (size > sizeof(told->ofpflows) ||
	    *used + size + 2 + strlen(CUT) > sizeof(told->ofpflows))
		return false;
	if (*used)
		told->ofpflows[(*used)++] = '\n';
	memcpy(told->ofpflows + *used, line, size);
	*used += size;
	return true;
}

size_t ovs_told_rules(struct ovs_told *told, const char *text)
{
	size_t used = 0, length;
	bool fits = true;

	if (!strncmp(text, "Cache was not found", strlen("Cache was not found")))
		return 0;
	for (; fits && *text; text += length) {
		text += strspn(text, "\r\n");
		length = strcspn(text, "\r\n");
		if (trim_end(text, length))
			fits = add_line(told, &used, text, trim_end(text, length));
	}
	if (fits)
		return used;
	if (used)
		told->ofpflows[used++] = '\n';
	memcpy(told->ofpflows + used, CUT, strlen(CUT));
	return used + strlen(CUT);
}

/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A section with every kind of field, one of JSON, and an event of both: what filters on
 * stored events are tried on. */
#ifndef TESTS_ASK_BUILD_H
#define TESTS_ASK_BUILD_H

#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "core/ask/meta.h"

struct ask_payload {
	uint32_t number;
	int16_t minus;
	uint8_t yes;
	uint8_t no;
	char text[8];
	uint8_t ip4[4];
	uint8_t ip6[16];
	uint8_t mac[6];
	uint16_t list[3];
	uint32_t state;
	uint64_t big;
	uint32_t inner;
	uint32_t absent;
};

static const struct retis_enum_name ask_states[] = { { 1, "NEW" }, { 2, "ESTABLISHED" } };
static const struct retis_field ask_inner[] = {
	RETIS_FIELD(struct ask_payload, inner, RETIS_UINT),
};
static const struct retis_field ask_absent[] = {
	RETIS_FIELD(struct ask_payload, absent, RETIS_UINT),
};
static const struct retis_field ask_fields[] = {
	RETIS_FIELD(struct ask_payload, number, RETIS_UINT),
	RETIS_FIELD(struct ask_payload, minus, RETIS_INT),
	RETIS_FIELD(struct ask_payload, yes, RETIS_BOOL),
	RETIS_FIELD(struct ask_payload, no, RETIS_BOOL),
	RETIS_FIELD(struct ask_payload, text, RETIS_STRING),
	RETIS_FIELD(struct ask_payload, ip4, RETIS_IP4),
	RETIS_FIELD(struct ask_payload, ip6, RETIS_IP6),
	RETIS_FIELD(struct ask_payload, mac, RETIS_MAC),
	{ .name = "list",
	  .kind = RETIS_UINT,
	  .offset = offsetof(struct ask_payload, list),
	  .size = 2,
	  .count = 3 },
	RETIS_FIELD(struct ask_payload, state, RETIS_ENUM, .names = ask_states, .n_names = 2),
	RETIS_FIELD(struct ask_payload, big, RETIS_HEX),
	{ .name = "group", .kind = RETIS_OBJECT, .present = 1, .fields = ask_inner, .n_fields = 1 },
	{ .name = "none", .kind = RETIS_OBJECT, .present = 2, .fields = ask_absent, .n_fields = 1 },
};
static const struct retis_field ask_json[] = { { .name = "json", .kind = RETIS_JSON } };
static const struct retis_section_type ask_types[] = {
	{ .name = "all-kinds",
	  .fields = ask_fields,
	  .n_fields = sizeof(ask_fields) / sizeof(*ask_fields) },
	{ .name = "as-json", .fields = ask_json, .n_fields = 1 },
	{ .name = "other", .fields = ask_inner, .n_fields = 1 },
};
static const struct retis_file_probe *const ask_probes[] = {
	&(const struct retis_file_probe){
		.symbol = "tcp_v4_rcv", .type = "kprobe", .backend = "fentry" },
	&(const struct retis_file_probe){ .symbol = "net:netif_rx", .type = "raw_tracepoint" },
	&(const struct retis_file_probe){
		.symbol = "p:n", .type = "usdt", .path = "/bin/p", .ip = 16 },
};

#define ASK_JSON_TEXT                                                                             \
	"{\"verdict\":\"drop\",\"policy\":false,\"n\":-3,\"at\":\"10.1.2.3\",\"list\":[1,\"x\"]," \
	"\"deep\":{\"er\":18446744073709551615},\"null\":null}"

struct ask_world {
	struct registry registry;
	struct input_names names;
	_Alignas(8) struct {
		struct retis_event event;
		struct retis_section first;
		struct ask_payload payload;
		struct retis_section second;
		char json[RETIS_ALIGNED(sizeof(ASK_JSON_TEXT) - 1)];
	} e;
};

_Static_assert(sizeof(struct ask_payload) % RETIS_ALIGN == 0, "the next section is aligned");

static inline void ask_world_init(struct ask_world *w)
{
	static const struct ask_payload payload = {
		.number = 1000,
		.minus = -5,
		.yes = 1,
		.text = "eth0",
		.ip4 = { 10, 1, 2, 3 },
		.ip6 = { 0xfe, 0x80, [15] = 1 },
		.mac = { 0, 0, 0x5e, 0, 0x53, 1 },
		.list = { 1, 2, 2 },
		.state = 2,
		.big = UINT64_MAX,
		.inner = 7,
	};

	memset(w, 0, sizeof(*w));
	for (size_t i = 0; i < sizeof(ask_types) / sizeof(ask_types[0]); i++)
		if (registry_add(&w->registry, &ask_types[i], "") < 0)
			abort();
	w->names = (struct input_names){ .registry = &w->registry,
					 .probes = ask_probes,
					 .n_probes = 3 };
	w->e.event = (struct retis_event){ .size = sizeof(w->e),
					   .timestamp = 500,
					   .cpu = 3,
					   .pid = 10,
					   .tid = 11,
					   .comm = "nginx" };
	w->e.first = (struct retis_section){ .type = 0, .size = sizeof(payload), .present = 1 };
	w->e.payload = payload;
	w->e.second = (struct retis_section){ .type = 1, .size = sizeof(ASK_JSON_TEXT) - 1 };
	memcpy(w->e.json, ASK_JSON_TEXT, sizeof(ASK_JSON_TEXT) - 1);
}

#endif

/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/* Members of an event that no plugin writes. */
#include "core/event/schema.h"

#include "core/event/common.h"

#define NUMBER(NAME, KIND, SIZE, ABOUT)                                          \
	{                                                                        \
		.name = #NAME, .kind = (KIND), .size = (SIZE), .about = (ABOUT), \
	}
#define OPTIONAL(NAME, KIND, SIZE, ABOUT)                                                      \
	{                                                                                      \
		.name = #NAME, .kind = (KIND), .size = (SIZE), .about = (ABOUT), .present = 1, \
	}
#define STRING(NAME, ABOUT)                                           \
	{                                                             \
		.name = #NAME, .kind = RETIS_STRING, .about = (ABOUT) \
	}
#define GROUP(NAME, TABLE, ABOUT)                                                     \
	{                                                                             \
		.name = #NAME, .kind = RETIS_OBJECT, .about = (ABOUT), FIELDS(TABLE), \
	}
#define FIELDS(TABLE) .fields = (TABLE), .n_fields = sizeof(TABLE) / sizeof((TABLE)[0])

static const struct retis_field kernel[] = {
	STRING(symbol, "Function, or group:event of a tracepoint"),
	STRING(probe_type, "Kind of probe: kprobe, kretprobe (of functions, however they were "
			   "attached), raw_tracepoint"),
	{ .name = "backend",
	  .about = "How a function's probe was attached if not by itself as a kprobe: fentry, "
		   "fexit, kprobe.multi ...",
	  .kind = RETIS_STRING,
	  .present = 1 },
	{
		.name = "stack_trace",
		.about = "Innermost first: SYMBOL+0xOFFSET or 0xADDRESS",
		.kind = RETIS_STRING,
		.count = SCHEMA_ANY_COUNT,
		.present = 1,
	},
};

static const struct retis_field userspace[] = {
	STRING(probe_type, "Kind of probe: usdt"),
	STRING(symbol, "PROVIDER:NAME of the probe"),
	NUMBER(ip, RETIS_UINT, 8, "Address of the probe"),
	STRING(path, "Path of the program"),
	NUMBER(pid, RETIS_INT, 4, "Process id"),
	NUMBER(tid, RETIS_INT, 4, "Thread id"),
};

static const struct retis_field tracked[] = {
	NUMBER(orig_head, RETIS_UINT, 8, "Address of the packet's head when first seen"),
	NUMBER(timestamp, RETIS_UINT, 8, "When it was first seen"),
	NUMBER(skb, RETIS_UINT, 8, "Address of its struct sk_buff"),
};

static const struct retis_field lost[] = {
	NUMBER(count, RETIS_UINT, 8, "How many events, of any packet"),
	STRING(cause, "What most of them were lost by"),
};

static const struct retis_field tracking[] = {
	GROUP(skb, tracked, "What the packet is known by"),
	NUMBER(idx, RETIS_UINT, 4, "Place in the series of its events, from 0"),
	{
		.name = "latency",
		.about = "Since the event before of the same struct sk_buff, in nanoseconds",
		.kind = RETIS_UINT,
		.size = 8,
		.present = 1,
	},
	{
		.name = "joined",
		.about = "Its packet came from, or went to, another host: how sure that is",
		.kind = RETIS_STRING,
		.present = 1,
	},
	{
		.name = "lost",
		.about = "In the first event of a series: lost while it lasted, maybe out of it",
		.kind = RETIS_OBJECT,
		.present = 2,
		FIELDS(lost),
	},
};

static const struct retis_field offset[] = {
	NUMBER(sec, RETIS_INT, 8, "Seconds"),
	NUMBER(nsec, RETIS_INT, 8, "Nanoseconds"),
};

static const struct retis_field machine[] = {
	STRING(kernel_release, "As uname -r says"),
	STRING(kernel_version, "As uname -v says"),
	STRING(hardware_name, "As uname -m says"),
};

static const struct retis_enum_name policies[] = { { 1, "size" }, { 2, "time" } };

static const struct retis_field policy[] = {
	{
		.name = "kind",
		.about = "What ends a file",
		.kind = RETIS_ENUM,
		.size = 4,
		.names = policies,
		.n_names = 2,
	},
	NUMBER(limit, RETIS_UINT, 8, "Bytes or seconds"),
};

static const struct retis_field split[] = {
	NUMBER(id, RETIS_UINT, 4, "Number of the file in its set, from 0"),
	{ .name = "policy",
	  .about = "When a new file begins",
	  .kind = RETIS_OBJECT,
	  FIELDS(policy) },
};

static const struct retis_field host[] = {
	STRING(name, "Its name"),
	{ .name = "id", .about = "Its machine-id(5)", .kind = RETIS_STRING, .present = 1 },
	OPTIONAL(clock_error, RETIS_UINT, 8,
		 "How far its clock may be off, by adjtimex(2), in nanoseconds; not there if "
		 "nothing "
		 "keeps it right"),
	OPTIONAL(clock_error_max, RETIS_UINT, 8, "The same, at most"),
};

static const struct retis_field startup[] = {
	STRING(retis_version, "Version of the program that collected"),
	STRING(cmdline, "Its command line"),
	{
		.name = "clock_monotonic_offset",
		.about = "CLOCK_REALTIME less CLOCK_MONOTONIC",
		.kind = RETIS_OBJECT,
		FIELDS(offset),
	},
	{ .name = "machine", .about = "Where it ran", .kind = RETIS_OBJECT, FIELDS(machine) },
	{
		.name = "host",
		.about = "Who collected",
		.kind = RETIS_OBJECT,
		.present = 1,
		FIELDS(host),
	},
	{
		.name = "hosts",
		.about = "Who collected what was merged to this file",
		.kind = RETIS_OBJECT,
		.count = SCHEMA_ANY_COUNT,
		.present = 1,
		FIELDS(host),
	},
	{
		.name = "split_file",
		.about = "Place in a set of rotated files",
		.kind = RETIS_OBJECT,
		.present = 1,
		FIELDS(split),
	},
};

static const struct retis_field loss[] = {
	NUMBER(since, RETIS_UINT, 8, "They happened after this, in nanoseconds since boot"),
	NUMBER(count, RETIS_UINT, 8, "How many"),
	STRING(cause, "Why"),
	{ .name = "probe_type", .about = "Of one probe", .kind = RETIS_STRING, .present = 1 },
	{ .name = "symbol", .about = "Of one probe", .kind = RETIS_STRING, .present = 1 },
};

/* A key of upstream's that a plugin happens to be called, too. */
#define NAME_OF(KEY) #KEY

#define OWN(NAME, TABLE, ABOUT)                                 \
	{                                                       \
		.name = (NAME), .about = (ABOUT), FIELDS(TABLE) \
	}

const struct retis_section_type schema_own[] = {
	OWN("common", common_fields, "When and where it happened"),
	OWN("kernel", kernel, "The probe in the kernel that was hit"),
	OWN("userspace", userspace, "The probe in a program that was hit"),
	OWN(NAME_OF(tracking), tracking, "The packet the event belongs to, in sorted files"),
	OWN("startup", startup, "How the collection started: the first event of a file"),
	OWN("loss", loss, "Events that were lost up to this time"),
	{},
};

/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * The whole contract between retis and a collector plugin.
 *
 * A plugin is a shared object that exports one symbol, a constant
 * struct retis_plugin called `retis_plugin`, and imports none of the program's.
 * What it brings is data: BPF objects, hooks, sections, options. Functions are
 * optional.
 *
 * How it evolves: members are only appended to the structs below. `abi_major`
 * changes when a plugin must be rebuilt; `size` tells the host which members a
 * plugin knows (a shorter struct means defaults; one that is longer than the
 * host's is accepted if what the host does not know is zero). Arrays carry the
 * size of their elements for the same reason: use RETIS_LIST().
 *
 * Lifetime: everything a plugin points to must stay valid and unchanged while
 * the plugin is loaded, that is until the program ends.
 */
#ifndef RETIS_PLUGIN_H
#define RETIS_PLUGIN_H

#include <stddef.h>
#include <stdint.h>

#include <retis/section.h>

#define RETIS_ABI_MAJOR 1
#define RETIS_ABI_MINOR 0

/* .hooks = ..., .n_hooks = ..., .hook_size = ... from an array in one go:
 * RETIS_LIST(hook, array). */
#define RETIS_LIST(NAME, ARRAY)                                                \
	.NAME##s = (ARRAY), .n_##NAME##s = sizeof(ARRAY) / sizeof((ARRAY)[0]), \
	.NAME##_size = sizeof((ARRAY)[0])

/* A BPF object file in memory, 8-byte aligned; see RETIS_OBJECT_FILE(). */
struct retis_object {
	const void *data;
	/* The first byte behind it. */
	const void *end;
};

/*
 * Embeds the file PATH (found along the assembler's -I) under NAME; then
 * RETIS_OBJECT_OF(NAME) initialises a struct retis_object.
 */
#define RETIS_OBJECT_FILE(NAME, PATH)                                                          \
	__asm__(".pushsection .rodata.bpf, \"a\", @progbits\n"                                 \
		".balign 8\n" #NAME "_start:\n.incbin \"" PATH "\"\n" #NAME "_end:\n.byte 0\n" \
		".popsection\n");                                                              \
	extern const char NAME##_start[] __attribute__((visibility("hidden")));                \
	extern const char NAME##_end[] __attribute__((visibility("hidden")))
#define RETIS_OBJECT_OF(NAME)                           \
	{                                               \
		.data = NAME##_start, .end = NAME##_end \
	}

/* What a probe can hand to a hook. */
enum retis_input {
	/* The packet: ctx->skb. */
	RETIS_INPUT_SKB = 1 << 0,
	/* What is known of a packet, ctx->packet: the probe has one, or may run for one
	 * (probe option `ftrace`). */
	RETIS_INPUT_PACKET = 1 << 16,
};
/* The hook's argument N, from 0; see struct retis_hook. */
#define RETIS_INPUT_ARG(N) (1u << ((N) + 1))

/* Arguments a hook may ask for. */
#define RETIS_HOOK_ARGS 12

/* An argument of the probed function or tracepoint: the first one that is all of what is
 * said here. Frozen for all ABI versions. */
struct retis_arg {
	/* Its C type as in kernel headers, without qualifiers ("struct net_device *",
	 * "enum skb_drop_reason"), or several separated by '|'. NULL: any. */
	const char *type;
	/* Its name in the function's declaration. NULL: any. */
	const char *name;
	/* Where it is, from 1. 0: anywhere. Those of usdt probes have neither name nor type,
	 * and come at the width and with the sign that the program gave them. */
	uint32_t position;
	/* No kernel needs to have a type of that name: only who debugs is told of one that has
	 * none. */
	uint32_t optional;
};

/* .args = ..., .n_args = ... from an array. */
#define RETIS_ARGS(ARRAY) .args = (ARRAY), .n_args = sizeof(ARRAY) / sizeof((ARRAY)[0])

/* When a hook is called. */
enum retis_stage {
	/* Packets that passed the filters, or are tracked: it adds to the event. */
	RETIS_STAGE_COLLECT,
	/* Each time, whatever the filters say; to keep books. The event is NULL. */
	RETIS_STAGE_BEFORE,
	/* The same, behind all others, where the packet is tracked. */
	RETIS_STAGE_AFTER,
	/*
	 * At probes that have no packet among their arguments: returns the address of
	 * the struct sk_buff it is about, or 0. The event is NULL. It makes such a probe
	 * one that has a packet: for filters, tracking and all hooks. Not where
	 * functions return. One for a probe; the first in order is taken.
	 */
	RETIS_STAGE_PACKET,
	/*
	 * Where there is a packet filter, but no packet at this probe, or one without
	 * headers yet: gets a struct retis_standin instead of the event, writes an IP
	 * header and what is behind it, and returns how many bytes, or 0. The filter looks
	 * at these. Not where functions return. One for a probe; the first in order is
	 * taken.
	 */
	RETIS_STAGE_STANDIN,
};

/* Hooks that are for any probe are not called at the probes it names, unless somebody else wants
 * these, too; but those that say which packet it is. If no hook collects there, only in another
 * stage, that is a program for itself: no filter, no tracking, no event. */
#define RETIS_HOOK_ALONE (1u << 0)
/* At the probes it names there is no event unless it adds to it, whoever else wants these, but
 * for another plugin whose hook names them, too. It comes first there, whatever its order. */
#define RETIS_HOOK_DECIDES (1u << 1)
/* If it names no probes: it is for all usdt probes, and for none in the kernel. */
#define RETIS_HOOK_USER (1u << 2)

struct retis_hook {
	/* The C function in SEC("hook/...") of the BPF object. */
	const char *program;
	/* Probes it goes to, as on the command line ("tp:skb:kfree_skb",
	 * "usdt:/usr/bin/x:y::z", "usdt:y::z/pid=17"); NULL-terminated. NULL: every probe in
	 * the kernel that has what it needs. Probes named here are added to the collection. */
	const char *const *probes;
	/* Arguments it wants besides the context and the event, at most
	 * RETIS_HOOK_ARGS: retis_arg(ctx, N) is the one described by args[N], 0 if there
	 * is none. Where a function returns, as it was called. */
	const struct retis_arg *args;
	uint32_t n_args;
	/* It is called where at least one of these RETIS_INPUT_* exists; 0:
	 * everywhere. */
	uint32_t any_of;
	/* And where all of these do. */
	uint32_t all_of;
	/* Hooks of one probe and stage are called in ascending order; third parties: from
	 * 1000 on. */
	uint32_t order;
	enum retis_stage stage;
	/* RETIS_HOOK_* */
	uint32_t flags;
};

/* Something hooks count with retis_count(), at the same index. */
struct retis_counter {
	/* A few words for "17 ...": "packets not followed, too many at one time". */
	const char *name;
};

enum retis_need_kind {
	/* A struct, union or enum of this name in kernel BTF. */
	RETIS_NEED_TYPE = 1,
	/* "type.member". */
	RETIS_NEED_FIELD,
	/* A function in kallsyms. */
	RETIS_NEED_FUNCTION,
	/* A tracepoint, "name" or "group:name". */
	RETIS_NEED_TRACEPOINT,
	/* A module that is loaded, or built in. */
	RETIS_NEED_MODULE,
	/* A kernel configuration option, y or m ("CONFIG_..."). Met if the
	 * configuration can't be read. */
	RETIS_NEED_CONFIG,
	/* A usdt probe that says whose, as in struct retis_hook. Only for kernel_has(): it is
	 * no need of a collector. */
	RETIS_NEED_USDT,
};

struct retis_need {
	enum retis_need_kind kind;
	const char *name;
	/* What it is good for: "packet capture". Part of the message. */
	const char *purpose;
	/* Not there: a debug message, and the collector runs without. */
	uint8_t optional;
};

enum retis_option_type {
	/* No value. Stores a uint8_t 1. */
	RETIS_OPT_FLAG = 1,
	/* A decimal number within min and max. Stores a uint64_t. */
	RETIS_OPT_UINT,
	/* Stores a const char *, valid as long as the plugin. */
	RETIS_OPT_STRING,
	/* Names out of `choices`, separated by commas, may be repeated. Stores
	 * the choices' bits, or-ed, as a uint64_t. */
	RETIS_OPT_CHOICES,
};

struct retis_choice {
	const char *name;
	/* 0: accepted for compatibility, warned about, without effect. */
	uint64_t bits;
};

struct retis_option {
	/* Without the dashes; unique, so it best starts with the plugin's
	 * subject: "skb-sections". */
	const char *name;
	enum retis_option_type type;
	/* Stands for the value in the help: "BYTES". */
	const char *value;
	/* One or two sentences for the help. */
	const char *help;
	/* Where in the plugin's private state the value goes; the default is
	 * what the state's defaults hold there. */
	uint32_t offset;
	/* RETIS_OPT_UINT: bounds, inclusive. */
	uint64_t min;
	uint64_t max;
	/* RETIS_OPT_CHOICES; ends with a NULL name. */
	const struct retis_choice *choices;
};

/* Of the log, in order of falling importance. */
enum retis_log_level {
	RETIS_LOG_ERROR = 1,
	RETIS_LOG_WARN,
	RETIS_LOG_INFO,
	RETIS_LOG_DEBUG,
	RETIS_LOG_TRACE,
};

/*
 * What the host does for a plugin. One table per plugin and collection; its
 * functions get it as their first argument. Functions that return int return 0
 * or a negative errno and have logged nothing.
 */
struct retis_host {
	/* sizeof(struct retis_host) of the host: a member beyond it is not there. */
	uint32_t size;

	/* Writes one line to the log, the plugin's name in front. */
	void (*log)(const struct retis_host *host, enum retis_log_level level, const char *format,
		    ...) __attribute__((format(printf, 3, 4)));

	/* 1: the running kernel, or the program, has it, 0: it hasn't, negative: can't tell. */
	int (*kernel_has)(const struct retis_host *host, enum retis_need_kind kind,
			  const char *name);

	/* Address of a symbol in /proc/kallsyms. -ENOENT: not listed there;
	 * -EPERM: addresses are hidden from this process. */
	int (*symbol)(const struct retis_host *host, const char *name, uint64_t *address);

	/* Size in bytes of a struct or union in kernel BTF, or -ENOENT. */
	int (*type_size)(const struct retis_host *host, const char *name);

	/*
	 * Sets the `const volatile` variable NAME of the plugin's BPF object to
	 * SIZE bytes at VALUE. Only in setup(). -ENOENT: no such variable;
	 * -EINVAL: its size differs.
	 */
	int (*set_constant)(const struct retis_host *host, const char *name, const void *value,
			    size_t size);

	/* Adds a probe, as on the command line. Only in setup(). -EINVAL: its text is none of
	 * a probe. */
	int (*add_probe)(const struct retis_host *host, const char *probe);

	/*
	 * Calls USE for each value of enum NAME as the kernel, or a module that is
	 * loaded, has it, until it returns something else than 0, which is returned.
	 * -ENOENT: there is no such enum. In check(), setup() and tick(), where modules may
	 * have come; as all types are read again then, only if there is a reason to look.
	 */
	int (*enum_values)(const struct retis_host *host, const char *name,
			   int (*use)(void *arg, const char *name, int64_t value), void *arg);

	/*
	 * From now on, table TABLE says TEXT of the SIZE (1 to 64) bytes at KEY: what
	 * fields with `names_from` refer to, here and in the event file. TABLE starts
	 * with the plugin's name. All is copied. From setup() on, in any thread.
	 * -EINVAL: too long; -ENOSPC: there are too many.
	 */
	int (*add_name)(const struct retis_host *host, const char *table, const void *key,
			size_t size, const char *text);

	/* Adds a hook to those of the description: SIZE (sizeof(struct retis_hook)) bytes, which
	 * are copied; what they point to must stay. Only in setup(). -EINVAL: it is not valid,
	 * or uses what this retis does not know. */
	int (*add_hook)(const struct retis_host *host, const struct retis_hook *hook, size_t size);

	/* Gives the map NAME of the plugin's BPF object room for N entries. Only in
	 * setup(). -ENOENT: there is no such map. */
	int (*size_map)(const struct retis_host *host, const char *name, uint32_t n);

	/* The map's file descriptor, which stays the host's; from start() to the end.
	 * -ENOENT: there is no such map. */
	int (*map_fd)(const struct retis_host *host, const char *name);

	/*
	 * Adds an event that no probe has seen: the plugin's section number SECTION (index
	 * into `sections`), PRESENT as in struct retis_section, and SIZE bytes at DATA,
	 * copied. TIME: CLOCK_MONOTONIC, ns; 0: now. Events that were handed on already
	 * stay in front: it may become that of the last of them. In any thread, from
	 * start() until stop() or work() has returned. -ENOSPC: too many at a time, it is
	 * lost and counted; -EINVAL: there is no such section, or it is too long.
	 */
	int (*add_event)(const struct retis_host *host, uint32_t section, uint64_t time,
			 uint32_t present, const void *data, size_t size);

	/* Only in work(): a file descriptor that becomes readable when it is to end; the
	 * host's. */
	int (*stop_fd)(const struct retis_host *host);

	/* As add_name(), from time SINCE on (CLOCK_MONOTONIC, ns), which may be past: for
	 * what is found out later. */
	int (*add_name_since)(const struct retis_host *host, const char *table, const void *key,
			      size_t size, const char *text, uint64_t since);
};

struct retis_plugin {
	/* Head: frozen for all ABI versions. */
	uint16_t abi_major; /* RETIS_ABI_MAJOR */
	uint16_t abi_minor; /* RETIS_ABI_MINOR */
	uint32_t size;	    /* sizeof(struct retis_plugin) */
	/* Lower-case letters, digits and '-'; the collector's name. */
	const char *name;
	const char *version;
	/* SPDX expression. BPF objects must say "GPL" (or "Dual ...") by
	 * themselves in their `license` section. */
	const char *license;
	/* One line for `retis plugin list`. */
	const char *summary;

	/* Other names accepted by `collect -c`; NULL-terminated, or NULL. */
	const char *const *aliases;
	/* The same source compiled for kernels with and without
	 * bpf_rdonly_cast(); both empty: the plugin only decodes. */
	struct retis_object direct;
	struct retis_object probe;
	const struct retis_hook *hooks;
	uint32_t n_hooks;
	uint32_t hook_size;
	/* Probes used when the user names none; NULL-terminated, or NULL. */
	const char *const *default_probes;
	const struct retis_need *needs;
	uint32_t n_needs;
	uint32_t need_size;
	/* Section types; a BPF object names them by their index here. Fields
	 * are not extensible per element: struct retis_field is frozen. */
	const struct retis_section_type *sections;
	uint32_t n_sections;
	uint32_t section_size;
	const struct retis_option *options;
	uint32_t n_options;
	uint32_t option_size;
	/* Private state: the host allocates state_size bytes and fills them
	 * from `state` (NULL: zeros) before options are parsed. */
	size_t state_size;
	const void *state;

	/*
	 * May it run here, beyond what `needs` says? 0, or a negative errno
	 * with a reason a user understands in `reason` (terminated). Must not
	 * change anything.
	 */
	int (*check)(const struct retis_host *host, void *state, char *reason, size_t size);
	/* After options are parsed, before BPF objects are loaded. */
	int (*setup)(const struct retis_host *host, void *state);
	/* All probes are attached, events are about to flow. */
	int (*start)(const struct retis_host *host, void *state);
	/* About once a second between start() and stop(). */
	void (*tick)(const struct retis_host *host, void *state);
	/* No more events will come; probes may still be being detached. Called
	 * if, and only if, start() returned 0. */
	void (*stop)(const struct retis_host *host, void *state);

	/* Only for who asks for it by name, as it brings probes of its own: "auto" does
	 * without. */
	uint8_t on_request;
	/* Its hooks want to know which packet it is: `id` in struct retis_ctx. */
	uint8_t tracks;
	/* work() writes to files. */
	uint8_t writes;
	uint8_t reserved[5];
	/* What hooks count; the BPF object says RETIS_COUNTERS(n_counters). What is counted
	 * is a loss, and reported like those of retis' own. */
	const struct retis_counter *counters;
	uint32_t n_counters;
	uint32_t counter_size;
	/*
	 * Called in a thread of its own after start(): for what waits for others, and for
	 * events of user space (add_event). It is to return once stop_fd is readable; stop()
	 * comes behind it. What it returns before that, a negative errno, is reported, and
	 * the collection goes on. tick() and decoders run at the same time.
	 */
	int (*work)(const struct retis_host *host, void *state);
	/* 1 << CAP_... (linux/capability.h): what the thread keeps, of what retis has. */
	uint64_t capabilities;
	/* Gives back what setup() took, once it returned 0, whether or not start() was called
	 * since: the last call. */
	void (*release)(const struct retis_host *host, void *state);
};

/* The one symbol a plugin exports: struct retis_plugin retis_plugin = {...}. */
#define RETIS_PLUGIN_SYMBOL "retis_plugin"
#define RETIS_EXPORT __attribute__((visibility("default")))
extern const struct retis_plugin retis_plugin;

#endif

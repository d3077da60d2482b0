/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the running kernel has: types, functions, tracepoints, symbols, modules,
 * configuration. Sources are opened when first asked for and kept. Answers are
 * 1 (yes), 0 (no) or a negative errno (can't tell), unless said otherwise.
 */
#ifndef KERNEL_KERNEL_H
#define KERNEL_KERNEL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct btf;
struct kernel;

/* NULL: no memory. Nothing is opened yet. */
struct kernel *kernel_new(void);
void kernel_free(struct kernel *k);
/* Frees what can be read again, with all that was borrowed. */
void kernel_forget(struct kernel *k);

/* BTF of vmlinux; borrowed. On failure NULL with errno set: ENOENT if the kernel
 * has none. */
struct btf *kernel_btf(struct kernel *k);
/* BTF of the Nth module that is loaded and has some; borrowed. NULL: there are
 * fewer. */
struct btf *kernel_module_btf(struct kernel *k, size_t n);

int kernel_has_type(struct kernel *k, const char *name);
/* As declarations name it: "struct x **", "u32", "unsigned int". */
int kernel_has_c_type(struct kernel *k, const char *type);
/* "type.member"; members of anonymous structs count as the type's. */
int kernel_has_field(struct kernel *k, const char *type_member);
int kernel_has_function(struct kernel *k, const char *name);
int kernel_has_tracepoint(struct kernel *k, const char *name);
int kernel_has_module(struct kernel *k, const char *name);
/* "CONFIG_X": built in or as a module. */
int kernel_has_config(struct kernel *k, const char *option);
/* Reads the configuration from a file, plain or gzip, instead of where kernels have
 * it. -EINVAL with the reason in WHY. */
int kernel_use_config(struct kernel *k, const char *path, char *why, size_t size);

/* Calls USE for each value of enum NAME, of the kernel or else of a module, until it
 * returns something else than 0, which is returned. -ENOENT: there is none. */
int kernel_enum_values(struct kernel *k, const char *name,
		       int (*use)(void *arg, const char *name, int64_t value), void *arg);

/* Bytes of a struct or union, or -ENOENT. */
int kernel_type_size(struct kernel *k, const char *name);

/* What would help if addresses are hidden: a clause. */
const char *kernel_show_addresses(void);
/* Address of a symbol. -ENOENT: not listed; -EPERM: addresses are hidden. */
int kernel_symbol(struct kernel *k, const char *name, uint64_t *address);

/* Parameters a probe can hand out; more do not exist in any kernel. */
#define PROTOTYPE_MAX_ARGS 12

/* A parameter, or what is returned. */
struct prototype_arg {
	/* The C type without qualifiers, "struct sk_buff *"; empty if there is
	 * no way to name it. */
	char type[64];
	/* Its name in the declaration, cut to fit; empty: it has none. */
	char name[32];
	/* In bytes. */
	uint32_t size;
	bool is_signed;
	/* A struct or union by value: it may take no register, or several, and
	 * so shift those behind it. */
	bool by_value;
};

/* The parameters of a function or tracepoint. */
struct prototype {
	unsigned int n_args;
	struct prototype_arg args[PROTOTYPE_MAX_ARGS];
	/* Of size 0: it returns nothing. */
	struct prototype_arg ret;
};

/* Module names with the terminator. */
#define KERNEL_MODULE_SIZE 56

/* Of the tracepoint NAME (without group): 0, -ENOENT or another errno. */
int kernel_tracepoint(struct kernel *k, const char *name, struct prototype *proto);

/* Index of the first parameter whose type is in TYPES ("a|b"), or -1. */
int prototype_find(const struct prototype *proto, const char *types);

/* Index of the first parameter that is what ARG says, or -1. */
struct retis_arg;
int prototype_find_arg(const struct prototype *proto, const struct retis_arg *arg);

/* Names close to a tracepoint that does not exist: "a, b or c", or empty. */
void kernel_tracepoint_nearest(struct kernel *k, const char *name, char *text, size_t size);

/* The group of the event NAME in tracefs: 1 if GROUP has it, 0 if only others have, negative
 * if tracefs can't tell. */
int kernel_event_in_group(const char *group, const char *name);

/* --- functions ------------------------------------------------------------- */

/* Why a function can't be probed. */
enum function_fault {
	FUNCTION_USABLE,
	FUNCTION_MISSING,
	FUNCTION_INLINED,
	/* The compiler made another function of it. */
	FUNCTION_OPTIMISED,
	/* Several have that name. */
	FUNCTION_AMBIGUOUS,
	FUNCTION_UNTRACEABLE,
	FUNCTION_NO_BTF,
	/* Its prototype is not one that is supported. */
	FUNCTION_PROTOTYPE,
};
#define FUNCTION_FAULTS (FUNCTION_PROTOTYPE + 1)

struct function {
	struct prototype proto;
	/* Borrowed; empty: the kernel itself. */
	const char *module;
	/* 0: addresses are hidden. */
	uint64_t address;
	/* In the BTF of where it is, 0 if that can't be told; and the id of
	 * the module's BTF object, 0 for the kernel. */
	uint32_t btf_id;
	uint32_t btf_object;
};

/*
 * The function NAME, of any module if MODULE is empty. FUNCTION_USABLE, or the
 * reason also as a sentence in WHY.
 */
enum function_fault kernel_function(struct kernel *k, const char *name, const char *module,
				    struct function *f, char *why, size_t size);
/* The function is on the kernel's list of where kprobes are forbidden: others
 * than kprobes may work there. */
bool kernel_forbids_kprobes(struct kernel *k, const char *name);
#define FUNCTION_FORBIDDEN "it is on the kernel's list of where kprobes are forbidden"

/* "not traceable" */
const char *function_fault_name(enum function_fault what);

/* --- lists ----------------------------------------------------------------- */

/* Names, in the order of their bytes; the strings are the kernel's. */
struct name_list {
	const char **names;
	size_t n;
	size_t room;
};

int name_list_add(struct name_list *list, const char *name);
/* Equal ones become one. */
void name_list_sort(struct name_list *list);
void name_list_fini(struct name_list *list);

/* Functions that may be traceable, "name", of all modules if MODULE is empty;
 * tracepoints, "group:name": those that match PATTERN, where '*' stands for
 * anything. Without a ':' in it a pattern may also match the name of a tracepoint
 * alone. */
int kernel_list_functions(struct kernel *k, const char *pattern, const char *module,
			  struct name_list *list);
int kernel_list_tracepoints(struct kernel *k, const char *pattern, struct name_list *list);

/* 0, or why tracefs doesn't list functions that can be traced, or tracepoints. */
int kernel_lists_functions(struct kernel *k);
int kernel_lists_events(struct kernel *k);

/* Some module that is loaded describes its types. */
bool kernel_has_module_btf(struct kernel *k);

/* --- addresses ------------------------------------------------------------- */

/* What is at an address of the kernel's code; strings are borrowed. */
struct symbol_name {
	const char *name;
	/* Empty: the kernel itself. */
	const char *module;
	/* Bytes from the start of the symbol. */
	uint64_t offset;
};

/* 0, or -ENOENT: nothing is known there; -EPERM: addresses are hidden. */
int kernel_symbolize(struct kernel *k, uint64_t address, struct symbol_name *symbol);

/* Lists of what can and can't be traced take the kernel up to a second to write:
 * spared, they aren't read for single names, and attaching will tell. */
void kernel_spare_tracefs(struct kernel *k, bool spare);
/* Functions will be asked for: begins to read symbols, in the background. */
void kernel_read_ahead(struct kernel *k);
/* bpf_rdonly_cast() is there: BPF programs may read kernel memory directly. */
bool kernel_reads_direct(struct kernel *k);

#endif

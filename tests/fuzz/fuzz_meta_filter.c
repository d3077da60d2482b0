/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Any text as a metadata filter: it is refused with a reason that is safe to print and
 * a place that is in the text, or becomes a program that ends and whose jumps stay in it.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "core/event/registry.h"
#include "core/filter/fields.h"
#include "core/util/insn.h"
#include "tests/unit/meta_btf.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(int condition)
{
	if (!condition)
		abort();
}

static void check_why(const struct meta_why *why, const char *text)
{
	check(memchr(why->text, '\0', sizeof(why->text)) != NULL);
	check(why->text[0] && why->column <= strlen(text) + 1);
	for (const char *c = why->text; *c; c++)
		check((unsigned char)*c >= ' ' && *c < 0x7f);
}

/* All is reached: by a jump, or from what is in front of it. */
static void check_code(const struct splice_code *code)
{
	const uint8_t last = code->insns[code->count - 1].code;
	char *reached = calloc(code->count + 1, 1);

	check(reached && last == (BPF_JMP | BPF_EXIT));
	reached[0] = 1;
	for (size_t i = 0; i < code->count; i++) {
		const struct bpf_insn *insn = &code->insns[i];
		int op = BPF_CLASS(insn->code) == BPF_JMP ? BPF_OP(insn->code) : BPF_CALL;

		check(reached[i]);
		if (op != BPF_CALL && op != BPF_EXIT) {
			check(insn->off >= 0 && i + 1 + (size_t)insn->off < code->count);
			reached[i + 1 + (size_t)insn->off] = 1;
		}
		if (op != BPF_JA && op != BPF_EXIT)
			reached[i + 1] = 1;
		if (insn->code == INSN_IMM64_CODE)
			reached[++i + 1] = 1;
	}
	free(reached);
}

/* Arguments have names as C has them. */
static bool no_fields_argument(void *data, const char *name, struct meta_argument *out)
{
	(void)data;
	*out = (struct meta_argument){ "struct net_device *", false };
	return *name != 'x' && !name[strspn(name, "_abcdefghijklmnopqrstuvwxyz0123456789")];
}

static void consider_no_argument(void *data, struct nearest *nearest)
{
	(void)data;
	(void)nearest;
}

static void try_call(const char *text, const struct meta_types *types)
{
	const struct meta_probes probes = { no_fields_argument, consider_no_argument, NULL };
	struct meta_arguments args = { 0 };
	struct splice_code code = { 0 };
	struct meta_why why = { 0 };

	if (meta_call_filter_compile(text, types, &probes, &args, &code, &why))
		check_why(&why, text);
	else if (code.count)
		check_code(&code);
	free(code.insns);
}

static void try_fields(const char *text, const struct meta_types *types)
{
	const struct meta_probes probes = { no_fields_argument, consider_no_argument, NULL };
	struct splice_code code = { 0 };
	struct meta_why why = { 0 };
	char reason[160];
	struct fields f;

	if (fields_parse(text, &f, &why) || fields_resolve(&f, types, &probes, &why)) {
		check_why(&why, text);
	} else {
		check(!registry_check_fields(f.table, f.type.n_fields, reason, sizeof(reason)));
		check(!fields_emit(&f, 1, false, &code, &why));
		check_code(&code);
	}
	free(code.insns);
	fields_fini(&f);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct meta_btf world;
	struct splice_code code = { 0 };
	struct meta_why why = { 0 };
	char *text = malloc(size + 1);

	if (!world.kernel)
		meta_btf_init(&world);
	if (!text)
		return 0;
	memcpy(text, data, size);
	text[size] = '\0';
	if (meta_filter_compile(text, &world.types, &code, &why))
		check_why(&why, text);
	else if (code.count)
		check_code(&code);
	free(code.insns);
	try_call(text, &world.types);
	try_fields(text, &world.types);
	free(text);
	return 0;
}

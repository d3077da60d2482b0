/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Paths of metadata filters in BTF: where they lead, and what is refused. */
#include <criterion/criterion.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "core/filter/meta_private.h"
#include "meta_btf.h"

static struct meta_btf world;
static struct meta_why why;

static void open_world(void)
{
	meta_btf_init(&world);
}

static void close_world(void)
{
	meta_btf_fini(&world);
}

TestSuite(meta_resolve, .init = open_world, .fini = close_world);

/* "16>24&ff>8+4s": pointers at 16 and at 24, the latter masked; then 4 bytes at 8,
 * signed; "+4/3.17" is bits 3 to 19 of 4 bytes, "+16c" text. */
static void write_term(char *text, size_t size, const struct meta_filter *f)
{
	const struct meta_term *t = &f->terms[0];
	FILE *out = fmemopen(text, size, "w");

	cr_assert(out);
	for (size_t i = 0; i < t->n_hops; i++) {
		fprintf(out, "%u", f->hops[t->first_step + i].offset);
		if (f->hops[t->first_step + i].mask != META_NO_MASK)
			fprintf(out, "&%llx", (unsigned long long)f->hops[t->first_step + i].mask);
		fputc('>', out);
	}
	fprintf(out, "%u+%u", t->leaf.offset, t->leaf.size);
	if (t->leaf.bits)
		fprintf(out, "/%u.%u", t->leaf.bit, t->leaf.bits);
	fputs(t->leaf.kind == META_LEAF_ADDRESS ? "a"
	      : t->leaf.kind == META_LEAF_CHARS ? "c"
	      : t->leaf.is_signed		? "s"
						: "",
	      out);
	fclose(out);
}

static void accept(const char *text, const char *wanted)
{
	struct meta_filter f = { 0 };
	char got[200];

	cr_assert_eq(meta_parse(text, &f, &why), 0, "%s: %s", text, why.text);
	cr_assert_eq(meta_resolve(&f, &world.types, &why), 0, "%s: %s", text, why.text);
	write_term(got, sizeof(got), &f);
	cr_expect_str_eq(got, wanted, "%s: %s, not %s", text, got, wanted);
	meta_filter_fini(&f);
}

static void refuse(const char *text, size_t column, const char *reason)
{
	struct splice_code code = { 0 };

	why = (struct meta_why){ 0 };
	cr_expect_eq(meta_filter_compile(text, &world.types, &code, &why), -EINVAL, "%s", text);
	cr_expect_str_eq(why.text, reason, "%s: %s, not %s", text, why.text, reason);
	cr_expect_eq(why.column, column, "%s: column %zu, not %zu", text, why.column, column);
	cr_expect_null(code.insns);
}

Test(meta_resolve, numbers)
{
	accept("sk_buff.mark", "32+4");
	accept("sk_buff.priority", "36+4s");
	accept("sk_buff.protocol", "40+2");
	accept("sk_buff.sbyte", "45+1s");
	accept("sk_buff.on", "46+1");
	accept("sk_buff.tiny", "100+1");
	accept("sk_buff.reason", "96+4s");
	accept("sk_buff.pkt_type", "92+4");
	accept("sk_buff.flags64", "104+8");
	accept("sk_buff.signed64", "112+8s");
	accept("sk_buff.sw_hash", "48+1/1.1");
	accept("sk_buff.run3", "49+3/3.17");
	accept("sk_buff.run7", "64+7/3.50s");
	accept("sk_buff.enum_run", "89+1/1.4s");
	accept("sk_buff.scratch", "16+8");
}

Test(meta_resolve, paths)
{
	accept("sk_buff.dev.ifindex", "16>16+4s");
	accept("sk_buff.next.ifindex", "0>16+4s");
	accept("sk_buff.dev.nd_net.net.inum", "16>24>0+4");
	accept("sk_buff.dev:~0x7.upper:0xff00.ifindex", "16&fffffffffffffff8>32&ff00>16+4s");
	accept("sk_buff.embedded.net.inum", "264>0+4");
	accept("sk_buff.alias.a", "272+4");
	accept("sk_buff.choice.u", "352+8");
}

Test(meta_resolve, text)
{
	accept("sk_buff.dev.name == 'x'", "16>0+16c");
	accept("sk_buff.text == 'x'", "224>0+0c");
	accept("sk_buff.text:~1 == 'x'", "224&fffffffffffffffe>0+0c");
	accept("sk_buff.flexible == 'x'", "392+0c");
	accept("sk_buff.name64 != '1234567890123456789012345678901'", "160+64c");
}

Test(meta_resolve, modules_have_types)
{
	accept("sk_buff.mark", "32+4");
	cr_expect_eq(world.asked, 0);
	accept("sk_buff._nfct:~0x7:nf_conn.mark", "24&fffffffffffffff8>8+4");
	cr_expect_eq(world.asked, 1);
	accept("sk_buff.ct.mark", "320>8+4");
	cr_expect_eq(world.asked, 2);
	world.types.module = NULL;
	refuse("sk_buff._nfct:~0x7:nf_conn.mark", 20,
	       "Could not resolve nf_conn to a struct or typedef");
}

Test(meta_resolve, casts)
{
	accept("sk_buff.priv:~0x0:net_device.ifindex", "296>16+4s");
	accept("sk_buff.pp:~0x0:net_device.ifindex", "288>16+4s");
	accept("sk_buff.dev:~0x0:embedded.a", "16>0+4");
	accept("sk_buff.big:~0x0:embedded_t.a", "120>0+4");
	accept("sk_buff.big:~0x0:choice.u", "120>0+8");
	refuse("sk_buff._nfct:1:nf_con.mark", 17,
	       "Could not resolve nf_con to a struct or typedef");
	refuse("sk_buff._nfct:1:number_alias.a", 17,
	       "Could not resolve number_alias to a struct or typedef");
	refuse("sk_buff._nfct:1:u32.a", 17, "Could not resolve u32 to a struct or typedef");
	refuse("sk_buff._nfct:1:device_pointer.a", 17,
	       "cast type (device_pointer: ptr) cannot be an alias to a pointer");
	refuse("sk_buff.mark:1:net", 16, "trying to cast a leaf member into net");
	refuse("sk_buff.mark:1:net.inum", 9,
	       "unexpected non-walkable type (int) while walking struct members");
	refuse("sk_buff.full:1:net.inum", 9,
	       "unexpected non-walkable type (int) while walking struct members");
	refuse("sk_buff.array:1:net.inum", 9,
	       "unexpected non-walkable type (array) while walking struct members");
}

Test(meta_resolve, members_that_are_not_there)
{
	refuse("sk_buff.marc", 9,
	       "field marc not found in type struct sk_buff; did you mean mark?");
	refuse("sk_buff.dev.ifinddex == 1", 13,
	       "field ifinddex not found in type struct net_device; did you mean ifindex?");
	refuse("sk_buff.nextt.x", 9,
	       "field nextt not found in type struct sk_buff; did you mean next or text?");
	refuse("sk_buff.zzzzzzzzzzz", 9, "field zzzzzzzzzzz not found in type struct sk_buff");
	refuse("sk_buff.choice.v", 16, "field v not found in type union choice; did you mean u?");
	refuse("sk_buff.dev.nd_net.nett", 20,
	       "field nett not found in type struct; did you mean net?");
	refuse("sk_buff.mar", 9, "field mar not found in type struct sk_buff; did you mean mark?");
}

Test(meta_resolve, what_is_no_way)
{
	refuse("sk_buff.mark.x", 9,
	       "unexpected non-walkable type (int) while walking struct members");
	refuse("sk_buff.dev.name.x", 13,
	       "unexpected non-walkable type (array) while walking struct members");
	refuse("sk_buff.priv.x", 9,
	       "unexpected non-walkable type (void) while walking struct members");
	refuse("sk_buff.text.x", 9,
	       "unexpected non-walkable type (int) while walking struct members");
	refuse("sk_buff.nowhere.x", 9,
	       "unexpected non-walkable type (fwd) while walking struct members");
	refuse("sk_buff.pp.ifindex", 9, "pointers of pointers are not supported");
	refuse("sk_buff.embedded:0xff.a", 9,
	       "intermediate members masking is only supported for pointers and unsigned numbers");
	refuse("sk_buff.embedded:0xff:net.inum", 9,
	       "intermediate members masking is only supported for pointers and unsigned numbers");
	refuse("sk_buff.slong:0xff:net.inum", 9,
	       "intermediate members masking is only supported for pointers and unsigned numbers");
}

Test(meta_resolve, what_cannot_be_compared)
{
	refuse("sk_buff.priv == 1", 9, "pointers to void are not supported.");
	refuse("sk_buff.pp == 1", 9, "pointers to ptr are not supported.");
	refuse("sk_buff.numbers == 'x'", 9, "pointers to int are not supported.");
	refuse("sk_buff.function == 1", 9, "pointers to func-proto are not supported.");
	refuse("sk_buff.array == 1", 9, "array of int are not supported.");
	refuse("sk_buff.embedded", 9, "found unsupported type while emitting operation (struct).");
	refuse("sk_buff.choice", 9, "found unsupported type while emitting operation (union).");
	refuse("sk_buff.ratio > 1", 9, "found unsupported type while emitting operation (float).");
	refuse("sk_buff.wide > 1", 9, "found unsupported type while emitting operation (int).");
	refuse("sk_buff.nine", 9, "found unsupported type while emitting operation (int).");
}

Test(meta_resolve, what_does_not_fit_together)
{
	refuse("sk_buff.priority:1", 9,
	       "mask is only supported for pointers and unsigned numeric members.");
	refuse("sk_buff.sthree:1", 9,
	       "mask is only supported for pointers and unsigned numeric members.");
	refuse("sk_buff.name16:1 == 'x'", 9,
	       "mask is only supported for pointers and unsigned numeric members.");
	refuse("sk_buff.mark == 'a\nb'", 17,
	       "invalid target (a\\x0ab) value (cannot compare string with number)");
	refuse("sk_buff.mark == -1", 17,
	       "invalid target value (value is signed while type is unsigned)");
	refuse("sk_buff.pkt_type > -1", 20,
	       "invalid target value (value is signed while type is unsigned)");
	refuse("sk_buff.name8", 1,
	       "invalid target value for array or ptr type. Only strings are supported.");
	refuse("sk_buff.dev.name == 3", 21,
	       "invalid target value for array or ptr type. Only strings are supported.");
	refuse("sk_buff.dev.name > 'x'", 20,
	       "wrong comparison operator. Only '==' and '!=' are supported for strings.");
}

Test(meta_resolve, second_term_is_checked_too)
{
	refuse("sk_buff.mark and (sk_buff.on or sk_buff.dev == 3)", 41,
	       "pointers to struct are not supported.");
}

Test(meta_resolve, kernel_without_sk_buff)
{
	struct btf *empty = btf__new_empty();
	struct meta_types types = { .kernel = empty };
	struct splice_code code = { 0 };

	cr_assert(empty);
	cr_expect_eq(meta_filter_compile("sk_buff.mark", &types, &code, &why), -EINVAL);
	cr_expect_str_eq(why.text, "this kernel's BTF does not describe struct sk_buff");
	btf__free(empty);
}

Test(meta_resolve, roots)
{
	refuse("skb.mark", 1,
	       "found 'skb', expected 'sk_buff': in the kernel, paths begin with it, with "
	       "'task_struct', 'arg', the type of an argument, or are 'ret'");
	refuse("sk_buff.mark or skb-drop", 17,
	       "found 'skb-drop', expected 'sk_buff': in the kernel, paths begin with it, with "
	       "'task_struct', 'arg', the type of an argument, or are 'ret'");
	refuse("sk_buff == 1", 1, "'sk_buff' alone is nothing to compare: name a member of it");
}

Test(meta_resolve, texts_have_255_bytes_at_most)
{
	char text[400] = "sk_buff.text == '";
	size_t start = strlen(text);

	memset(text + start, 'x', 256);
	strcat(text, "'");
	refuse(text, 17, "invalid rval size (max 255)");
	memcpy(text + start + 255, "'", 2);
	accept(text, "224>0+0c");
}

Test(meta_resolve, names_of_values)
{
	accept("sk_buff.pkt_type == UENUM", "92+4");
	accept("sk_buff.mark == ENUM8", "32+4");
	refuse("sk_buff.reason == SENOM", 19, "no enum has a value SENOM; did you mean SENUM?");
	refuse("sk_buff.mark == eth0", 17, "no enum has a value eth0; a text needs quotes");
	refuse("sk_buff.dev.name == eth0", 21,
	       "invalid target value for array or ptr type. Only strings are supported.");
}

Test(meta_resolve, addresses)
{
	accept("sk_buff.name16 == ::1", "136+16a");
	accept("sk_buff.mark == 10.0.0.0/8", "32+4a");
	accept("sk_buff.name64 == 61:2d:6e:61:6d:65", "160+6a");
	accept("sk_buff.text == 76:65:74:68:31:00", "224>0+6a");
	refuse("sk_buff.mark == ::1", 17, "the member has 4 bytes, the address 16");
	refuse("sk_buff.mark > 10.0.0.1", 16,
	       "wrong comparison operator. Only '==' and '!=' are supported for addresses.");
	refuse("sk_buff.mark:1 == 10.0.0.1", 9, "no mask for addresses: a network is ADDRESS/BITS");
}

Test(meta_resolve, elements_and_pointers)
{
	accept("sk_buff.array[1] == 3", "332+4");
	accept("sk_buff.name8[7] == 3", "159+1");
	accept("sk_buff.flexible[9] == 3", "401+1");
	accept("sk_buff.dev", "16+8");
	accept("not sk_buff.text", "224+8");
	refuse("sk_buff.array[2] == 3", 9, "the array has 2 elements, from 0");
	refuse("sk_buff.mark[0] == 3", 9, "this is no array (int)");
	refuse("sk_buff.mark[x] == 3", 14,
	       "found 'x', expected the number of an element, at most 65535");
	refuse("task_struct.tgid == 3", 1,
	       "this kernel's BTF does not describe struct task_struct");
	refuse("interrupt", 1, "this kernel does not tell whether it is in an interrupt");
}

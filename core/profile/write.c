/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Profiles as files. Values are always quoted: what else they may look like to
 * other readers of YAML does not matter then.
 */
#include <errno.h>
#include <string.h>

#include "core/profile/profile.h"

/* Bytes that are no ASCII are UTF-8, or no YAML. */
static int check_text(const char *text)
{
	for (const unsigned char *c = (const unsigned char *)text; *c; c++)
		if ((*c < ' ' && *c != '\t' && *c != '\n') || *c == 0x7f)
			return -EILSEQ;
	return 0;
}

static int write_quoted(FILE *out, const char *text)
{
	if (check_text(text))
		return -EILSEQ;
	fputc('"', out);
	for (; *text; text++) {
		if (*text == '\n') {
			fputs("\\n", out);
			continue;
		}
		if (*text == '\t') {
			fputs("\\t", out);
			continue;
		}
		if (*text == '"' || *text == '\\')
			fputc('\\', out);
		fputc(*text, out);
	}
	fputc('"', out);
	return 0;
}

/* The option's name; the key is written by its first value. */
static int write_arg_values(FILE *out, const struct profile_arg *args, size_t n)
{
	int err = 0;

	fputs("      ", out);
	for (const char *c = args->name; *c; c++)
		fputc(*c == '-' ? '_' : *c, out);
	if (n == 1 && !args->value)
		fputs(": ~\n", out);
	else if (n == 1) {
		fputs(": ", out);
		err = write_quoted(out, args->value);
		fputc('\n', out);
	} else {
		fputs(":\n", out);
		for (size_t i = 0; i < n && !err; i++) {
			fputs("        - ", out);
			err = args[i].value ? write_quoted(out, args[i].value) : -EINVAL;
			fputc('\n', out);
		}
	}
	return err;
}

static int write_variant(FILE *out, const struct profile_variant *v)
{
	int err = 0;

	fputs(v->n_args ? "  - args:\n" : "  - args: ~\n", out);
	for (size_t i = 0, n; i < v->n_args && !err; i += n) {
		for (n = 1; i + n < v->n_args && !strcmp(v->args[i].name, v->args[i + n].name); n++)
			;
		err = write_arg_values(out, &v->args[i], n);
	}
	return err;
}

int profile_write(FILE *out, const struct profile *profile)
{
	int err;

	fputs("version: 1.0\nname: ", out);
	err = write_quoted(out, profile->name);
	if (!err && profile->about) {
		fputs("\nabout: ", out);
		err = write_quoted(out, profile->about);
	}
	fputc('\n', out);
	for (size_t s = 0; s < profile->n_sections && !err; s++) {
		fprintf(out, "%s:\n", profile->sections[s].command);
		for (size_t v = 0; v < profile->sections[s].n_variants && !err; v++)
			err = write_variant(out, &profile->sections[s].variants[v]);
	}
	if (err)
		return err;
	return ferror(out) ? -EIO : 0;
}

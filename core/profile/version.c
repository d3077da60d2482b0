/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Versions of kernels, and what profiles demand of them. */
#include <errno.h>
#include <string.h>

#include "core/profile/profile.h"

static bool is_version_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* The number at *S; moves behind it. */
static int take_number(const char **s, uint64_t *number)
{
	uint64_t v = 0;

	if (!is_version_digit(**s))
		return -EINVAL;
	for (; is_version_digit(**s); (*s)++)
		if (__builtin_mul_overflow(v, 10, &v) ||
		    __builtin_add_overflow(v, (uint64_t)(**s - '0'), &v))
			return -EINVAL;
	*number = v;
	return 0;
}

static int take_parts(const char **s, struct release *r)
{
	int err = take_number(s, &r->parts[0]);

	for (r->n = 1; !err && r->n < RELEASE_PARTS && (*s)[0] == '.' && is_version_digit((*s)[1]);
	     r->n++) {
		(*s)++;
		err = take_number(s, &r->parts[r->n]);
	}
	return err;
}

/* A part between dashes that is all digits. */
static bool is_build(const char *s)
{
	size_t digits = strspn(s, "0123456789");

	return digits && (!s[digits] || s[digits] == '-');
}

int release_parse(const char *text, struct release *release)
{
	const char *s = text;

	*release = (struct release){};
	if (take_parts(&s, release))
		return -EINVAL;
	for (s = strchr(s, '-'); s && !release->has_build; s = strchr(s, '-')) {
		s++;
		release->has_build = is_build(s) && !take_number(&s, &release->build);
	}
	return 0;
}

static void skip_spaces(const char **s)
{
	*s += strspn(*s, " \t");
}

static int take_op(const char **s, enum version_op *op)
{
	/* The longer ones first. */
	static const struct {
		const char *text;
		enum version_op op;
	} ops[] = {
		{ "!=", VERSION_NE }, { ">=", VERSION_GE }, { "<=", VERSION_LE },
		{ "=", VERSION_EQ },  { ">", VERSION_GT },  { "<", VERSION_LT },
	};

	for (size_t i = 0; i < sizeof(ops) / sizeof(ops[0]); i++) {
		size_t length = strlen(ops[i].text);

		if (strncmp(*s, ops[i].text, length))
			continue;
		*op = ops[i].op;
		*s += length;
		return 0;
	}
	return -EINVAL;
}

static int take_release(const char **s, struct release *r)
{
	int err = take_parts(s, r);

	if (!err && (*s)[0] == '-') {
		(*s)++;
		err = take_number(s, &r->build);
		r->has_build = true;
	}
	return err;
}

static int take_term(const char **s, struct version_range *range)
{
	struct release version = {};
	enum version_op op;
	int err;

	skip_spaces(s);
	err = take_op(s, &op);
	skip_spaces(s);
	if (!err)
		err = take_release(s, &version);
	skip_spaces(s);
	if (err)
		return err;
	range->terms[range->n].op = op;
	range->terms[range->n++].version = version;
	return 0;
}

int version_range_parse(const char *text, struct version_range *range, size_t *at)
{
	const char *s = text;
	int err;

	range->n = 0;
	for (;;) {
		err = take_term(&s, range);
		if (err || *s != ',' || range->n == VERSION_TERMS)
			break;
		s++;
	}
	*at = (size_t)(s - text);
	return err || *s ? -EINVAL : 0;
}

/* Parts WANTED doesn't have don't count. */
static int compare_release(const struct release *have, const struct release *wanted)
{
	for (unsigned int i = 0; i < wanted->n; i++) {
		uint64_t part = i < have->n ? have->parts[i] : 0;

		if (part != wanted->parts[i])
			return part < wanted->parts[i] ? -1 : 1;
	}
	if (wanted->n < RELEASE_PARTS || !wanted->has_build)
		return 0;
	if (!have->has_build)
		return 1;
	return (have->build > wanted->build) - (have->build < wanted->build);
}

static bool version_op_holds(enum version_op op, int order)
{
	switch (op) {
	case VERSION_EQ:
		return order == 0;
	case VERSION_NE:
		return order != 0;
	case VERSION_GT:
		return order > 0;
	case VERSION_LT:
		return order < 0;
	case VERSION_GE:
		return order >= 0;
	case VERSION_LE:
		return order <= 0;
	}
	return false;
}

bool version_range_holds(const struct version_range *range, const struct release *release)
{
	for (unsigned int i = 0; i < range->n; i++)
		if (!version_op_holds(range->terms[i].op,
				      compare_release(release, &range->terms[i].version)))
			return false;
	return true;
}

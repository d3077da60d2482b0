/* SPDX-License-Identifier: GPL-2.0-or-later */
/* From the text of an option's value to what the caller's struct gets. */
#include <errno.h>

#include "core/cli/options_private.h"
#include "core/util/log.h"

static int invalid_value(const struct options *o, const struct option_spec *spec, const char *value,
			 const char *wanted)
{
	char label[128];

	option_label(spec, label, sizeof(label));
	return options_usage_error(o, "invalid value '%.200s' for '%s': %s", value, label, wanted);
}

/* Plugins' options may have any alignment. */
static void store_bytes(const struct option_entry *e, const void *value, size_t size)
{
	memcpy((char *)e->base + e->spec.offset, value, size);
}

static void store_u64(const struct option_entry *e, uint64_t value)
{
	store_bytes(e, &value, sizeof(value));
}

/* The digits at the start of *S; moves behind them. 0, -EINVAL or -ERANGE. */
static int parse_digits(const char **s, uint64_t *value)
{
	uint64_t v = 0;

	if (**s < '0' || **s > '9')
		return -EINVAL;
	for (; **s >= '0' && **s <= '9'; (*s)++) {
		if (__builtin_mul_overflow(v, 10, &v) ||
		    __builtin_add_overflow(v, (uint64_t)(**s - '0'), &v))
			return -ERANGE;
	}
	*value = v;
	return 0;
}

/* The factor of a suffix at *S; moves behind it. */
static uint64_t parse_suffix(const char **s)
{
	static const char letters[] = "kmg";
	const char *at = **s ? strchr(letters, **s | 0x20) : NULL;

	if (!at)
		return 1;
	(*s)++;
	return (uint64_t)1 << (10 * (at - letters + 1));
}

static void describe_bounds(const struct option_spec *spec, char *text, size_t size)
{
	const char *what =
		spec->type == OPTION_SIZE ? "a number of bytes (K, M, G may follow)" : "a number";

	if (spec->max)
		snprintf(text, size, "needs %s from %llu to %llu", what,
			 (unsigned long long)spec->min, (unsigned long long)spec->max);
	else if (spec->min)
		snprintf(text, size, "needs %s not below %llu", what,
			 (unsigned long long)spec->min);
	else
		snprintf(text, size, "needs %s", what);
}

static int store_number(const struct options *o, const struct option_entry *e, const char *value)
{
	uint64_t number = 0, factor = 1;
	const char *s = value;
	char wanted[128];
	int err = parse_digits(&s, &number);

	if (!err && e->spec.type == OPTION_SIZE)
		factor = parse_suffix(&s);
	if (!err && !*s && !__builtin_mul_overflow(number, factor, &number) &&
	    number >= e->spec.min && (!e->spec.max || number <= e->spec.max)) {
		store_u64(e, number);
		return 0;
	}
	describe_bounds(&e->spec, wanted, sizeof(wanted));
	return invalid_value(o, &e->spec, value, wanted);
}

static int invalid_choice(const struct options *o, const struct option_spec *spec,
			  const char *value)
{
	char wanted[512];
	struct retis_text text = { .data = wanted, .capacity = sizeof(wanted) - 1 };

	retis_text_str(&text, "possible values are ");
	for (const struct retis_choice *c = spec->choices; c->name; c++) {
		if (c != spec->choices)
			retis_text_str(&text, ", ");
		retis_text_str(&text, c->name);
	}
	wanted[text.length] = '\0';
	return invalid_value(o, spec, value, wanted);
}

static const struct retis_choice *find_choice(const struct option_spec *spec, const char *name,
					      size_t length)
{
	for (const struct retis_choice *c = spec->choices; c->name; c++)
		if (strlen(c->name) == length && !memcmp(c->name, name, length))
			return c;
	return NULL;
}

static int store_choice(const struct options *o, const struct option_entry *e, const char *value)
{
	const struct retis_choice *c = find_choice(&e->spec, value, strlen(value));
	unsigned int chosen;

	if (!c)
		return invalid_choice(o, &e->spec, value);
	chosen = (unsigned int)c->bits;
	store_bytes(e, &chosen, sizeof(chosen));
	return 0;
}

static int store_choices(const struct options *o, const struct option_entry *e, const char *value)
{
	uint64_t bits = 0;
	const char *s = value;

	if (e->given)
		memcpy(&bits, (char *)e->base + e->spec.offset, sizeof(bits));
	for (;; s++) {
		size_t length = strcspn(s, ",");
		const struct retis_choice *c = find_choice(&e->spec, s, length);

		if (!c)
			return invalid_choice(o, &e->spec, value);
		if (!c->bits)
			log_warn("--%s: '%s' has no effect, it is only accepted for compatibility",
				 e->spec.name, c->name);
		bits |= c->bits;
		s += length;
		if (!*s)
			break;
	}
	store_u64(e, bits);
	return 0;
}

static int store_strings(const struct options *o, const struct option_entry *e, const char *value)
{
	struct option_list *list = (void *)((char *)e->base + e->spec.offset);
	const char *s = value;
	int err;

	for (;; s++) {
		size_t length = e->spec.split ? strcspn(s, ",") : strlen(s);

		if (!length)
			return invalid_value(o, &e->spec, value, "it must not be empty");
		err = option_list_add(list, s, length);
		s += length;
		if (err || !*s)
			return err;
	}
}

int option_store(const struct options *o, struct option_entry *e, const char *value)
{
	static const uint8_t yes = 1;

	switch (e->spec.type) {
	case OPTION_FLAG:
		store_bytes(e, &yes, sizeof(yes));
		return 0;
	case OPTION_UINT:
	case OPTION_SIZE:
		return store_number(o, e, value);
	case OPTION_STRING:
		store_bytes(e, &value, sizeof(value));
		return 0;
	case OPTION_STRINGS:
		return store_strings(o, e, value);
	case OPTION_CHOICE:
		return store_choice(o, e, value);
	case OPTION_CHOICES:
		return store_choices(o, e, value);
	case OPTION_HELP:
		break;
	}
	return 0;
}

/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Probes as people type them: [TYPE:]TARGET[/OPTION...]. */
#include <ctype.h>
#include <errno.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <retis/text.h>

#include "core/probe/probe.h"

static const struct type {
	const char *name, *alias;
	enum probe_type type;
	enum probe_family family;
} types[] = {
	{ "raw_tracepoint", "tp", PROBE_RAW_TP, PROBE_ANY },
	{ "kprobe", "k", PROBE_FUNCTION, PROBE_KPROBE },
	{ "kretprobe", "kr", PROBE_FUNCTION_RETURN, PROBE_KPROBE },
	{ "return", "r", PROBE_FUNCTION_RETURN, PROBE_ANY },
	{ "kprobe.multi", NULL, PROBE_FUNCTION, PROBE_KPROBE_MULTI },
	{ "kretprobe.multi", NULL, PROBE_FUNCTION_RETURN, PROBE_KPROBE_MULTI },
	{ "fentry", "f", PROBE_FUNCTION, PROBE_FENTRY },
	{ "fexit", "fr", PROBE_FUNCTION_RETURN, PROBE_FENTRY },
	{ "usdt", NULL, PROBE_USDT, PROBE_ANY },
};

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* The subject may be anything the user typed: escaped. */
struct subject {
	char text[200];
};

static const char *escape_part(struct subject *to, const char *s, size_t n)
{
	struct retis_text t = { .data = to->text, .capacity = sizeof(to->text) - 1 };

	retis_text_escaped(&t, s, n);
	to->text[t.length < t.capacity ? t.length : t.capacity] = '\0';
	return to->text;
}

__attribute__((format(printf, 2, 3))) static int refuse_spec(char *why, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vsnprintf(why, PROBE_WHY_SIZE, format, args);
	va_end(args);
	return -EINVAL;
}

static bool is_spelled(const char *text, size_t n, const char *word)
{
	return word && strlen(word) == n && !memcmp(text, word, n);
}

static const struct type *find_probe_type(const char *text, size_t n)
{
	for (size_t i = 0; i < COUNT(types); i++)
		if (is_spelled(text, n, types[i].name) || is_spelled(text, n, types[i].alias))
			return &types[i];
	return NULL;
}

/* --- options -------------------------------------------------------------- */

static int parse_pid(const char *option, size_t n, struct probe_spec *spec, char *why)
{
	struct subject subject;
	char *end;
	long pid = n > 4 && isdigit((unsigned char)option[4]) ? strtol(option + 4, &end, 10) : 0;

	if (pid <= 0 || pid > INT_MAX || end != option + n)
		return refuse_spec(why, "'%s': not the number of a process",
				   escape_part(&subject, option, n));
	spec->pid = (pid_t)pid;
	return 0;
}

static int parse_option(const char *list, const char *option, size_t n, struct probe_spec *spec,
			char *why)
{
	struct subject subject;

	bool *set = is_spelled(option, n, "stack")    ? &spec->stack
		    : is_spelled(option, n, "ftrace") ? &spec->window
						      : NULL;

	if (spec->type == PROBE_USDT && n >= 4 && !memcmp(option, "pid=", 4) && !spec->pid)
		return parse_pid(option, n, spec, why);
	if (spec->type == PROBE_USDT && is_spelled(option, n, "stack"))
		return refuse_spec(why, "usdt probes have no stack traces");
	if (!set)
		return refuse_spec(why, "'%s' is an invalid probe option.",
				   escape_part(&subject, option, n));
	if (*set)
		return refuse_spec(why, "duplicate options detected in %s.",
				   escape_part(&subject, list, strlen(list)));
	if (set == &spec->window && (spec->type != PROBE_FUNCTION || spec->family == PROBE_FENTRY))
		return refuse_spec(why, "the option 'ftrace' is for functions, by kprobe");
	*set = true;
	return 0;
}

/* LIST is what follows the first '/'. */
static int parse_options(const char *list, struct probe_spec *spec, char *why)
{
	const char *at = list;

	for (;;) {
		size_t n = strcspn(at, "/");
		int err;

		if (!n && !at[n])
			return refuse_spec(why,
					   "Empty options are not allowed. Check your option list "
					   "doesn't terminate with '/'.");
		err = parse_option(list, at, n, spec, why);
		if (err || !at[n])
			return err;
		at += n + 1;
	}
}

/* --- target --------------------------------------------------------------- */

static bool valid_name(const char *s, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (!isalnum((unsigned char)s[i]) && !strchr("_.*", s[i]))
			return false;
	return n > 0;
}

/* FUNCTION or MODULE:FUNCTION. */
static int split_function(const char *target, size_t n, struct probe_spec *spec)
{
	const char *colon = memchr(target, ':', n);
	size_t module = colon ? (size_t)(colon - target) : 0;

	if (module >= sizeof(spec->module))
		return -EINVAL;
	if (colon) {
		if (!valid_name(target, module) || memchr(target, '*', module))
			return -EINVAL;
		memcpy(spec->module, target, module);
		target += module + 1;
		n -= module + 1;
	}
	if (!valid_name(target, n))
		return -EINVAL;
	memcpy(spec->target, target, n);
	return 0;
}

/* GROUP:NAME, or a pattern. */
static int split_tracepoint(const char *target, size_t n, struct probe_spec *spec)
{
	const char *colon = memchr(target, ':', n);
	size_t group = colon ? (size_t)(colon - target) : 0;

	if (colon && (!valid_name(target, group) || !valid_name(colon + 1, n - group - 1)))
		return -EINVAL;
	if (!colon && (!valid_name(target, n) || !memchr(target, '*', n)))
		return -EINVAL;
	spec->group = group;
	memcpy(spec->target, target, n);
	return 0;
}

static int parse_target(const char *text, const char *target, size_t n, struct probe_spec *spec,
			char *why)
{
	struct subject subject;

	escape_part(&subject, text, strlen(text));
	if (n >= sizeof(spec->target))
		return refuse_spec(why, "%s: name too long", subject.text);
	if (spec->type == PROBE_RAW_TP && split_tracepoint(target, n, spec))
		return refuse_spec(why, "%s: not a tracepoint; expected tp:GROUP:NAME",
				   subject.text);
	if (spec->type != PROBE_RAW_TP && split_function(target, n, spec))
		return refuse_spec(why, "%s: not the name of a function", subject.text);
	spec->wildcard = strchr(spec->target, '*') != NULL;
	return 0;
}

/* --- in user space --------------------------------------------------------- */

/* Whatever <sys/sdt.h> takes, and what tells names from the rest. */
static bool valid_usdt_name(const char *s, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (!isgraph((unsigned char)s[i]) || s[i] == ':' || s[i] == '/')
			return false;
	return n > 0;
}

/* Where TEXT's last ':' before END is, or NULL. */
static const char *last_colon(const char *text, const char *end)
{
	while (end > text && *--end != ':')
		;
	return *end == ':' ? end : NULL;
}

/* [PATH:]PROVIDER::NAME[/OPTION...]; a single ':' will do. From its end, as a path may hold
 * anything. */
static int parse_usdt(const char *text, const char *target, struct probe_spec *spec, char *why)
{
	const char *colon = last_colon(target, target + strlen(target)), *end, *provider, *name;
	struct subject subject;
	size_t n, path;

	escape_part(&subject, text, strlen(text));
	if (!colon || colon == target)
		return refuse_spec(why, "%s: not a usdt probe; expected usdt:[PATH:]PROVIDER::NAME",
				   subject.text);
	name = colon + 1;
	n = strcspn(name, "/");
	end = colon[-1] == ':' ? colon - 1 : colon;
	provider = last_colon(target, end);
	path = provider ? (size_t)(provider - target) : 0;
	provider = provider ? provider + 1 : target;
	spec->group = (size_t)(end - provider);
	if (!valid_usdt_name(provider, spec->group) || !valid_usdt_name(name, n) ||
	    (provider > target && !path))
		return refuse_spec(why, "%s: not a usdt probe; expected usdt:[PATH:]PROVIDER::NAME",
				   subject.text);
	if (path >= sizeof(spec->path) || spec->group + n + 2 > sizeof(spec->target))
		return refuse_spec(why, "%s: name too long", subject.text);
	memcpy(spec->path, target, path);
	snprintf(spec->target, sizeof(spec->target), "%.*s:%.*s", (int)spec->group, provider,
		 (int)n, name);
	spec->wildcard = strchr(spec->target, '*') != NULL;
	return name[n] ? parse_options(name + n + 1, spec, why) : 0;
}

int probe_parse(const char *text, struct probe_spec *spec, char *why)
{
	size_t length = strcspn(text, "/");
	const char *colon = memchr(text, ':', length);
	size_t prefix = colon ? (size_t)(colon - text) : 0;
	const struct type *type = colon ? find_probe_type(text, prefix) : NULL;
	const char *target = type ? colon + 1 : text;
	struct subject subject;
	int err;

	*spec = (struct probe_spec){ .type = colon ? PROBE_RAW_TP : PROBE_FUNCTION };
	if (type) {
		spec->type = type->type;
		spec->family = type->family;
	} else if (colon && memchr(colon + 1, ':', length - prefix - 1)) {
		return refuse_spec(why, "Invalid TYPE %s. See the help.",
				   escape_part(&subject, text, prefix));
	}
	if (spec->type == PROBE_USDT)
		return parse_usdt(text, target, spec, why);
	err = parse_target(text, target, length - (size_t)(target - text), spec, why);
	if (!err && text[length])
		err = parse_options(text + length + 1, spec, why);
	return err;
}

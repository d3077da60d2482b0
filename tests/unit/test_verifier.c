/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The one line of a verifier's log that says why. */
#include <criterion/criterion.h>
#include <string.h>

#include "core/probe/verifier.h"

static void expect(const char *log, const char *reason)
{
	size_t n;
	const char *found = verifier_reason(log, &n);

	cr_assert_eq(n, strlen(reason), "'%.*s'", (int)n, found);
	cr_assert(!memcmp(found, reason, n), "'%.*s'", (int)n, found);
}

Test(verifier, reason_is_the_last_line_before_the_summary)
{
	expect("0: (79) r1 = *(u64 *)(r1 +0)\nR1 invalid mem access 'scalar'\n"
	       "processed 3 insns (limit 1000000) max_states_per_insn 0 total_states 0\n",
	       "R1 invalid mem access 'scalar'");
	expect("unreachable insn 7\nverification time 5 usec\nstack depth 8\nprocessed 1 insns\n\n",
	       "unreachable insn 7");
	expect("no newline", "no newline");
	expect("", "");
	expect("\n\n", "");
}

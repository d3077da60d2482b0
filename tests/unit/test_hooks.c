/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which hooks are called at a probe that a collector wants for itself. */
#include <criterion/criterion.h>
#include <string.h>

#include "core/plan/plan.h"

static const struct plan nobody;
static struct probe probe = { .spec = { .type = PROBE_RAW_TP, .target = "net:netif_rx" } };

static bool fits(const char *const *probes, enum retis_stage stage)
{
	const struct retis_hook hook = { .program = "x", .probes = probes, .stage = stage };
	struct engine_hook code;

	return hook_fits(&nobody, &hook, &probe, &code);
}

Test(hooks, nobody_else_is_called_at_a_probe_of_one_collector)
{
	static const char *const named[] = { "tp:net:netif_rx", NULL };
	static const char *const other[] = { "tp:net:netif_receive_skb", NULL };

	for (enum retis_stage stage = RETIS_STAGE_COLLECT; stage <= RETIS_STAGE_STANDIN; stage++) {
		bool serves = stage == RETIS_STAGE_PACKET || stage == RETIS_STAGE_STANDIN;

		probe.alone = false;
		cr_expect(fits(NULL, stage));
		probe.alone = true;
		cr_expect_eq(fits(NULL, stage), serves, "stage %d", stage);
		cr_expect(fits(named, stage));
		cr_expect_not(fits(other, stage));
	}
}

/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What is said of a collection when it is over. */
#ifndef CORE_SESSION_DIAGNOSE_H
#define CORE_SESSION_DIAGNOSE_H

#include "core/collect/console.h"
#include "core/collect/consumer.h"
#include "core/session/losses.h"
#include "core/session/watch.h"

/* What became of it. */
struct outcome {
	struct consumer_result result;
	struct outlet_result shown;
	/* Runs of programs were measured. */
	bool measured;
	/* It ended as --on-loss exit says. */
	bool gave_up;
};

void diagnose_run(const struct losses *losses, struct watch *watch, const struct outcome *o);

#endif

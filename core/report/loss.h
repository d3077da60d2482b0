/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/* Losses in the stream of events. */
#ifndef REPORT_LOSS_H
#define REPORT_LOSS_H

#include "core/input/input.h"

/* As the printer prints events. NAMES: what the loss's probe is. */
void loss_print(struct printer *p, const struct input_names *names, const struct retis_loss *loss,
		struct retis_text *out);

#endif

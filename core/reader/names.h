/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/* What a reader's events refer to, for those who are linked with it. */
#ifndef READER_NAMES_H
#define READER_NAMES_H

#include "core/names/names.h"

struct retis_reader;

/* As long as the reader; it is emptied when another file begins. */
const struct names *reader_all_names(const struct retis_reader *r);

#endif

/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Ends commands that read files when a signal asks for it. */
#ifndef CLI_STOP_H
#define CLI_STOP_H

#include <stdbool.h>

/* SIGINT, SIGTERM and SIGQUIT no longer end the process; calls that wait return
 * -EINTR. */
void stop_catch(void);

/* One of them came; logged the first time this is asked. */
bool stop_requested(void);

#endif

/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A pager for commands that print much. */
#ifndef CLI_PAGER_H
#define CLI_PAGER_H

/*
 * If the standard output is a terminal, NOPAGER is not set, and PAGER is or `less`
 * is there: the process becomes the pager, and a child, in which this returns,
 * goes on with its output, and its messages, in a pipe to it.
 */
void pager_start(void);

#endif

/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Included in front of every file of the program: functions that can't be used
 * safely are refused by the compiler.
 */
#ifndef UTIL_BANNED_H
#define UTIL_BANNED_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#pragma GCC poison strcpy strcat strncpy strncat sprintf vsprintf strtok atoi atol atof gets

#endif

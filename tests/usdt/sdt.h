/* SPDX-License-Identifier: GPL-2.0-or-later */
/* usdt probes as <sys/sdt.h> of SystemTap makes them, and with arguments in words of one's own. */
#ifndef TESTS_USDT_SDT_H
#define TESTS_USDT_SDT_H

#include <stddef.h>

#define SDT_NOTE(PROVIDER, NAME, SEMAPHORE, ARGS)                                    \
	"990:	nop\n"                                                                 \
	"	.pushsection .note.stapsdt, \"\", \"note\"\n"                              \
	"	.balign 4\n"                                                               \
	"	.4byte 992f-991f, 994f-993f, 3\n"                                          \
	"991:	.asciz \"stapsdt\"\n"                                                  \
	"992:	.balign 4\n"                                                           \
	"993:	.8byte 990b, _.stapsdt.base, " SEMAPHORE "\n"                        \
	"	.asciz \"" #PROVIDER "\"\n"                                          \
	"	.asciz \"" #NAME "\"\n"                                              \
	"	.asciz \"" ARGS "\"\n"                                               \
	"994:	.balign 4\n"                                                           \
	"	.popsection\n"                                                             \
	"	.ifndef _.stapsdt.base\n"                                                  \
	"	.pushsection .stapsdt.base, \"aG\", \"progbits\", .stapsdt.base, comdat\n" \
	"	.weak _.stapsdt.base\n"                                                    \
	"	.hidden _.stapsdt.base\n"                                                  \
	"_.stapsdt.base: .space 1\n"                                                 \
	"	.size _.stapsdt.base, 1\n"                                                 \
	"	.popsection\n"                                                             \
	"	.endif\n"

/* The size of X, negated if it is not signed: "%n" turns the sign again. */
#define SDT_SIGNED(X) ((__typeof__((X) + 0))-1 < (__typeof__((X) + 0))1)
#define SDT_SIZE(X)                                                                              \
	((SDT_SIGNED(__builtin_choose_expr(__builtin_classify_type(X) == 5, 0ul, X)) ? 1 : -1) * \
	 (int)sizeof(X))

/* One argument's operands: its size and itself, wherever the compiler has it. */
#define SDT_ARG(N, X) [s##N] "n"(SDT_SIZE(X)), [a##N] "nor"(X)
#define SDT_TEXT(N) "%n[s" #N "]@%[a" #N "]"

#define PROBE0(PROVIDER, NAME) __asm__ volatile(SDT_NOTE(PROVIDER, NAME, "0", ""))
#define PROBE1(PROVIDER, NAME, A) \
	__asm__ volatile(SDT_NOTE(PROVIDER, NAME, "0", SDT_TEXT(1)) : : SDT_ARG(1, A))
#define PROBE4(PROVIDER, NAME, A, B, C, D)                                                     \
	__asm__ volatile(SDT_NOTE(PROVIDER, NAME, "0",                                         \
				  SDT_TEXT(1) " " SDT_TEXT(2) " " SDT_TEXT(3) " " SDT_TEXT(4)) \
			 :                                                                     \
			 : SDT_ARG(1, A), SDT_ARG(2, B), SDT_ARG(3, C), SDT_ARG(4, D))
#define PROBE5(PROVIDER, NAME, A, B, C, D, E)                                               \
	__asm__ volatile(SDT_NOTE(PROVIDER, NAME, "0",                                      \
				  SDT_TEXT(1) " " SDT_TEXT(2) " " SDT_TEXT(3) " " SDT_TEXT( \
					  4) " " SDT_TEXT(5))                               \
			 :                                                                  \
			 : SDT_ARG(1, A), SDT_ARG(2, B), SDT_ARG(3, C), SDT_ARG(4, D),      \
			   SDT_ARG(5, E))
#define PROBE6(PROVIDER, NAME, A, B, C, D, E, F)                                            \
	__asm__ volatile(SDT_NOTE(PROVIDER, NAME, "0",                                      \
				  SDT_TEXT(1) " " SDT_TEXT(2) " " SDT_TEXT(3) " " SDT_TEXT( \
					  4) " " SDT_TEXT(5) " " SDT_TEXT(6))               \
			 :                                                                  \
			 : SDT_ARG(1, A), SDT_ARG(2, B), SDT_ARG(3, C), SDT_ARG(4, D),      \
			   SDT_ARG(5, E), SDT_ARG(6, F))

#endif

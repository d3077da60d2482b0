/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * The event as it travels: from a probe through the BPF ring buffer to user
 * space, and unchanged into an event file. Shared by BPF and user space.
 *
 * An event is a struct retis_event followed by sections. A section is a struct
 * retis_section followed by its payload. Everything is in host byte order and
 * starts on a multiple of RETIS_ALIGN bytes; the bytes between the end of a
 * payload and the next multiple are zero.
 *
 *   struct retis_event | struct retis_section | payload, padded | ...
 *   <------------------------- event.size ------------------------->
 *
 * User space must treat all of it as untrusted once it comes from a file.
 */
#ifndef RETIS_EVENT_H
#define RETIS_EVENT_H

#include <linux/types.h>

#define RETIS_ALIGN 8
#define RETIS_ALIGNED(n) (((n) + RETIS_ALIGN - 1) & ~(RETIS_ALIGN - 1))

/* Largest event, header and sections included, in bytes. */
#define RETIS_EVENT_MAX 8192

/* TASK_COMM_LEN of the kernel (include/linux/sched.h). */
#define RETIS_COMM_LEN 16

struct retis_event {
	/* Bytes of the whole event, this header included; a multiple of
	 * RETIS_ALIGN, at most RETIS_EVENT_MAX. */
	__u32 size;
	/* Which probe was hit: its number in this collection, from 0. */
	__u16 probe;
	/* Sections left out because the event was full (saturates at 255). */
	__u8 missing;
	/* Zero: the host that collected. In a file that several were merged into, the
	 * number of the one the event comes from: its clock, its kernel, its names. */
	__u8 host;
	/* CLOCK_MONOTONIC nanoseconds when the probe was hit. */
	__u64 timestamp;
	/* The processor the probe was hit on. */
	__u32 cpu;
	/* Events of any probe that got lost on this processor since the one
	 * before this one that made it. Not counted here are hits for which the
	 * kernel did not even call the probe's program. */
	__u32 lost;
	/* The current task: process id (tgid in the kernel), thread id (pid in
	 * the kernel), and name, zero padded, not terminated when it is full. */
	__u32 pid;
	__u32 tid;
	char comm[RETIS_COMM_LEN];
};

struct retis_section {
	/* Number of the section's type, given when plugins are loaded. */
	__u16 type;
	/* Bytes of payload, padding not included. */
	__u16 size;
	/* Bit N is set if the fields whose `present` is N + 1 hold a value. */
	__u32 present;
};

#ifndef __cplusplus
_Static_assert(sizeof(struct retis_event) == 48, "the event header is a fixed format");
_Static_assert(sizeof(struct retis_section) == 8, "the section header is a fixed format");
#endif

#endif

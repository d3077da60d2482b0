/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A program with usdt probes, those of Open vSwitch's daemon among them. For each line it reads
 * a new thread passes all of them once, and then it prints what its semaphore is: so nothing
 * depends on time.
 *
 *   target [LIBRARY]
 *
 * LIBRARY is this file once more: its probes are passed, too.
 */
#include <dlfcn.h>
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include "tests/usdt/sdt.h"

/* Who looks at guarded::looked. */
unsigned short guarded_looked_semaphore __attribute__((section(".probes"), used));

struct upcall {
	const char *dpif;
	int type;
	void *packet;
	size_t size;
	void *key;
	size_t key_length;
};

/* The probes of ovs-vswitchd, in lib/dpif.c and lib/dpif-netlink.c, with their arguments. */
static __attribute__((noinline)) void pass_ovs(const struct upcall *u)
{
	PROBE6(dpif_recv, recv_upcall, u->dpif, u->type, u->packet, u->size, u->key, u->key_length);
	PROBE5(dpif_netlink_operate__, op_flow_put, u, u->key, u->packet, u->size, (int)-3);
	PROBE5(dpif_netlink_operate__, op_flow_execute, u, u->key, u->packet, u->size, u->type);
}

static inline __attribute__((always_inline)) void pass_twice(int n)
{
	PROBE1(twice, inlined, n);
}

#if defined(__x86_64__)
static __attribute__((noinline)) void pass_forms(void)
{
	static const int32_t numbers[] = { 1, -2, 3, -4 };

	__asm__ volatile(SDT_NOTE(forms, constants, "0", "-4@$-7 8@$0x112233445566 1@$200 -1@$200")
			 :);
	__asm__ volatile("mov $0x1298763280, %%rax\n" SDT_NOTE(
				 forms, registers, "0",
				 "8@%%rax -4@%%eax 4@%%eax -2@%%ax 1@%%al -1@%%al 1@%%ah 8@%%xmm0")
			 :
			 :
			 : "rax");
	__asm__ volatile(SDT_NOTE(forms, memory, "0",
				  "-4@4(%%rcx) 4@(%%rcx) -4@-4(%%rcx,%%rdx,4) 4@(%%rcx,%%rdx,4) "
				  "-8@(%%rcx)")
			 :
			 : "c"(numbers), "d"(2L));
	/* Nothing is mapped there. */
	__asm__ volatile(SDT_NOTE(forms, unreadable, "0", "8@(%%rcx)") : : "c"(16L));
}
#else
static void pass_forms(void)
{
}
#endif

static void pass_guarded(void)
{
	if (*(volatile unsigned short *)&guarded_looked_semaphore)
		__asm__ volatile(SDT_NOTE(guarded, looked, "guarded_looked_semaphore", "4@$1"));
}

__attribute__((visibility("default"))) void pass_all(void);

void pass_all(void)
{
	static char packet[] = "\2\0\0\0\0\1\2\0\0\0\0\2\10\0packet", key[] = "key";
	const struct upcall upcall = { "system@ovs-system", 1, packet, sizeof(packet), key, 3 };

	PROBE0(main, run_start);
	pass_ovs(&upcall);
	pass_twice(17);
	pass_twice(getenv("HOME") ? 18 : 19);
	pass_forms();
	pass_guarded();
}

#if !defined(LIBRARY)
static void *pass_here(void *pass_library)
{
	pass_all();
	if (pass_library)
		((void (*)(void))pass_library)();
	return NULL;
}

int main(int argc, char **argv)
{
	void *library = argc > 1 ? dlopen(argv[1], RTLD_NOW) : NULL;
	void *pass_library = library ? dlsym(library, "pass_all") : NULL;
	pthread_t thread;
	char line[64];

	if (argc > 1 && !pass_library) {
		fprintf(stderr, "%s\n", dlerror());
		return 1;
	}
	while (fgets(line, sizeof(line), stdin)) {
		if (pthread_create(&thread, NULL, pass_here, pass_library))
			return 1;
		pthread_join(thread, NULL);
		printf("semaphore %u\n", guarded_looked_semaphore);
		fflush(stdout);
	}
	return 0;
}
#endif

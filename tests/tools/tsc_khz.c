/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * How fast this processor's time stamp counter counts, in kHz. What an emulated machine
 * finds out by itself while it boots is wrong if others keep it from running meanwhile.
 */
#include <inttypes.h>
#include <stdio.h>
#include <time.h>

#ifdef __x86_64__
#include <x86intrin.h>

struct moment {
	uint64_t ns;
	uint64_t ticks;
};

static uint64_t read_clock(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC_RAW, &now);
	return (uint64_t)now.tv_sec * 1000000000 + (uint64_t)now.tv_nsec;
}

/* Of some attempts the one that nothing came between. */
static struct moment read_moment(void)
{
	struct moment best = { 0 };
	uint64_t shortest = UINT64_MAX;

	for (int i = 0; i < 100; i++) {
		uint64_t before = read_clock(), ticks = __rdtsc(), took = read_clock() - before;

		if (took >= shortest)
			continue;
		shortest = took;
		best = (struct moment){ before + took / 2, ticks };
	}
	return best;
}

int main(void)
{
	const struct timespec pause = { .tv_nsec = 100000000 };
	struct moment begin = read_moment(), end;

	nanosleep(&pause, NULL);
	end = read_moment();
	printf("%" PRIu64 "\n", (end.ticks - begin.ticks) * 1000000 / (end.ns - begin.ns));
	return 0;
}
#else
int main(void)
{
	fputs("tsc_khz: this processor has no time stamp counter\n", stderr);
	return 1;
}
#endif

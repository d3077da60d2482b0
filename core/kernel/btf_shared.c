/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The kernel's types take 5 MB and some 10 ms to read, and libbpf reads them anew
 * for every BPF object. It has no way to be given them, but calls its own public
 * functions as anyone does, through the dynamic linker: so those that make and free
 * them are ours here, and whoever wants the kernel's types gets the same ones, which
 * are freed with the last user. Where a libbpf does not call ours, it does as before.
 */
#include <bpf/btf.h>
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#define KERNEL_PATH "/sys/kernel/btf/vmlinux"

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct btf *shared;
static size_t users;

static struct btf *parse_other(const char *path, struct btf_ext **ext)
{
	struct btf *(*parse)(const char *path, struct btf_ext **ext) =
		dlsym(RTLD_NEXT, "btf__parse");

	if (parse)
		return parse(path, ext);
	errno = ENOSYS;
	return NULL;
}

static void free_other(struct btf *btf)
{
	void (*release)(struct btf * btf) = dlsym(RTLD_NEXT, "btf__free");

	if (release)
		release(btf);
}

/* Newer kernels let the file be mapped; reading takes a call for each page. */
static struct btf *parse_mapped(void)
{
	int fd = open(KERNEL_PATH, O_RDONLY | O_CLOEXEC);
	struct btf *btf = NULL;
	struct stat file;
	void *data;

	if (fd < 0)
		return NULL;
	if (!fstat(fd, &file) && file.st_size > 0 && file.st_size <= UINT32_MAX) {
		data = mmap(NULL, (size_t)file.st_size, PROT_READ, MAP_PRIVATE | MAP_POPULATE, fd,
			    0);
		if (data != MAP_FAILED) {
			btf = btf__new(data, (uint32_t)file.st_size);
			munmap(data, (size_t)file.st_size);
		}
	}
	close(fd);
	return btf;
}

static struct btf *share_kernel(void)
{
	pthread_mutex_lock(&lock);
	if (!shared)
		shared = parse_mapped();
	if (!shared)
		shared = parse_other(KERNEL_PATH, NULL);
	users += shared ? 1 : 0;
	pthread_mutex_unlock(&lock);
	return shared;
}

struct btf *btf__parse(const char *path, struct btf_ext **ext)
{
	return ext || strcmp(path, KERNEL_PATH) ? parse_other(path, ext) : share_kernel();
}

void btf__free(struct btf *btf)
{
	pthread_mutex_lock(&lock);
	if (btf && btf == shared) {
		btf = --users ? NULL : btf;
		shared = users ? shared : NULL;
	}
	pthread_mutex_unlock(&lock);
	if (btf)
		free_other(btf);
}

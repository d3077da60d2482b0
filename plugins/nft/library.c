/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "library.h"

#include <dlfcn.h>
#include <errno.h>
#include <linux/netlink.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/* NFT_CTX_DEFAULT and NFT_CTX_OUTPUT_* of nftables/libnftables.h: no counts, handles, no
 * elements of named sets. Without TERSE, which older ones lack, these are there, too. */
#define CTX_DEFAULT 0
#define OUTPUT_STATELESS (1 << 2)
#define OUTPUT_HANDLE (1 << 3)
#define OUTPUT_TERSE (1 << 11)

int nft_library_open(struct nft_library *library, char *why, size_t size)
{
	const struct {
		const char *name;
		void **to;
	} functions[] = {
		{ "nft_ctx_new", (void **)&library->new },
		{ "nft_ctx_free", (void **)&library->free },
		{ "nft_ctx_buffer_output", (void **)&library->buffer_output },
		{ "nft_ctx_buffer_error", (void **)&library->buffer_error },
		{ "nft_ctx_get_output_buffer", (void **)&library->output },
		{ "nft_ctx_get_error_buffer", (void **)&library->error },
		{ "nft_ctx_output_set_flags", (void **)&library->set_flags },
		{ "nft_run_cmd_from_buffer", (void **)&library->run },
	};

	library->handle = dlopen(NFT_LIBRARY, RTLD_NOW | RTLD_LOCAL);
	for (size_t i = 0; library->handle && i < sizeof(functions) / sizeof(functions[0]); i++) {
		*functions[i].to = dlsym(library->handle, functions[i].name);
		if (!*functions[i].to)
			nft_library_close(library);
	}
	if (library->handle)
		return 0;
	snprintf(why, size, "%s", dlerror());
	return -ENOENT;
}

void nft_library_close(struct nft_library *library)
{
	if (library->handle)
		dlclose(library->handle);
	*library = (struct nft_library){};
}

/* The library ends the program if it can't have its socket. */
static int can_open_socket(void)
{
	int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_NETFILTER);

	if (fd < 0)
		return -errno;
	close(fd);
	return 0;
}

struct nft_ctx *nft_library_new(const struct nft_library *library, char *why, size_t size)
{
	int err = can_open_socket();
	struct nft_ctx *ctx = err ? NULL : library->new (CTX_DEFAULT);

	if (ctx && !library->buffer_output(ctx) && !library->buffer_error(ctx))
		return ctx;
	if (ctx)
		library->free(ctx);
	snprintf(why, size, "%s", strerror(err ? -err : ENOMEM));
	return NULL;
}

void nft_library_error(const struct nft_library *library, struct nft_ctx *ctx, char *why,
		       size_t size)
{
	const char *error = library->error(ctx);

	snprintf(why, size, "%.*s", error ? (int)strcspn(error, "\n") : 0, error ? error : "");
}

char *nft_library_run(const struct nft_library *library, const char *commands, char *why,
		      size_t size)
{
	struct nft_ctx *ctx = nft_library_new(library, why, size);
	char *output = NULL;

	if (!ctx)
		return NULL;
	library->set_flags(ctx, OUTPUT_STATELESS | OUTPUT_HANDLE | OUTPUT_TERSE);
	if (library->run(ctx, commands))
		nft_library_error(library, ctx, why, size);
	else
		output = strdup(library->output(ctx));
	library->free(ctx);
	return output;
}

/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * libnftables, loaded when rules are to be read and not before: who only reads event files
 * needs none.
 */
#ifndef NFT_LIBRARY_H
#define NFT_LIBRARY_H

#include <stddef.h>

#define NFT_LIBRARY "libnftables.so.1"

struct nft_ctx;

/* All zero: not there. */
struct nft_library {
	void *handle;
	struct nft_ctx *(*new)(unsigned int flags);
	void (*free)(struct nft_ctx *ctx);
	int (*buffer_output)(struct nft_ctx *ctx);
	int (*buffer_error)(struct nft_ctx *ctx);
	const char *(*output)(struct nft_ctx *ctx);
	const char *(*error)(struct nft_ctx *ctx);
	void (*set_flags)(struct nft_ctx *ctx, unsigned int flags);
	int (*run)(struct nft_ctx *ctx, const char *commands);
};

/* -ENOENT, with the reason in WHY (SIZE bytes). */
int nft_library_open(struct nft_library *library, char *why, size_t size);
void nft_library_close(struct nft_library *library);

/* A context of the library's, for this thread's network namespace, to be given to its free(), or
 * NULL, with the reason in WHY (SIZE bytes). What it has to say is kept. */
struct nft_ctx *nft_library_new(const struct nft_library *library, char *why, size_t size);
/* The first line of what is wrong. */
void nft_library_error(const struct nft_library *library, struct nft_ctx *ctx, char *why,
		       size_t size);

/* What COMMANDS print in this thread's network namespace, to be given to free(), or NULL, with
 * the reason in WHY (SIZE bytes). */
char *nft_library_run(const struct nft_library *library, const char *commands, char *why,
		      size_t size);

#endif

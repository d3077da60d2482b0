/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "generation.h"

#include <arpa/inet.h>
#include <errno.h>
#include <linux/netfilter/nf_tables.h>
#include <linux/netfilter/nfnetlink.h>
#include <linux/netlink.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

struct request {
	struct nlmsghdr header;
	struct nfgenmsg message;
};

/* Attribute TYPE of 32 bits in a message of SIZE bytes. */
static int find_u32(const char *data, size_t size, uint16_t type, uint32_t *value)
{
	size_t at = NLMSG_ALIGN(sizeof(struct request));
	struct nlattr attr;

	while (at + sizeof(attr) + sizeof(*value) <= size) {
		memcpy(&attr, data + at, sizeof(attr));
		if (attr.nla_len < sizeof(attr))
			break;
		if ((attr.nla_type & NLA_TYPE_MASK) == type) {
			memcpy(value, data + at + sizeof(attr), sizeof(*value));
			return 0;
		}
		at += NLA_ALIGN(attr.nla_len);
	}
	return -EBADMSG;
}

static int read_answer(const char *data, size_t size, uint32_t *generation)
{
	struct nlmsghdr header;
	struct nlmsgerr error;
	int err;

	if (size < sizeof(header))
		return -EBADMSG;
	memcpy(&header, data, sizeof(header));
	if (header.nlmsg_type == NLMSG_ERROR && size >= sizeof(header) + sizeof(error)) {
		memcpy(&error, data + sizeof(header), sizeof(error));
		return error.error < 0 ? error.error : -EBADMSG;
	}
	err = find_u32(data, size, NFTA_GEN_ID, generation);
	*generation = ntohl(*generation);
	return err;
}

static int ask_generation(int fd, uint32_t *generation)
{
	struct request request = {
		.header = { .nlmsg_len = sizeof(request),
			    .nlmsg_type = NFNL_SUBSYS_NFTABLES << 8 | NFT_MSG_GETGEN,
			    .nlmsg_flags = NLM_F_REQUEST },
		.message = { .version = NFNETLINK_V0 },
	};
	_Alignas(8) char answer[4096];
	ssize_t n;

	if (send(fd, &request, sizeof(request), 0) < 0)
		return -errno;
	n = recv(fd, answer, sizeof(answer), 0);
	return n < 0 ? -errno : read_answer(answer, (size_t)n, generation);
}

int nft_generation_get(uint32_t *generation)
{
	const struct timeval patience = { .tv_sec = 1 };
	int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_NETFILTER);
	int err = 0;

	if (fd < 0)
		return -errno;
	*generation = 0;
	if (setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience)))
		err = -errno;
	err = err ? err : ask_generation(fd, generation);
	close(fd);
	return err;
}

/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The text of the netns section, and names of containers. */
#include <criterion/criterion.h>
#include <stdio.h>

#include <retis/plugin.h>

#include "container.h"
#include "section.h"

#define HAS_COOKIE (1u << (NS_HAS_COOKIE - 1))

static void expect(const void *data, uint32_t length, uint32_t present, const char *wanted)
{
	const struct retis_view view = {
		.size = sizeof(view), .length = length, .data = data, .present = present
	};
	const struct retis_print how = { .size = sizeof(how) };
	char text[128];
	struct retis_text out = { .data = text, .capacity = sizeof(text) };

	retis_plugin.sections[NS_SECTION].print(&view, &how, &out);
	cr_expect(out.length == strlen(wanted) && !memcmp(text, wanted, out.length),
		  "'%.*s' is not '%s'", (int)out.length, text, wanted);
}

Test(ns, line)
{
	const struct ns_section ns = { .cookie = 16, .inum = 4026531840u };

	expect(&ns, sizeof(ns), HAS_COOKIE, "ns 0x10/4026531840");
	expect(&ns, sizeof(ns), 0, "ns 4026531840");
}

Test(ns, extremes)
{
	const struct ns_section zero = {}, full = { .cookie = ~0ULL, .inum = ~0u };

	expect(&zero, sizeof(zero), HAS_COOKIE, "ns 0x0/0");
	expect(&full, sizeof(full), HAS_COOKIE, "ns 0xffffffffffffffff/4294967295");
}

/* Each in a block of its own size, so that a sanitizer sees a read behind it. */
Test(ns, section_cut_short)
{
	for (uint32_t length = 0; length < sizeof(struct ns_section); length++) {
		void *data = calloc(1, length);

		expect(data, length, HAS_COOKIE, "");
		free(data);
	}
}

static const char *find_name(const struct retis_names *names, const char *table, const void *key,
			     uint32_t size, uint64_t at)
{
	uint32_t inum;

	(void)names;
	(void)at;
	cr_assert_str_eq(table, "ns.name");
	cr_assert_eq(size, sizeof(inum));
	memcpy(&inum, key, size);
	return inum == 7 ? "ser\033ver" : NULL;
}

Test(ns, name_is_escaped)
{
	const struct ns_section ns = { .cookie = 16, .inum = 7 };
	const struct retis_names names = { .find = find_name };
	const struct retis_event event = {};
	const struct retis_view view = { .size = sizeof(view),
					 .length = sizeof(ns),
					 .data = &ns,
					 .present = HAS_COOKIE,
					 .event = &event,
					 .names = &names };
	const struct retis_print how = { .size = sizeof(how) };
	char text[128];
	struct retis_text out = { .data = text, .capacity = sizeof(text) };

	retis_plugin.sections[NS_SECTION].print(&view, &how, &out);
	cr_expect(out.length > 2 && !memchr(text, 27, out.length) &&
			  !memcmp(text + out.length - 2, "/7", 2),
		  "'%.*s'", (int)out.length, text);
}

#define ID "3f2a1b4c5d6e708192a3b4c5d6e7f80910213243546576879809a0b1c2d3e4f5"
#define ID_2 "0123456789ab708192a3b4c5d6e7f80910213243546576879809a0b1c2d3e4f5"

static void expect_container(const char *line, const char *wanted)
{
	char name[64];
	bool found = ns_container_name(line, name, sizeof(name));

	cr_expect(found == !!wanted && (!found || !strcmp(name, wanted)), "'%s': '%s' is not '%s'",
		  line, found ? name : "none", wanted ? wanted : "none");
}

Test(ns, containers_of_engines)
{
	expect_container("0::/system.slice/docker-" ID ".scope\n", "docker-3f2a1b4c5d6e");
	expect_container("4:memory:/docker/" ID "\n", "docker-3f2a1b4c5d6e");
	expect_container("0::/machine.slice/libpod-" ID ".scope/container\n",
			 "libpod-3f2a1b4c5d6e");
	/* As a container with a cgroup namespace of its own sees others. */
	expect_container("0::/../libpod-" ID ".scope", "libpod-3f2a1b4c5d6e");
	expect_container("0::/lxc.payload.web/system.slice/nginx.service\n", "web");
	expect_container("0::/machine.slice/systemd-nspawn@web.service/payload\n", "web");
	expect_container("0::/other/" ID "\n", "container-3f2a1b4c5d6e");
}

Test(ns, containers_of_kubernetes)
{
	expect_container("0::/kubepods.slice/kubepods-burstable.slice/"
			 "kubepods-burstable-pod0123456789abcdef0123456789abcdef.slice/"
			 "cri-containerd-" ID ".scope\n",
			 "cri-containerd-3f2a1b4c5d6e");
	expect_container("0::/kubepods/besteffort/pod01234567-89ab-cdef/" ID "\n",
			 "kubepods-3f2a1b4c5d6e");
	/* The innermost: a node that is a container itself. */
	expect_container("0::/docker/" ID "/kubelet/kubepods/pod1/crio-" ID_2 ".scope\n",
			 "crio-0123456789ab");
}

Test(ns, no_containers)
{
	static const char *const lines[] = { "",
					     "0::/",
					     "0::",
					     "0::/\n",
					     "0::/user.slice/user-1000.slice/session-1.scope\n",
					     "0::/docker/3f2a1b4c5d6e\n",
					     "0::/lxc.payload.",
					     "0::/systemd-nspawn@.service\n" };

	for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++)
		expect_container(lines[i], NULL);
}

/* What comes before the id is anybody's choice. */
Test(ns, container_with_a_long_name)
{
	char line[512];

	snprintf(line, sizeof(line), "0::/%200s-" ID ".scope\n", "");
	expect_container(line, NULL);
	expect_container("0::/a\033b-" ID ".scope\n", "a\033b-3f2a1b4c5d6e");
}

/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What is hidden from those who read reports. */
#include <criterion/criterion.h>
#include <stdlib.h>

#include "core/util/redact.h"

static void check_redacted(const char *text, const char *expected)
{
	struct redact r = {};
	char *got = NULL;
	size_t size;
	FILE *out = open_memstream(&got, &size);

	redact_add(&r, "box");
	redact_add(&r, "www");
	redact_add(&r, "x");
	redact_add(&r, NULL);
	cr_assert_not_null(out);
	redact_write(&r, text, out);
	cr_assert_eq(fclose(out), 0);
	cr_expect_str_eq(got, expected);
	free(got);
}

Test(redact, leaves_the_rest)
{
	check_redacted("", "");
	check_redacted("libbpf 1.1.0, Linux 6.1.0-56-amd64", "libbpf 1.1.0, Linux 6.1.0-56-amd64");
	check_redacted("tp:net:netif_rx by fentry", "tp:net:netif_rx by fentry");
	check_redacted("at 10:20:30: 0xff, x, 20261127", "at 10:20:30: 0xff, x, 20261127");
}

Test(redact, hides_addresses)
{
	check_redacted("host 10.1.2.3.", "host [hidden].");
	check_redacted("10.1.2.3:80 (192.168.0.0/16)", "[hidden]:80 ([hidden]/16)");
	check_redacted("src=fe80::1%eth0 [::1]:80", "src=[hidden]%eth0 [[hidden]]:80");
	check_redacted("ether 02:00:5e:10:00:FF", "ether [hidden]");
	check_redacted("at ffff888104730a00 0xffffffff81000000", "at [hidden] [hidden]");
}

Test(redact, hides_words_and_homes)
{
	check_redacted("on box: box.example.org is up", "on [hidden]: [hidden] is up");
	check_redacted("Box, a boxer, inbox, box-2", "[hidden], a boxer, inbox, box-2");
	check_redacted("www.example.org", "[hidden]");
	check_redacted("/home/me/x.so '/home/you'", "/home/[hidden]/x.so '/home/[hidden]'");
}

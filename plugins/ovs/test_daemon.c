/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A daemon that says what it wants, when it wants: what becomes of it is bounded, and one
 * line for each. */
#include <criterion/criterion.h>
#include <errno.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "daemon.h"
#include "reply.h"
#include "told.h"

#define SAID 4096

/* Answers in turn; "ID" in them is the request's. An empty one closes the connection, and NULL
 * says nothing. */
struct stand_in {
	char folder[64];
	char pid_file[96];
	char path[96];
	int listener;
	const char *const *answers;
	size_t n;
	pthread_t thread;
};

struct fake_host {
	struct retis_host host;
	int stop;
	char said[SAID];
};

static void say(const struct retis_host *host, enum retis_log_level level, const char *format, ...)
{
	struct fake_host *fake = (struct fake_host *)(uintptr_t)host;
	size_t used = strlen(fake->said);
	va_list args;

	if (level > RETIS_LOG_INFO)
		return;
	va_start(args, format);
	vsnprintf(fake->said + used, SAID - used, format, args);
	va_end(args);
	strncat(fake->said, "\n", SAID - strlen(fake->said) - 1);
}

static int stop_of(const struct retis_host *host)
{
	return ((const struct fake_host *)host)->stop;
}

static void send_text(int fd, const char *text, size_t size)
{
	/* Whoever asked may have had enough. */
	(void)!send(fd, text, size, MSG_NOSIGNAL);
}

static void answer(int fd, const char *text, const char *request)
{
	const char *id = strstr(text, "ID");
	unsigned long number = strtoul(request + strlen("{\"id\":"), NULL, 10);
	char digits[32];

	if (!id) {
		send_text(fd, text, strlen(text));
		return;
	}
	snprintf(digits, sizeof(digits), "%lu", number);
	send_text(fd, text, (size_t)(id - text));
	send_text(fd, digits, strlen(digits));
	send_text(fd, id + 2, strlen(id + 2));
}

static void *run(void *arg)
{
	const struct stand_in *s = arg;
	char request[1024];
	size_t next = 0;
	ssize_t n;

	while (next < s->n) {
		int fd = accept(s->listener, NULL, NULL);

		while (next < s->n && (n = recv(fd, request, sizeof(request) - 1, 0)) > 0) {
			const char *text = s->answers[next++];

			request[n] = '\0';
			if (text && !*text)
				break;
			if (text)
				answer(fd, text, request);
		}
		if (next == s->n && fd >= 0)
			(void)!recv(fd, request, sizeof(request), 0);
		close(fd);
	}
	return NULL;
}

static void start(struct stand_in *s, const char *const *answers, size_t n)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	FILE *f;

	*s = (struct stand_in){ .folder = "/tmp/retis-ovs-XXXXXX", .answers = answers, .n = n };
	cr_assert_not_null(mkdtemp(s->folder));
	setenv("OVS_RUNDIR", s->folder, 1);
	snprintf(s->pid_file, sizeof(s->pid_file), "%s/ovs-vswitchd.pid", s->folder);
	snprintf(s->path, sizeof(s->path), "%s/ovs-vswitchd.17.ctl", s->folder);
	f = fopen(s->pid_file, "w");
	cr_assert_not_null(f);
	fprintf(f, "17\n");
	fclose(f);
	memcpy(address.sun_path, s->path, strlen(s->path) + 1);
	s->listener = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	cr_assert_eq(bind(s->listener, (struct sockaddr *)&address, sizeof(address)), 0);
	cr_assert_eq(listen(s->listener, 4), 0);
	cr_assert_eq(pthread_create(&s->thread, NULL, run, s), 0);
}

static void end(struct stand_in *s)
{
	shutdown(s->listener, SHUT_RDWR);
	pthread_join(s->thread, NULL);
	close(s->listener);
	unlink(s->path);
	unlink(s->pid_file);
	rmdir(s->folder);
}

static void make_host(struct fake_host *fake)
{
	*fake = (struct fake_host){
		.host = { .size = sizeof(fake->host), .log = say, .stop_fd = stop_of },
		.stop = eventfd(0, EFD_CLOEXEC)
	};
}

#define OK(TEXT) "{\"id\":ID,\"result\":\"" TEXT "\",\"error\":null}"
#define NO(TEXT) "{\"error\":\"" TEXT "\",\"result\":null,\"id\":ID}"
#define COMMANDS "The available commands are:\\n  dpctl/dump-dps [x]\\n  dpctl/get-flow\\t[x]\\n"
#define START OK(COMMANDS "  ofproto/detrace [x]\\n"), OK("system@ovs-system\\n")

static const struct ovs_flow_id id = { 1, 2, { 169552957, 1314873457, 2190714037, 3336038649 } };

struct asked {
	int got;
	size_t rules;
	struct ovs_told told;
	char said[SAID];
};

/* Asks once, of a daemon that says ANSWERS. */
static void ask_of(const char *const *answers, size_t n, struct asked *asked)
{
	struct fake_host fake;
	struct stand_in s;
	struct ovs_daemon d;

	start(&s, answers, n);
	make_host(&fake);
	cr_assert_eq(ovs_daemon_init(&d, &fake.host), 0);
	asked->got = -ENOTCONN;
	if (ovs_daemon_ready(&d))
		asked->got = ovs_daemon_ask(&d, &id, &asked->told, &asked->rules);
	memcpy(asked->said, fake.said, sizeof(fake.said));
	ovs_daemon_fini(&d);
	close(fake.stop);
	end(&s);
}

#define ASK(ASKED, ...)                                                       \
	do {                                                                  \
		static const char *const in_turn[] = { __VA_ARGS__ };         \
		ask_of(in_turn, sizeof(in_turn) / sizeof(in_turn[0]), ASKED); \
	} while (0)

Test(daemon, tells_flow_and_rules)
{
	struct asked a;

	ASK(&a, START, OK("in_port(2), actions:3\\n"),
	    OK("cookie=0x1, table=0 actions=NORMAL\\n\\ntable=1, drop\\n"));
	cr_expect_eq(a.got, OVS_ANSWER_WHOLE);
	cr_expect_str_eq(a.told.dpflow, "in_port(2), actions:3");
	cr_expect_eq(a.rules, strlen("cookie=0x1, table=0 actions=NORMAL\ntable=1, drop"));
	cr_expect_eq(memcmp(a.told.ofpflows, "cookie=0x1, table=0 actions=NORMAL\ntable=1, drop",
			    a.rules),
		     0);
	cr_expect_not_null(strstr(a.said, "ovs-vswitchd.17.ctl\n"), "%s", a.said);
}

Test(daemon, older_ones_have_no_rules)
{
	struct asked a;

	ASK(&a, OK(COMMANDS), OK(""), OK("in_port(2), actions:3\\n"));
	cr_expect_eq(a.got, OVS_ANSWER_WHOLE);
	cr_expect_eq(a.rules, 0);
	cr_expect_not_null(strstr(a.said, "it has no ofproto/detrace"), "%s", a.said);
	ASK(&a, OK("The available commands are:\\n  dpctl/get-flows\\n"));
	cr_expect_eq(a.got, -ENOTCONN);
	cr_expect_not_null(strstr(a.said, "it has no dpctl/get-flow;"), "%s", a.said);
}

Test(daemon, what_it_does_not_know)
{
	struct asked a;

	ASK(&a, START, NO("ovs-vswitchd: getting flow (No such file or directory)\\n"));
	cr_expect_eq(a.got, OVS_ANSWER_NONE);
	ASK(&a, START, OK("x"), OK(""));
	cr_expect_eq(a.got, OVS_ANSWER_EARLY);
	ASK(&a, START, OK("x"), OK("Cache was not found for flow.\\n"));
	cr_expect_eq(a.got, OVS_ANSWER_EARLY);
	ASK(&a, START, OK("x"), NO("no"));
	cr_expect_eq(a.got, OVS_ANSWER_EARLY);
}

/* Each of it ends the connection, with one line. */
Test(daemon, what_is_no_answer)
{
	static const char *const bad[] = {
		"{\"id\":99,\"result\":\"x\"}",	  "[]",
		"{\"id\":ID,\"result\":\"\\x\"}", "{\"id\":ID}",
		"{\"id\":ID,\"result\":\"x\"}{",  "{\"result\":\"x\"}",
		"{\"id\":ID,\"result\":\"x}",	  "",
		"HTTP/1.1 400 Bad Request\r\n",
	};

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		const char *const answers[] = { START, bad[i] };
		struct asked a;
		const char *line;

		ask_of(answers, 3, &a);
		cr_expect_lt(a.got, 0, "%s", bad[i]);
		line = strchr(a.said, '\n') + 1;
		cr_expect_not_null(strstr(line, "does not answer any more: "), "%s", line);
		cr_expect_eq(strchr(line, '\n')[1], '\0');
	}
}

Test(daemon, waits_and_listens_no_longer_than_it_has_to)
{
	struct asked a;
	char *text = malloc(OVS_ANSWER_MAX + 64);
	const char *const answers[] = { START, text };

	ASK(&a, START, NULL);
	cr_expect_eq(a.got, -ETIMEDOUT);
	cr_assert_not_null(text);
	snprintf(text, 64, "{\"id\":ID,\"result\":\"");
	memset(text + strlen(text), 'x', OVS_ANSWER_MAX + 32 - strlen(text));
	memcpy(text + OVS_ANSWER_MAX + 32, "\"}", 3);
	ask_of(answers, 3, &a);
	cr_expect_eq(a.got, -EMSGSIZE, "%d", a.got);
	free(text);
}

Test(daemon, is_found_again)
{
	static const char *const answers[] = { START, "", START, OK("x"), OK("y") };
	struct fake_host fake;
	struct stand_in s;
	struct ovs_daemon d;
	struct ovs_told told;
	size_t rules;

	start(&s, answers, sizeof(answers) / sizeof(answers[0]));
	make_host(&fake);
	cr_assert_eq(ovs_daemon_init(&d, &fake.host), 0);
	cr_assert(ovs_daemon_ready(&d));
	cr_expect_eq(ovs_daemon_ask(&d, &id, &told, &rules), -ECONNRESET);
	/* Not at once. */
	cr_expect(!ovs_daemon_ready(&d));
	d.look_at = 0;
	cr_assert(ovs_daemon_ready(&d));
	cr_expect_eq(ovs_daemon_ask(&d, &id, &told, &rules), OVS_ANSWER_WHOLE);
	ovs_daemon_fini(&d);
	end(&s);
	d = (struct ovs_daemon){};
	/* Nor is there more than one line of what is not there. */
	fake.said[0] = '\0';
	cr_assert_eq(ovs_daemon_init(&d, &fake.host), 0);
	for (int i = 0; i < 3; i++, d.look_at = 0)
		cr_expect(!ovs_daemon_ready(&d));
	cr_expect_not_null(strstr(fake.said, "No such file or directory; OVS_RUNDIR names"));
	cr_expect_eq(strchr(fake.said, '\n')[1], '\0', "%s", fake.said);
	ovs_daemon_fini(&d);
	close(fake.stop);
}

Test(daemon, ends_when_it_is_told_to)
{
	static const char *const answers[] = { START, NULL };
	const uint64_t one = 1;
	struct fake_host fake;
	struct stand_in s;
	struct ovs_daemon d;
	struct ovs_told told;
	size_t rules;

	start(&s, answers, 3);
	make_host(&fake);
	cr_assert_eq(ovs_daemon_init(&d, &fake.host), 0);
	cr_assert(ovs_daemon_ready(&d));
	cr_assert_eq(write(fake.stop, &one, sizeof(one)), sizeof(one));
	fake.said[0] = '\0';
	cr_expect_eq(ovs_daemon_ask(&d, &id, &told, &rules), -ECANCELED);
	cr_expect_str_eq(fake.said, "");
	ovs_daemon_fini(&d);
	close(fake.stop);
	end(&s);
}

/* --- texts -------------------------------------------------------------------------------- */

Test(told, writes_ids_as_the_daemon_does)
{
	char ufid[sizeof("ufid:") + OVS_UFID_LENGTH];

	ovs_write_ufid(&id, ufid);
	cr_expect_str_eq(ufid, "ufid:0a1b2c3d-4e5f-6071-8293-a4b5c6d7e8f9");
}

Test(told, is_bounded)
{
	char *text = malloc(3 * OVS_TEXT_MAX);
	struct ovs_told told;
	size_t n;

	cr_assert_not_null(text);
	for (n = OVS_TEXT_MAX - 2; n < OVS_TEXT_MAX + 2; n++) {
		memset(text, 'x', n);
		text[n] = '\0';
		ovs_told_flow(&told, text);
		cr_expect_eq(strlen(told.dpflow), n < OVS_TEXT_MAX ? n : OVS_TEXT_MAX - 1);
		cr_expect_eq(strcmp(told.dpflow + OVS_TEXT_MAX - 4, "...") == 0, n >= OVS_TEXT_MAX);
	}
	for (n = 0; n < 2 * OVS_TEXT_MAX; n++)
		text[n] = n % 100 ? 'y' : '\n';
	text[n] = '\0';
	n = ovs_told_rules(&told, text);
	cr_expect(n <= OVS_TEXT_MAX && n > OVS_TEXT_MAX - 110);
	cr_expect_eq(memcmp(told.ofpflows + n - 4, "\n...", 4), 0);
	memset(text, 'z', 2 * OVS_TEXT_MAX);
	n = ovs_told_rules(&told, text);
	cr_expect(n == 3 && !memcmp(told.ofpflows, "...", 3));
	free(text);
}

Test(reply, texts_lose_their_escapes)
{
	char text[] =
		"{ \"x\":[{\"}\":1}], \"id\" : 7,\"result\":\"\\\"\\\\\\/\\u0041\\u00e9\\u20ac\\n"
		"\\u0000\\ud83d\"}";
	struct ovs_reply_end at = {};
	struct ovs_reply reply;

	cr_assert_eq(ovs_reply_find_end(&at, text, sizeof(text) - 1), 1);
	cr_assert_eq(at.at, sizeof(text) - 1);
	cr_assert_eq(ovs_reply_read(text, at.at, &reply), 0);
	cr_expect_eq(reply.id, 7);
	cr_expect_str_eq(reply.result, "\"\\/A\xc3\xa9\xe2\x82\xac\n\xef\xbf\xbd\xef\xbf\xbd");
	cr_expect_null(reply.error);
}

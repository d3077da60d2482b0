/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Files that root writes where others can write, too. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <criterion/criterion.h>

#include "core/file/place.h"

#define OTHER 12345

static char top[32];

static void enter(void)
{
	snprintf(top, sizeof(top), "/tmp/retis-test-XXXXXX");
	cr_assert(mkdtemp(top));
	cr_assert_eq(chdir(top), 0);
	cr_assert_eq(mkdir("open", 0777) || chmod("open", 01777) || mkdir("closed", 0755), 0);
}

static void leave(void)
{
	char command[64];

	snprintf(command, sizeof(command), "rm -r %s", top);
	cr_expect_eq(system(command), 0);
}

TestSuite(place, .init = enter, .fini = leave);

static void skip_unless_root(void)
{
	if (geteuid())
		cr_skip_test("needs root");
}

/* The error of opening PATH, or 0. */
static int open_place(const char *path)
{
	struct place place;
	bool created;
	int fd, err = place_init(&place, path);

	if (err)
		return err;
	fd = place_open(&place, &created);
	if (fd >= 0)
		close(fd);
	place_fini(&place);
	return fd < 0 ? fd : 0;
}

static void make_file(const char *path, uid_t owner)
{
	int fd = open(path, O_WRONLY | O_CREAT, 0666);

	cr_assert(fd >= 0);
	cr_assert_eq(fchown(fd, owner, owner), 0);
	close(fd);
}

Test(place, ordinary_files)
{
	cr_expect_eq(open_place("a"), 0);
	cr_expect_eq(open_place("a"), 0);
	cr_expect_eq(open_place("./closed/../closed//b"), 0);
	cr_expect_eq(access("closed/b", F_OK), 0);
	cr_expect_eq(open_place("nowhere/a"), -ENOENT);
	cr_expect_eq(open_place("a/b"), -ENOTDIR);
	cr_expect_eq(open_place("closed"), -EISDIR);
	cr_expect_eq(open_place("closed/"), -EISDIR);
	cr_expect_eq(open_place(""), -ENOENT);
	cr_expect_eq(open_place("/dev/null"), 0);
}

Test(place, links_in_folders_of_our_own)
{
	cr_assert_eq(symlink("closed", "way"), 0);
	cr_assert_eq(symlink("way/there", "file"), 0);
	cr_assert_eq(symlink("round", "round"), 0);
	cr_expect_eq(open_place("file"), 0);
	cr_expect_eq(access("closed/there", F_OK), 0);
	cr_expect_eq(open_place("round"), -ELOOP);
}

Test(place, links_of_the_kernel)
{
	int fd = open("a", O_WRONLY | O_CREAT, 0666);
	char path[64];

	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	cr_expect_eq(open_place(path), 0);
	unlink("a");
	cr_expect_eq(open_place(path), 0);
	close(fd);
}

Test(place, links_others_can_make)
{
	skip_unless_root();
	make_file("closed/kept", 0);
	cr_assert_eq(symlink("../closed/kept", "open/link"), 0);
	cr_assert_eq(symlink("../closed/new", "open/dangling"), 0);
	cr_assert_eq(symlink("../closed", "open/way"), 0);
	cr_assert_eq(symlink("open/link", "indirect"), 0);
	cr_expect_eq(open_place("open/link"), PLACE_LINK);
	cr_expect_eq(open_place("open/dangling"), PLACE_LINK);
	cr_expect_eq(open_place("open/way/new"), PLACE_LINK);
	cr_expect_eq(open_place("indirect"), PLACE_LINK);
	cr_expect_neq(access("closed/new", F_OK), 0);
}

Test(place, files_of_others)
{
	skip_unless_root();
	make_file("open/theirs", OTHER);
	make_file("closed/ours", 0);
	cr_assert_eq(mkfifo("open/fifo", 0666) || chown("open/fifo", OTHER, OTHER), 0);
	cr_assert_eq(link("closed/ours", "open/hard"), 0);
	cr_expect_eq(open_place("open/theirs"), PLACE_FOREIGN);
	/* And does not wait for a reader. */
	cr_expect_eq(open_place("open/fifo"), PLACE_FOREIGN);
	cr_expect_eq(open_place("open/hard"), PLACE_FOREIGN);
	cr_expect_eq(open_place("open/new"), 0);
}

Test(place, rotation_leaves_files_of_others)
{
	struct place place;
	struct stat st;
	bool created;
	int fd;

	skip_unless_root();
	make_file("open/r.0", OTHER);
	cr_assert_eq(symlink("../closed/x", "open/r.1"), 0);
	cr_assert_eq(place_init(&place, "open/r"), 0);
	fd = place_open(&place, &created);
	cr_assert(fd >= 0 && created);
	cr_expect_eq(place_rotate(&place, 0), PLACE_FOREIGN);
	cr_expect_eq(place_rotate(&place, 1), PLACE_LINK);
	place_remove(&place, 0);
	cr_expect_eq(stat("open/r.0", &st), 0);
	cr_expect_eq(st.st_uid, OTHER);
	cr_expect(place_same(&place, fd));
	cr_expect_eq(place_rotate(&place, 2), 0);
	cr_expect_not(place_same(&place, fd));
	place_remove(&place, 2);
	cr_expect_neq(access("open/r.2", F_OK), 0);
	close(fd);
	place_fini(&place);
}

/* Whatever becomes of the way to it. */
Test(place, folder_stays_the_folder)
{
	struct place place;
	bool created;
	int fd;

	cr_assert_eq(place_init(&place, "closed/r"), 0);
	fd = place_open(&place, &created);
	cr_assert_eq(rename("closed", "moved") || symlink("open", "closed"), 0);
	cr_expect(place_same(&place, fd));
	cr_expect_eq(place_rotate(&place, 0), 0);
	cr_expect_eq(access("moved/r.0", F_OK), 0);
	cr_expect_neq(access("open/r.0", F_OK), 0);
	close(fd);
	place_fini(&place);
}

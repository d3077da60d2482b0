/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * The system calls a tracer that collects, or reads a file, never needs: they fail
 * with EPERM. What matters is that nothing else can be started, no other process be
 * looked into, and the system not be reconfigured. It is a filter in classic BPF;
 * for calls it always allows the kernel does not even run it.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <sys/prctl.h>
#include <sys/syscall.h>

#include "core/util/confine.h"

#if defined(__x86_64__)
#define NATIVE AUDIT_ARCH_X86_64
/* Calls of the x32 interface have this bit, and numbers of their own. */
#define FOREIGN_CALLS 0x40000000
#elif defined(__aarch64__)
#define NATIVE AUDIT_ARCH_AARCH64
#elif defined(__s390x__)
#define NATIVE AUDIT_ARCH_S390X
#elif defined(__powerpc64__) && __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
#define NATIVE AUDIT_ARCH_PPC64LE
#elif defined(__riscv) && __riscv_xlen == 64
#define NATIVE AUDIT_ARCH_RISCV64
#endif

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static const unsigned int refused[] = {
	/* Other programs. */
	SYS_execve,
	SYS_execveat,
/* Other processes. */
#ifndef __SANITIZE_ADDRESS__
	/* Leaks are looked for with it. */
	SYS_ptrace,
#endif
	SYS_process_vm_readv,
	SYS_process_vm_writev,
	SYS_kcmp,
#ifdef SYS_pidfd_getfd
	SYS_pidfd_getfd,
#endif
#ifdef SYS_process_madvise
	SYS_process_madvise,
#endif
	/* Code of the kernel's. */
	SYS_init_module,
	SYS_finit_module,
	SYS_delete_module,
	SYS_kexec_load,
#ifdef SYS_kexec_file_load
	SYS_kexec_file_load,
#endif
	/* What is mounted, and where the root is. */
	SYS_mount,
	SYS_umount2,
	SYS_pivot_root,
	SYS_chroot,
	SYS_unshare,
	SYS_swapon,
	SYS_swapoff,
	SYS_open_by_handle_at,
#ifdef SYS_open_tree
	SYS_open_tree,
	SYS_move_mount,
	SYS_fsopen,
	SYS_fsconfig,
	SYS_fsmount,
	SYS_fspick,
#endif
#ifdef SYS_mount_setattr
	SYS_mount_setattr,
#endif
	/* The machine as a whole. */
	SYS_reboot,
	SYS_sethostname,
	SYS_setdomainname,
	SYS_settimeofday,
	SYS_clock_settime,
	SYS_clock_adjtime,
	SYS_adjtimex,
	SYS_acct,
	SYS_quotactl,
	SYS_syslog,
#ifdef SYS_ioperm
	SYS_ioperm,
	SYS_iopl,
#endif
#ifdef SYS_modify_ldt
	SYS_modify_ldt,
#endif
	/* Other users. */
	SYS_setuid,
	SYS_setgid,
	SYS_setreuid,
	SYS_setregid,
	SYS_setresuid,
	SYS_setresgid,
	SYS_setfsuid,
	SYS_setfsgid,
	SYS_setgroups,
	/* Keys. */
	SYS_add_key,
	SYS_request_key,
	SYS_keyctl,
/* Ways around this filter, and favourites of exploits. */
#ifdef SYS_io_uring_setup
	SYS_io_uring_setup,
	SYS_io_uring_enter,
	SYS_io_uring_register,
#endif
	SYS_userfaultfd,
	SYS_personality,
};

/* To files, for those that only read. */
static const unsigned int refused_writes[] = {
#ifdef SYS_creat
	SYS_creat,
#endif
	SYS_truncate,
#ifdef SYS_rename
	SYS_rename,
#endif
#ifdef SYS_renameat
	SYS_renameat,
#endif
	SYS_renameat2,
#ifdef SYS_link
	SYS_link,      SYS_symlink,   SYS_unlink,      SYS_mkdir,	 SYS_rmdir,
	SYS_mknod,     SYS_chmod,     SYS_chown,       SYS_lchown,
#endif
	SYS_linkat,    SYS_symlinkat, SYS_unlinkat,    SYS_mkdirat,	 SYS_mknodat,
	SYS_fchmod,    SYS_fchmodat,  SYS_fchown,      SYS_fchownat,	 SYS_setxattr,
	SYS_lsetxattr, SYS_fsetxattr, SYS_removexattr, SYS_lremovexattr, SYS_fremovexattr,
};

#define OPEN_TO_WRITE (O_WRONLY | O_RDWR | O_CREAT | O_TRUNC)

#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
#define LOW_HALF 0
#else
#define LOW_HALF 4
#endif

#define REFUSE(ERROR) (SECCOMP_RET_ERRNO | (ERROR))

struct program {
	struct sock_filter list[2 * (COUNT(refused) + COUNT(refused_writes)) + 32];
	unsigned short n;
};

static void add_filter_insn(struct program *p, uint16_t code, uint32_t k)
{
	p->list[p->n++] = (struct sock_filter){ .code = code, .k = k };
}

static void add_field_load(struct program *p, size_t offset)
{
	add_filter_insn(p, BPF_LD | BPF_W | BPF_ABS, (uint32_t)offset);
}

/* What is loaded compares like that with K: the call fails. */
static void refuse_if(struct program *p, uint16_t jump, uint32_t k, int error)
{
	add_filter_insn(p, (uint16_t)(BPF_JMP | jump | BPF_K), k);
	p->list[p->n - 1].jf = 1;
	add_filter_insn(p, BPF_RET | BPF_K, REFUSE((uint32_t)error));
}

/* The flags of open calls decide. */
static void refuse_opening(struct program *p, unsigned int call, unsigned int argument)
{
	size_t flags = offsetof(struct seccomp_data, args) + argument * sizeof(uint64_t);

	add_field_load(p, offsetof(struct seccomp_data, nr));
	add_filter_insn(p, BPF_JMP | BPF_JEQ | BPF_K, call);
	/* Over the load and what becomes of it. */
	p->list[p->n - 1].jf = 3;
	add_field_load(p, flags + LOW_HALF);
	refuse_if(p, BPF_JSET, OPEN_TO_WRITE, EPERM);
}

static void refuse_writing(struct program *p)
{
	for (size_t i = 0; i < COUNT(refused_writes); i++)
		refuse_if(p, BPF_JEQ, refused_writes[i], EPERM);
#ifdef SYS_openat2
	/* Its flags are out of a filter's sight. */
	refuse_if(p, BPF_JEQ, SYS_openat2, ENOSYS);
#endif
#ifdef SYS_open
	refuse_opening(p, SYS_open, 1);
#endif
	refuse_opening(p, SYS_openat, 2);
}

static void make_program(struct program *p, uint32_t native, bool writes)
{
	add_field_load(p, offsetof(struct seccomp_data, arch));
	add_filter_insn(p, BPF_JMP | BPF_JEQ | BPF_K, native);
	p->list[p->n - 1].jt = 1;
	add_filter_insn(p, BPF_RET | BPF_K, REFUSE(EPERM));
	add_field_load(p, offsetof(struct seccomp_data, nr));
#ifdef FOREIGN_CALLS
	refuse_if(p, BPF_JGE, FOREIGN_CALLS, EPERM);
#endif
	for (size_t i = 0; i < COUNT(refused); i++)
		refuse_if(p, BPF_JEQ, refused[i], EPERM);
	if (!writes)
		refuse_writing(p);
	add_filter_insn(p, BPF_RET | BPF_K, SECCOMP_RET_ALLOW);
}

int confine_calls(bool writes)
{
#ifdef NATIVE
	struct program p = {};
	struct sock_fprog program;

	make_program(&p, NATIVE, writes);
	program = (struct sock_fprog){ .len = p.n, .filter = p.list };
	return prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program, 0, 0) ? -errno : 0;
#else
	(void)writes;
	return -EOPNOTSUPP;
#endif
}

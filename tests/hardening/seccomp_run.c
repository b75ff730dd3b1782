/* Runs a program under the system call filter of a service unit, where no service manager is.
 *
 *   seccomp_run RULES PROGRAM [ARGUMENT ...]     becomes the program, filtered
 *   seccomp_run RULES --try                      tries what the filter must refuse
 *
 * RULES is a file of lines, which sandbox.sh makes from the unit: "errno N", what a refused call
 * returns; "allow N", the number of a system call; "family N", an address family sockets may have.
 * Memory both writable and executable, memory made executable later, and namespaces are refused
 * always, as MemoryDenyWriteExecute= and RestrictNamespaces= do; clone3 hides its flags from
 * filters, so it does not exist (ENOSYS) and the C library falls back to clone. */
#include <errno.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#if defined(__x86_64__)
#define ARCH_HERE AUDIT_ARCH_X86_64
#elif defined(__aarch64__)
#define ARCH_HERE AUDIT_ARCH_AARCH64
#else
#error "the filter knows x86-64 and arm64"
#endif

enum { CODE_MAX = 4000, FAMILIES_MAX = 16, EXIT_MACHINERY = 99 };

#define NAMESPACES (CLONE_NEWNS | CLONE_NEWCGROUP | CLONE_NEWUTS | CLONE_NEWIPC | CLONE_NEWUSER \
                    | CLONE_NEWPID | CLONE_NEWNET)
#define OFFSET_OF_ARGUMENT(n) (uint32_t)(offsetof(struct seccomp_data, args) + 8 * (n))

struct filter {
    struct sock_filter code[CODE_MAX];
    unsigned short len;
    uint32_t refuse;                    /* what the filter returns for a refused call */
    uint32_t families[FAMILIES_MAX];
    unsigned families_len;
};

static void filter_read(struct filter *filter, const char *path);
static void add(struct filter *filter, uint16_t code, uint32_t value, uint8_t yes, uint8_t no);
static void add_arguments(struct filter *filter);
static void add_both_bits(struct filter *filter, long call, unsigned argument, uint32_t bits);
static void install(const struct filter *filter);
static int try_forbidden(void);
static _Noreturn void fail(const char *what);

int main(int argc, char **argv)
{
    static struct filter filter;
    if (argc < 3)
        fail("usage: seccomp_run RULES PROGRAM [ARGUMENT ...] | seccomp_run RULES --try");
    filter_read(&filter, argv[1]);
    install(&filter);
    if (strcmp(argv[2], "--try") == 0)
        return try_forbidden();
    execvp(argv[2], argv + 2);
    fail(argv[2]);
}

/* The calls that look at their arguments come first, then the list, then the refusal. */
static void filter_read(struct filter *filter, const char *path)
{
    static uint32_t calls[CODE_MAX];
    unsigned calls_len = 0;
    char word[16];
    unsigned long number;
    FILE *file = fopen(path, "r");
    if (!file)
        fail(path);
    while (fscanf(file, "%15s %lu", word, &number) == 2) {
        if (strcmp(word, "errno") == 0)
            filter->refuse = SECCOMP_RET_ERRNO | ((uint32_t)number & SECCOMP_RET_DATA);
        else if (strcmp(word, "family") == 0 && filter->families_len < FAMILIES_MAX)
            filter->families[filter->families_len++] = (uint32_t)number;
        else if (strcmp(word, "allow") == 0 && calls_len < CODE_MAX / 3)
            calls[calls_len++] = (uint32_t)number;
        else
            fail("a rule that nobody knows");
    }
    fclose(file);
    if (!filter->refuse || !calls_len || !filter->families_len)
        fail("the rules are not whole");
    add(filter, BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, arch), 0, 0);
    add(filter, BPF_JMP | BPF_JEQ | BPF_K, ARCH_HERE, 1, 0);
    add(filter, BPF_RET | BPF_K, SECCOMP_RET_KILL_PROCESS, 0, 0);
    add_arguments(filter);
    add(filter, BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr), 0, 0);
    for (unsigned i = 0; i < calls_len; i++) {
        add(filter, BPF_JMP | BPF_JEQ | BPF_K, calls[i], 0, 1);
        add(filter, BPF_RET | BPF_K, SECCOMP_RET_ALLOW, 0, 0);
    }
    add(filter, BPF_RET | BPF_K, filter->refuse, 0, 0);
}

static void add(struct filter *filter, uint16_t code, uint32_t value, uint8_t yes, uint8_t no)
{
    if (filter->len == CODE_MAX)
        fail("the filter is too long");
    filter->code[filter->len++] = (struct sock_filter){ code, yes, no, value };
}

static void add_arguments(struct filter *filter)
{
    add_both_bits(filter, SYS_mmap, 2, PROT_WRITE | PROT_EXEC);
    add_both_bits(filter, SYS_mprotect, 2, PROT_EXEC);
    add_both_bits(filter, SYS_pkey_mprotect, 2, PROT_EXEC);
    for (unsigned bit = 0; bit < 32; bit++)
        if (NAMESPACES & (1u << bit)) {
            add_both_bits(filter, SYS_clone, 0, 1u << bit);
            add_both_bits(filter, SYS_unshare, 0, 1u << bit);
        }
    add(filter, BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr), 0, 0);
    add(filter, BPF_JMP | BPF_JEQ | BPF_K, SYS_clone3, 0, 1);
    add(filter, BPF_RET | BPF_K, SECCOMP_RET_ERRNO | ENOSYS, 0, 0);
    add(filter, BPF_JMP | BPF_JEQ | BPF_K, SYS_setns, 0, 1);
    add(filter, BPF_RET | BPF_K, filter->refuse, 0, 0);
    add(filter, BPF_JMP | BPF_JEQ | BPF_K, SYS_socket, 0, (uint8_t)(2 + filter->families_len));
    add(filter, BPF_LD | BPF_W | BPF_ABS, OFFSET_OF_ARGUMENT(0), 0, 0);
    for (unsigned i = 0; i < filter->families_len; i++)
        add(filter, BPF_JMP | BPF_JEQ | BPF_K, filter->families[i],
            (uint8_t)(filter->families_len - i), 0);
    add(filter, BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EAFNOSUPPORT, 0, 0);
}

/* Refuses the call when all these bits are set in that argument. */
static void add_both_bits(struct filter *filter, long call, unsigned argument, uint32_t bits)
{
    add(filter, BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr), 0, 0);
    add(filter, BPF_JMP | BPF_JEQ | BPF_K, (uint32_t)call, 0, 4);
    add(filter, BPF_LD | BPF_W | BPF_ABS, OFFSET_OF_ARGUMENT(argument), 0, 0);
    add(filter, BPF_ALU | BPF_AND | BPF_K, bits, 0, 0);
    add(filter, BPF_JMP | BPF_JEQ | BPF_K, bits, 0, 1);
    add(filter, BPF_RET | BPF_K, filter->refuse, 0, 0);
}

static void install(const struct filter *filter)
{
    struct sock_fprog program = { filter->len,
                                  (struct sock_filter *)(uintptr_t)filter->code };
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0 ||
        prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) != 0)
        fail("this kernel takes no filter");
}

static int try_forbidden(void)
{
    static char page[1];
    const struct { const char *name; bool refused; } tries[] = {
        { "mount", mount("x", "/nowhere", "x", 0, page) != 0 && errno == EPERM },
        { "ptrace", syscall(SYS_ptrace, PTRACE_PEEKDATA, 0, page, page) != 0 && errno == EPERM },
        { "unshare", unshare(CLONE_NEWUSER) != 0 && errno == EPERM },
        { "chroot", chroot("/nowhere") != 0 && errno == EPERM },
        { "bpf", syscall(SYS_bpf, -1, 0, 0) != 0 && errno == EPERM },
        { "kexec", syscall(SYS_kexec_load, 0, 0, 0, ~0UL) != 0 && errno == EPERM },
        { "settimeofday", syscall(SYS_settimeofday, page, (void *)1) != 0 && errno == EPERM },
        { "swapon", syscall(SYS_swapon, "/nowhere", 0) != 0 && errno == EPERM },
        { "clone3", syscall(SYS_clone3, 0, 0) != 0 && errno == ENOSYS },
        { "netlink", socket(AF_NETLINK, SOCK_RAW, 0) < 0 && errno == EAFNOSUPPORT },
        { "packet", socket(AF_PACKET, SOCK_RAW, 0) < 0 && errno == EAFNOSUPPORT },
        { "write and execute", mmap(NULL, 1, PROT_WRITE | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS,
                                    -1, 0) == MAP_FAILED && errno == EPERM },
        { "later execute", mprotect(mmap(NULL, 1, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0), 1,
                                    PROT_READ | PROT_EXEC) != 0 && errno == EPERM },
    };
    size_t count = sizeof(tries) / sizeof(tries[0]), passed = 0;
    for (size_t i = 0; i < count; i++)
        if (!tries[i].refused) {
            printf("not refused: %s\n", tries[i].name);
            passed++;
        }
    printf("%zu\n", count);
    return passed ? 1 : 0;
}

static _Noreturn void fail(const char *what)
{
    fprintf(stderr, "seccomp_run: %s\n", what);
    exit(EXIT_MACHINERY);
}

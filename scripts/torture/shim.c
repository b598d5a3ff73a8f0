/* Stands between a program and its file operations: counts those below a folder, writes them down, and at the one it is
 * told to kills the process in the middle of it, or lets it and all later ones fail. Preloaded; sees native code too. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <unistd.h>

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static char below[PATH_MAX];
static int armed, journal = -1, error, everything;
static long count, die, fail;

#define REAL(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))
#define GO (-1)
#define DIE (-2)

void shim_arm(const char *folder, const char *journal_path, long die_at, long fail_from, int with, int fail_everything) {
    snprintf(below, sizeof below, "%s", folder);
    journal = REAL(open)(journal_path, O_CREAT | O_WRONLY | O_APPEND | O_CLOEXEC, 0600);
    count = 0, die = die_at, fail = fail_from, error = with, everything = fail_everything;
    armed = 1;
}

static void perish(void) {
    kill(getpid(), SIGKILL);
    for (;;) pause();
}

/* Notes one operation; gives GO, DIE, or the error to fail with. `grows` says that it takes room on the disk. */
static int note(const char *what, const char *path, const char *to, const void *data, size_t size, int grows) {
    if (!armed || strncmp(path, below, strlen(below))) return GO;
    char line[3 * PATH_MAX], hex[65] = "";
    for (size_t at = 0; data && size <= 32 && at < size; at++) sprintf(hex + 2 * at, "%02x", ((const unsigned char *)data)[at]);
    pthread_mutex_lock(&lock);
    long number = ++count;
    int length = snprintf(line, sizeof line, "%ld\t%s\t%s\t%s\t%zu\t%s\n", number, what, path, to, size, hex);
    if (REAL(write)(journal, line, length) != length) perish();
    pthread_mutex_unlock(&lock);
    if (number == die) return DIE;
    if (fail && number >= fail && (grows || everything)) return error;
    return GO;
}

static const char *of(int descriptor, char *path) {
    char link[64];
    snprintf(link, sizeof link, "/proc/self/fd/%d", descriptor);
    ssize_t length = readlink(link, path, PATH_MAX - 1);
    path[length < 0 ? 0 : length] = 0;
    return path;
}

static const char *at(int folder, const char *name, char *path) {
    char parent[PATH_MAX];
    if (name[0] == '/') return name;
    if (folder == AT_FDCWD) {
        if (!getcwd(parent, sizeof parent)) return name;
    } else {
        of(folder, parent);
    }
    snprintf(path, PATH_MAX, "%.2000s/%.2000s", parent, name);
    return path;
}

#define PERFORM(verdict, failure, call)            \
    do {                                           \
        int told = verdict;                        \
        if (told == DIE) perish();                 \
        if (told != GO) { errno = told; return failure; } \
        return call;                               \
    } while (0)

#define OPEN(name, parameters, folder, arguments)                                               \
    int name parameters {                                                                       \
        mode_t mode = 0;                                                                        \
        char buffer[PATH_MAX];                                                                  \
        if (flags & (O_CREAT | O_TMPFILE)) {                                                    \
            va_list more;                                                                       \
            va_start(more, flags);                                                              \
            mode = va_arg(more, mode_t);                                                        \
            va_end(more);                                                                       \
        }                                                                                       \
        const char *full = at(folder, path, buffer);                                            \
        int writes = flags & (O_CREAT | O_TRUNC);                                               \
        int fresh = writes && access(full, F_OK);                                               \
        if (!fresh && !(flags & O_TRUNC)) return REAL(name) arguments;                          \
        PERFORM(note("create", full, "", NULL, 0, fresh), -1, REAL(name) arguments);            \
    }

OPEN(open, (const char *path, int flags, ...), AT_FDCWD, (path, flags, mode))
OPEN(open64, (const char *path, int flags, ...), AT_FDCWD, (path, flags, mode))
OPEN(openat, (int folder, const char *path, int flags, ...), folder, (folder, path, flags, mode))
OPEN(openat64, (int folder, const char *path, int flags, ...), folder, (folder, path, flags, mode))

#define FOPEN(name)                                                                                \
    FILE *name(const char *path, const char *mode) {                                               \
        char buffer[PATH_MAX];                                                                     \
        if (mode[0] != 'w') return REAL(name)(path, mode);                                         \
        PERFORM(note("create", at(AT_FDCWD, path, buffer), "", NULL, 0, 1), NULL, REAL(name)(path, mode)); \
    }
FOPEN(fopen)
FOPEN(fopen64)

#define WRITE(name, parameters, torn, arguments)                                 \
    ssize_t name parameters {                                                    \
        char path[PATH_MAX];                                                     \
        if (!armed) return REAL(name) arguments;                                 \
        int verdict = note("write", of(to, path), "", data, size, 1);            \
        if (verdict == DIE && REAL(name) torn >= 0) perish();                    \
        PERFORM(verdict, -1, REAL(name) arguments);                              \
    }
WRITE(write, (int to, const void *data, size_t size), (to, data, size / 2), (to, data, size))
WRITE(pwrite, (int to, const void *data, size_t size, off_t where), (to, data, size / 2, where), (to, data, size, where))
WRITE(pwrite64, (int to, const void *data, size_t size, off64_t where), (to, data, size / 2, where), (to, data, size, where))

ssize_t writev(int to, const struct iovec *parts, int number) {
    char path[PATH_MAX];
    if (!armed) return REAL(writev)(to, parts, number);
    PERFORM(note("write", of(to, path), "", NULL, 0, 1), -1, REAL(writev)(to, parts, number));
}

size_t fwrite(const void *data, size_t each, size_t number, FILE *to) {
    char path[PATH_MAX];
    if (!armed) return REAL(fwrite)(data, each, number, to);
    int verdict = note("write", of(fileno(to), path), "", NULL, each * number, 1);
    if (verdict == GO) {
        size_t done = REAL(fwrite)(data, each, number, to);
        if (strncmp(path, below, strlen(below)) == 0) fflush(to);
        return done;
    }
    if (verdict == DIE) {
        REAL(fwrite)(data, 1, each * number / 2, to);
        fflush(to);
        perish();
    }
    errno = verdict;
    return 0;
}

#define COPY(name, offset)                                                                         \
    ssize_t name(int to, int from, offset *where, size_t size) {                                   \
        char path[PATH_MAX];                                                                       \
        if (!armed) return REAL(name)(to, from, where, size);                                      \
        PERFORM(note("write", of(to, path), "", NULL, 0, 1), -1, REAL(name)(to, from, where, size)); \
    }
extern ssize_t sendfile(int, int, off_t *, size_t);
extern ssize_t sendfile64(int, int, off64_t *, size_t);
COPY(sendfile, off_t)
COPY(sendfile64, off64_t)

#define ON_DESCRIPTOR(name, parameters, what, grows, arguments)                                    \
    int name parameters {                                                                          \
        char path[PATH_MAX];                                                                       \
        if (!armed) return REAL(name) arguments;                                                   \
        PERFORM(note(what, of(file, path), "", NULL, 0, grows), -1, REAL(name) arguments);         \
    }
ON_DESCRIPTOR(fsync, (int file), "sync", 0, (file))
ON_DESCRIPTOR(fdatasync, (int file), "sync", 0, (file))
ON_DESCRIPTOR(ftruncate, (int file, off_t size), "write", 1, (file, size))
ON_DESCRIPTOR(ftruncate64, (int file, off64_t size), "write", 1, (file, size))

#define ON_NAME(name, parameters, what, folder, grows, arguments)                                  \
    int name parameters {                                                                          \
        char buffer[PATH_MAX];                                                                     \
        PERFORM(note(what, at(folder, path, buffer), "", NULL, 0, grows), -1, REAL(name) arguments); \
    }
ON_NAME(mkdir, (const char *path, mode_t mode), "mkdir", AT_FDCWD, 1, (path, mode))
ON_NAME(unlink, (const char *path), "remove", AT_FDCWD, 0, (path))
ON_NAME(rmdir, (const char *path), "remove", AT_FDCWD, 0, (path))
ON_NAME(unlinkat, (int folder, const char *path, int flags), "remove", folder, 0, (folder, path, flags))
ON_NAME(chmod, (const char *path, mode_t mode), "chmod", AT_FDCWD, 0, (path, mode))

int symlink(const char *target, const char *path) {
    char buffer[PATH_MAX];
    PERFORM(note("create", at(AT_FDCWD, path, buffer), "", NULL, 0, 1), -1, REAL(symlink)(target, path));
}

int rename(const char *path, const char *to) {
    char one[PATH_MAX], other[PATH_MAX];
    PERFORM(note("rename", at(AT_FDCWD, path, one), at(AT_FDCWD, to, other), NULL, 0, 0), -1, REAL(rename)(path, to));
}

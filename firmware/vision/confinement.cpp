#include "firmware/vision/confinement.h"

#include <fcntl.h>
#include <seccomp.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

#include <initializer_list>
#include <memory>

#include "firmware/core/base/file.h"

namespace counterfoil::vision {

using base::Code;
using base::Error;
using base::Status;

namespace {

#if defined(__SANITIZE_ADDRESS__)
constexpr bool kSanitized = true;
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
constexpr bool kSanitized = true;
#else
constexpr bool kSanitized = false;
#endif
#else
constexpr bool kSanitized = false;
#endif

bool limit(__rlimit_resource resource, rlim_t most) {
    const rlimit bound{most, most};
    return ::setrlimit(resource, &bound) == 0;
}

bool limit_resources() {
    // The sanitizers reserve terabytes of addresses, so that they run without this bound.
    const bool memory = kSanitized || limit(RLIMIT_AS, kWorkerMemoryBytes);
    return memory && limit(RLIMIT_CORE, 0) && limit(RLIMIT_FSIZE, 0) && limit(RLIMIT_NPROC, 0);
}

// Everything but the socket; what is said on standard error goes nowhere.
bool close_files(int socket) {
    const int nowhere = ::open("/dev/null", O_RDWR | O_CLOEXEC);
    if (nowhere < 0) return false;
    for (int standard = 0; standard <= 2; ++standard)
        if (!kSanitized && ::dup2(nowhere, standard) < 0) return false;
    const auto first = static_cast<unsigned>(socket) + 1;
    return (socket <= 3 || ::close_range(3, static_cast<unsigned>(socket) - 1, 0) == 0) &&
           ::close_range(first, ~0U, 0) == 0;
}

struct Release {
    void operator()(void* filter) const { seccomp_release(filter); }
};

bool allow(scmp_filter_ctx filter, std::initializer_list<int> calls) {
    for (const int call : calls)
        if (seccomp_rule_add(filter, SCMP_ACT_ALLOW, call, 0) != 0) return false;
    return true;
}

// Allows the call where its argument is as compared.
bool allow_where(scmp_filter_ctx filter, int call, const scmp_arg_cmp& argument) {
    return seccomp_rule_add_array(filter, SCMP_ACT_ALLOW, call, 1, &argument) == 0;
}

bool allow_on(scmp_filter_ctx filter, int call, int file) {
    return allow_where(filter, call, {0, SCMP_CMP_EQ, static_cast<scmp_datum_t>(file), 0});
}

// Memory, but none that can be run.
bool allow_memory(scmp_filter_ctx filter, int call) {
    return allow_where(filter, call, {2, SCMP_CMP_MASKED_EQ, PROT_EXEC, 0});
}

bool filter_calls(int socket) {
    const std::unique_ptr<void, Release> filter(seccomp_init(SCMP_ACT_KILL_PROCESS));
    if (!filter) return false;
    const bool talks = allow_on(filter.get(), SCMP_SYS(recvfrom), socket) &&
                       allow_on(filter.get(), SCMP_SYS(sendto), socket);
    const bool computes =
        allow(filter.get(), {SCMP_SYS(brk), SCMP_SYS(munmap), SCMP_SYS(mremap), SCMP_SYS(madvise),
                             SCMP_SYS(futex), SCMP_SYS(clock_gettime), SCMP_SYS(exit_group),
                             SCMP_SYS(rt_sigreturn), SCMP_SYS(restart_syscall)}) &&
        allow_memory(filter.get(), SCMP_SYS(mmap)) &&
        allow_memory(filter.get(), SCMP_SYS(mprotect));
    // What the sanitizers need to say what they have found.
    const bool sanitizes =
        !kSanitized ||
        (allow(filter.get(),
               {SCMP_SYS(getpid), SCMP_SYS(gettid), SCMP_SYS(sched_yield), SCMP_SYS(readlink),
                SCMP_SYS(openat), SCMP_SYS(read), SCMP_SYS(close), SCMP_SYS(sigaltstack),
                SCMP_SYS(rt_sigaction), SCMP_SYS(rt_sigprocmask), SCMP_SYS(newfstatat)}) &&
         allow_on(filter.get(), SCMP_SYS(write), STDERR_FILENO));
    return talks && computes && sanitizes && seccomp_load(filter.get()) == 0;
}

}  // namespace

Status confine(int socket) {
    const bool confined = ::prctl(PR_SET_PDEATHSIG, SIGKILL) == 0 &&
                          ::prctl(PR_SET_DUMPABLE, 0) == 0 &&
                          ::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 && close_files(socket) &&
                          limit_resources() && filter_calls(socket);
    if (confined) return {};
    return Error(Code::permission_denied, "the picture decoder cannot give up its rights");
}

}  // namespace counterfoil::vision

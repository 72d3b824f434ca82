// What this library has the process do about signals goes through the host, which
// has handlers of its own, and may have several libraries. Go's runtime asks the C
// library to install its handlers; here the linker finds this function first. It
// is hidden: no other library's sigaction is touched.
#include <signal.h>

#if defined(__linux__) && defined(__GLIBC__)

typedef int usegolib_sigaction(int, const struct sigaction *, struct sigaction *);

// The C library's, by the other name that it has there.
extern usegolib_sigaction __sigaction;

static usegolib_sigaction *host;

// Weak, for a module may bring one of its own.
__attribute__((weak, visibility("hidden")))
int sigaction(int signal, const struct sigaction *action, struct sigaction *old) {
	usegolib_sigaction *install = __atomic_load_n(&host, __ATOMIC_ACQUIRE);
	return (install ? install : __sigaction)(signal, action, old);
}

__attribute__((visibility("default")))
void usegolib_signals(usegolib_sigaction *install) {
	__atomic_store_n(&host, install, __ATOMIC_RELEASE);
}

#endif

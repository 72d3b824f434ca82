// Freeing an overflow is the C library's free: a call into Go would cost more
// than the copy it frees.
#include <stdint.h>
#include <stdlib.h>

#if defined(_WIN32)
__declspec(dllexport)
#else
__attribute__((visibility("default")))
#endif
void usegolib_free(uint64_t overflow) { free((void *)(uintptr_t)overflow); }

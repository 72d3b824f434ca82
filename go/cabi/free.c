// What an overflow says is given back to Go: a loan, which may be in front of the
// response that is lent.
#include "_cgo_export.h"
#include <stdint.h>

#if defined(_WIN32)
__declspec(dllexport)
#else
__attribute__((visibility("default")))
#endif
void usegolib_free(uint64_t overflow) {
	uint64_t loan = overflow >> 2;
	if ((overflow & 3) == 3) {
		loan = *(uint64_t *)(uintptr_t)(overflow & ~(uint64_t)3);
	}
	usegolib_repay(loan);
}

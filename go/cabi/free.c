// Freeing a response that is malloc's needs no Go: a call into Go would cost more
// than the copy it frees. Only loans are given back to Go.
#include "_cgo_export.h"
#include <stdint.h>
#include <stdlib.h>

#if defined(_WIN32)
__declspec(dllexport)
#else
__attribute__((visibility("default")))
#endif
void usegolib_free(uint64_t overflow) {
	void *block = (void *)(uintptr_t)(overflow & ~(uint64_t)3);
	uint64_t loan = 0;
	switch (overflow & 3) {
	case 0:
		free(block);
		return;
	case 1:
		loan = overflow >> 2;
		break;
	case 3:
		loan = *(uint64_t *)block;
		free(block);
		break;
	}
	usegolib_repay(loan);
}

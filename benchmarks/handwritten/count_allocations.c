/* Preloaded, counts the calls of malloc, calloc and realloc of the whole process. */
#define _GNU_SOURCE
#include <stdatomic.h>
#include <stddef.h>

extern void *__libc_malloc(size_t);
extern void *__libc_calloc(size_t, size_t);
extern void *__libc_realloc(void *, size_t);

static atomic_ulong count;

unsigned long allocation_count(void) { return atomic_load(&count); }
void *malloc(size_t size) { atomic_fetch_add(&count, 1); return __libc_malloc(size); }
void *calloc(size_t n, size_t size) { atomic_fetch_add(&count, 1); return __libc_calloc(n, size); }
void *realloc(void *at, size_t size) { atomic_fetch_add(&count, 1); return __libc_realloc(at, size); }

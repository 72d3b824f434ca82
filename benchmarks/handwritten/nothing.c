/* A library that takes any manifest for its own and has nothing to call: what is left of an import is all but its
   hashing and loading. */
#include <stdint.h>

int32_t usegolib_init(uint32_t abi_version, uint64_t digest, const uint8_t *environment, uint64_t length, uintptr_t host) {
    return (void)abi_version, (void)digest, (void)environment, (void)length, (void)host, 0;
}

uint64_t usegolib_call(const uint8_t *request, uint64_t length, uint8_t *response, uint64_t capacity, uint64_t *overflow) {
    return (void)request, (void)length, (void)response, (void)capacity, (void)overflow, 0;
}

void usegolib_free(uint64_t address) { (void)address; }

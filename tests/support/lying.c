/* A library that speaks the ABI and answers every call with the bytes it was given: the request is an array of the
   callable's number and one bin (or a borrowed buffer), and that is the response. A request without arguments asks for the last request. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

static uint8_t last[1 << 20];
static uint64_t last_length;

int32_t usegolib_init(uint32_t abi_version, uint64_t digest, const uint8_t *environment, uint64_t length, uintptr_t host) {
    (void)digest, (void)environment, (void)length, (void)host;
    return abi_version == 0 ? 0 : 1;
}

static uint64_t answer(const uint8_t *bytes, uint64_t length, uint8_t *response, uint64_t capacity, uint64_t *overflow) {
    if (length <= capacity) {
        memcpy(response, bytes, length);
    } else {
        uint8_t *copy = malloc(length);
        memcpy(copy, bytes, length);
        *overflow = (uint64_t)(uintptr_t)copy;
    }
    return length;
}

uint64_t usegolib_call(const uint8_t *request, uint64_t length, uint8_t *response, uint64_t capacity, uint64_t *overflow) {
    uint64_t at = 1, size = 0;
    uint8_t number = request[at++];
    if (number == 0xcc) at += 1;
    else if (number == 0xcd) at += 2;
    else if (number == 0xce) at += 4;
    if (number == 5) {
        /* How many objects are live: stats() asks every library of the process, also in other tests. */
        static const uint8_t none[] = {0x92, 0x00, 0x00};
        return answer(none, sizeof none, response, capacity, overflow);
    }
    if (at >= length) {
        static uint8_t wrapped[(1 << 20) + 8];
        uint8_t head[] = {0x92, 0x00, 0xc6, (uint8_t)(last_length >> 24), (uint8_t)(last_length >> 16),
                          (uint8_t)(last_length >> 8), (uint8_t)last_length};
        memcpy(wrapped, head, sizeof head);
        memcpy(wrapped + sizeof head, last, last_length);
        return answer(wrapped, sizeof head + last_length, response, capacity, overflow);
    }
    memcpy(last, request, length);
    last_length = length;
    switch (request[at++]) {
    case 0xc4: size = request[at]; at += 1; break;
    case 0xc5: size = (uint64_t)request[at] << 8 | request[at + 1]; at += 2; break;
    case 0xc6: size = (uint64_t)request[at] << 24 | (uint64_t)request[at + 1] << 16 | (uint64_t)request[at + 2] << 8 | request[at + 3]; at += 4; break;
    case 0xd8: { /* a borrowed buffer: code 3, address, length */
        uint64_t borrowed[2];
        if (request[at] != 3) abort();
        memcpy(borrowed, request + at + 1, sizeof borrowed);
        return answer((const uint8_t *)(uintptr_t)borrowed[0], borrowed[1], response, capacity, overflow);
    }
    default: abort();
    }
    return answer(request + at, size, response, capacity, overflow);
}

void usegolib_free(uint64_t overflow) { free((void *)(uintptr_t)overflow); }

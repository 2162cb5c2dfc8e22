// SPDX-License-Identifier: Apache-2.0
#include "plugins/passwords/argon2_memory.h"

#include <argon2.h>
#include <sys/mman.h>

namespace latchkey::passwords {

namespace {

constexpr std::size_t kMostKept = 64 << 20;

struct Kept {
    std::uint8_t* memory = nullptr;
    std::size_t size = 0;
    bool taken = false;
    ~Kept() { releaseArgon2Memory(); }
};
thread_local Kept kept;

std::uint8_t* map(std::size_t size) {
    void* memory = ::mmap(nullptr, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (memory == MAP_FAILED) return nullptr;
    ::madvise(memory, size, MADV_HUGEPAGE);   // argon2 jumps about: fewer, larger pages
    ::madvise(memory, size, MADV_DONTDUMP);
    return static_cast<std::uint8_t*>(memory);
}

}  // namespace

int takeArgon2Memory(std::uint8_t** memory, std::size_t size) {
    if (!kept.taken && kept.size == size) {
        kept.taken = true;
        *memory = kept.memory;
        return ARGON2_OK;
    }
    *memory = map(size);
    return *memory == nullptr ? ARGON2_MEMORY_ALLOCATION_ERROR : ARGON2_OK;
}

void giveArgon2Memory(std::uint8_t* memory, std::size_t size) {
    if (memory == kept.memory) {
        kept.taken = false;
        return;
    }
    if (size > kMostKept || kept.taken) {
        ::munmap(memory, size);
        return;
    }
    releaseArgon2Memory();
    kept.memory = memory;
    kept.size = size;
}

void releaseArgon2Memory() noexcept {
    if (kept.memory != nullptr && !kept.taken) ::munmap(kept.memory, kept.size);
    if (!kept.taken) {
        kept.memory = nullptr;
        kept.size = 0;
    }
}

}  // namespace latchkey::passwords

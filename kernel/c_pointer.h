// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>

namespace latchkey {

/// Frees an object of a C library with that library's function.
template <auto Free>
struct CDeleter {
    template <typename T>
    void operator()(T* object) const noexcept {
        Free(object);
    }
};

/// Owns an object of a C library: CPointer<BIO, BIO_free>.
template <typename T, auto Free>
using CPointer = std::unique_ptr<T, CDeleter<Free>>;

}  // namespace latchkey

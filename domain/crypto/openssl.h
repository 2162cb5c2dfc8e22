// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernel/c_pointer.h"

#include <openssl/bio.h>
#include <openssl/bn.h>
#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/evp.h>

#include <string_view>

/// For the sources of domain/ only: OpenSSL's objects as C++ ones.
namespace latchkey::openssl {

template <typename T, auto Free>
using Pointer = CPointer<T, Free>;

using BigNumber = Pointer<BIGNUM, BN_clear_free>;
using CipherContext = Pointer<EVP_CIPHER_CTX, EVP_CIPHER_CTX_free>;
using DigestContext = Pointer<EVP_MD_CTX, EVP_MD_CTX_free>;
using KeyContext = Pointer<EVP_PKEY_CTX, EVP_PKEY_CTX_free>;
using NativeKey = Pointer<EVP_PKEY, EVP_PKEY_free>;

/// Takes away what is added to the thread's error queue: SSL_get_error() of a connection that the same thread serves next would
/// take it for an error of its own.
class ErrorMark {
public:
    ErrorMark() { ERR_set_mark(); }
    ~ErrorMark() { ERR_pop_to_mark(); }
    ErrorMark(const ErrorMark&) = delete;
    ErrorMark& operator=(const ErrorMark&) = delete;
};

inline const unsigned char* bytes(std::string_view text) { return reinterpret_cast<const unsigned char*>(text.data()); }
inline unsigned char* bytes(char* data) { return reinterpret_cast<unsigned char*>(data); }

}  // namespace latchkey::openssl

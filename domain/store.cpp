// SPDX-License-Identifier: Apache-2.0
#include "domain/store.h"

#include "domain/user/user_repository.h"

#include <utility>

// Destructors out of line: each type's information then exists once, in this library, whoever throws or catches.
namespace latchkey {

StorageError::~StorageError() = default;
Conflict::Conflict(const std::string& message, std::string constraint) : StorageError(message), constraint_(std::move(constraint)) {}
Conflict::~Conflict() = default;
StorageInconsistent::~StorageInconsistent() = default;
StorageBusy::~StorageBusy() = default;
StorageDown::~StorageDown() = default;

UnitOfWork::~UnitOfWork() = default;
Store::~Store() = default;
UserRepository::~UserRepository() = default;

}  // namespace latchkey

#pragma once

#include "store/location.h"
#include "store/remembering_store.h"

#include <memory>

namespace forecart {

/// For a process that works on the same repositories again and again, call by call, as a Lambda
/// function does: from now on stores on S3 stay open, with what they hold that does not change. Not
/// while others open repositories.
void keep_stores();

/// A call begins: what others may have changed is looked at again. Not while anybody works.
void begin_call_of_kept_stores();

struct KeptStore {
  std::shared_ptr<ObjectStore> store;
  std::shared_ptr<StoreMemory> memory;  ///< null where stores are not kept
};

/// The store there, a new one where it is not kept.
KeptStore open_or_kept_store(const StoreLocation& location);

/// For how long what a repository holds under a key is what it was (docs/formats/repository.md).
Remembered remembered_in_repository(std::string_view key);

}  // namespace forecart

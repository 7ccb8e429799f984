#pragma once

#include "store/store.h"

#include <memory>
#include <string>

namespace forecart {

/// What a store's conditional writes are worth, as found by trying.
struct StoreSemantics {
  bool put_if_absent = false;  ///< of many writers at once exactly one won, and later ones lost
  bool put_if_match = false;   ///< the same, and a tag that is gone lost
  std::string finding;         ///< why not, for people; empty where both hold

  /// Whether several hosts may write to it.
  bool shared() const { return put_if_absent && put_if_match; }
  friend bool operator==(const StoreSemantics&, const StoreSemantics&) = default;
};

/// Lets `writers` threads write one key at once below `probe/`, which is removed afterwards. Throws
/// Error where the store cannot be read or written at all.
StoreSemantics probe_semantics(ObjectStore& store, unsigned writers = 64);

/// The same store for one that has no conditional writes: a write is conditional upon what is read
/// just before, while the file `lock` is locked. So the processes that share the file, those of one
/// host (host_lock), exclude each other; others must not write at the same time.
std::unique_ptr<ObjectStore> single_writer_store(std::shared_ptr<ObjectStore> store,
                                                 const std::filesystem::path& lock);

}  // namespace forecart

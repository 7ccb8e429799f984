#pragma once

#include "base/progress.h"
#include "store/location.h"

#include <nlohmann/json_fwd.hpp>

#include <cstdint>
#include <string>
#include <vector>

namespace forecart {

/// An object that is not as it was written, or that is gone although a record names it.
struct Damage {
  std::string key;
  std::string what;
  std::string remedy;          ///< "" where there is none
  bool without_bytes = false;  ///< not even damaged ones can be had: the store knows they are wrong
};

/// What people may want to know of an object, though nothing is damaged.
struct FsckNote {
  std::string kind;  ///< unsealed, uncheckable, unfinished, unknown, changed
  std::string key;
  std::string what;
};

struct FsckReport {
  std::int64_t objects = 0;
  std::int64_t bytes = 0;
  std::vector<Damage> damages;  ///< by key
  std::vector<FsckNote> notes;  ///< by key
};

struct FsckRequest {
  StoreLocation repository;
  unsigned threads = 0;
  Progress* progress = &no_progress();
};

/// Reads all of a repository and finds every damage: objects named by their content and tables,
/// sales and rejects by their hashes, records by their seals, what a record names and is gone, a
/// pointer to no complete run, settings and prices that cannot be read. Of files that people write
/// (settings, prices, input tables, inbox) only what cannot be parsed is seen. Changes nothing;
/// others may work on the repository meanwhile. Throws Error not_found where there is none,
/// unreadable where an object may not be read, which tells nothing of what it holds.
FsckReport check_repository(const FsckRequest& request);

/// What `forecart fsck --json` prints.
nlohmann::json to_json(const FsckReport& report);

}  // namespace forecart

#pragma once

#include "base/progress.h"
#include "pipeline/fsck.h"
#include "store/location.h"

#include <nlohmann/json_fwd.hpp>

#include <cstdint>

namespace forecart {

struct CopyRequest {
  StoreLocation from;
  StoreLocation to;
  bool access = true;  ///< users with their hashes of passwords and tokens, and the audit
  unsigned threads = 0;
  Progress* progress = &no_progress();
};

struct CopyReport {
  std::int64_t objects = 0;  ///< copied now
  std::int64_t bytes = 0;
  std::int64_t there = 0;  ///< objects that an earlier copy had brought
  FsckReport check;        ///< of the copy
};

/// Copies a repository from one place to another, be they folders or S3: what records name first,
/// records after it, pointers to runs next and forecart.json last, so that it is a repository only
/// once it is whole; then the copy is checked (check_repository). One that was cut off or found
/// damaged goes on when it is called again. Leases and sessions are left out. What comes to the
/// source meanwhile may be missing; what the copy names is there. Throws Error conflict where the
/// target holds something else, invalid_value where one place lies within the other.
CopyReport copy_repository(const CopyRequest& request);

/// What `forecart copy --json` prints.
nlohmann::json to_json(const CopyReport& report);

}  // namespace forecart

#pragma once

#include "store/location.h"

#include <nlohmann/json_fwd.hpp>

#include <string>
#include <vector>

namespace forecart {

enum class Health { ok, warn, fail };

/// One thing that was looked at.
struct Finding {
  std::string name;  ///< memory, cores, disk, clock, store ...
  Health health = Health::ok;
  std::string what;
  std::string remedy;  ///< "" where there is nothing to do
};

/// Looks at the machine and, where `repository` is not empty, at that: libraries, time zones,
/// memory, cores, disk, credentials, whether the store keeps conditional writes (64 writers at
/// once), its clock, its file system. A check that cannot be made fails; none throws. Writes and
/// removes an object below probe/ of the repository.
std::vector<Finding> examine(const StoreLocation& repository);

/// What `forecart doctor --json` prints.
nlohmann::json to_json(const std::vector<Finding>& findings);

const char* to_string(Health health);

}  // namespace forecart

#pragma once

#include "pipeline/fsck.h"
#include "pipeline/repository.h"

#include <nlohmann/json_fwd.hpp>

#include <string>
#include <vector>

namespace forecart {

struct FsckRepair {
  std::string place;                   ///< "lost/<stamp>/", below which they lie now
  std::vector<std::string> set_aside;  ///< keys of objects
  std::vector<std::string> removed;    ///< the same where no bytes could be had to keep
  std::vector<std::string> left;       ///< keys of damages that people have to look after
};

/// Moves what was found damaged, and what has to go with it, to lost/<stamp>/, as far as forecart
/// makes it anew (can_be_set_aside): the next run does. The current run and those that explain it
/// stay, with their damages among those left, and so do sales whose raw files are gone and what may
/// not be read; nothing of a data set that somebody is at work on is touched. Nothing is lost by
/// it: collect_garbage removes what lies below lost/ when it is as old as runs that go. Throws as
/// the store does; what could not be kept is then where it was.
FsckRepair repair_repository(const StoreLocation& repository, const FsckReport& found);

nlohmann::json to_json(const FsckRepair& repair);

}  // namespace forecart

#pragma once

#include "pipeline/fsck.h"
#include "store/store.h"

#include <filesystem>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace forecart {

/// Moves objects of a repository to lost/<stamp>/. Nothing goes that does not lie there by then,
/// but for damaged objects whose bytes cannot be had.
class LostObjects {
 public:
  LostObjects(ObjectStore& store, const FsckReport& found);

  /// Whether nothing is there any more. False where it has to stay: it may not be read, or somebody
  /// wrote it meanwhile. Throws as the store does, which leaves the object where it is.
  bool move(const std::string& key);

  const std::string& place() const { return place_; }
  std::vector<std::string> kept() const { return {kept_.begin(), kept_.end()}; }
  std::vector<std::string> removed() const { return {removed_.begin(), removed_.end()}; }

 private:
  void keep(const std::string& key, const std::filesystem::path& file);

  ObjectStore& store_;
  std::string place_;
  std::set<std::string> without_bytes_;  ///< as was found
  std::set<std::string> kept_;
  std::set<std::string> removed_;
};

}  // namespace forecart

#pragma once

#include "base/progress.h"
#include "pipeline/repository.h"
#include "pipeline/run.h"

#include <nlohmann/json_fwd.hpp>

#include <filesystem>
#include <string>
#include <vector>

namespace forecart {

/// A repository of its own with what one run knew, in a folder that goes when this does: its order
/// files, its dataset.toml and input tables, and the run that it started from.
class Replay {
 public:
  /// Copies what the manifest names from `repository`. `notes` says where the manifest names
  /// nothing and today's is taken. Throws Error not_found where something is gone.
  Replay(const Repository& repository, const nlohmann::json& manifest);
  ~Replay();
  Replay(const Replay&) = delete;
  Replay& operator=(const Replay&) = delete;

  const std::filesystem::path& folder() const { return folder_; }
  const std::vector<std::string>& notes() const { return notes_; }

 private:
  void copy_settings(const Repository& repository, const nlohmann::json& manifest);
  void copy_orders(const Repository& repository, const nlohmann::json& manifest);
  void copy_tables(const Repository& repository, const nlohmann::json& manifest);
  void copy_earlier(const Repository& repository, const nlohmann::json& manifest);

  std::filesystem::path folder_;
  std::vector<std::string> notes_;
};

}  // namespace forecart

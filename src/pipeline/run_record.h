#pragma once

#include "pipeline/repository.h"
#include "pipeline/run.h"

#include <nlohmann/json.hpp>

#include <string>
#include <vector>

namespace forecart {

/// What the manifest of a run tells of where it came from and what it took.
struct RunFacts {
  const RunRequest& request;
  const std::vector<std::string>& hashes;  ///< of the inputs
  const Prices& prices;
  Repository& repository;
  UsageMeter& meter;
};

/// The manifest of a run, written once at its end with what the run took.
class RunRecord {
 public:
  /// `report` has its name and learns what it took; all must outlive this.
  RunRecord(const RunFacts& facts, RunReport& report);

  nlohmann::json& manifest() { return manifest_; }
  /// The run came to no end.
  void fail(const std::exception& error);
  /// Throws as the store does.
  void write();

 private:
  RunFacts facts_;
  RunReport& report_;
  nlohmann::json manifest_;
};

}  // namespace forecart

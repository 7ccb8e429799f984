#pragma once

#include "pipeline/repository.h"

#include <nlohmann/json_fwd.hpp>

#include <optional>
#include <string>

namespace forecart {

/// That the work on a data set was stopped as its time was up: `work/<dataset>/resume.json`. What
/// is to be done still stands in the queue (pipeline/work_queue.h), so that whoever comes next goes
/// on without it; this tells that a place with so little time may not be the one to do it.
struct ResumeToken {
  int stops = 0;       ///< in a row
  double seconds = 0;  ///< the longest that it was let work
  Instant at{};        ///< of the last stop, by the store's clock
};

/// Nothing where the last work on it was not stopped.
std::optional<ResumeToken> resume_token(const Repository& repository, const std::string& dataset);
/// One stop more.
ResumeToken keep_resume_token(Repository& repository, const std::string& dataset, double seconds);
void forget_resume_token(Repository& repository, const std::string& dataset);

nlohmann::json to_json(const ResumeToken& token);

}  // namespace forecart

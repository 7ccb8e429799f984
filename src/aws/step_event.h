#pragma once

#include "base/time.h"
#include "pipeline/stored_pieces.h"

#include <nlohmann/json_fwd.hpp>

#include <optional>
#include <string>

namespace forecart {

enum class Step { ingest, plan, train, publish, fail };

/// One step of the state machine, as it asks for it.
struct StepEvent {
  Step step = Step::ingest;
  std::string dataset{};
  std::string plan{};            ///< of train and publish
  std::optional<Share> shard{};  ///< of train
  std::string code{};            ///< of fail
  std::string message{};         ///< the same
  Instant since{};               ///< the same: what was kept of a failure after that is it
};

/// Reads `{"step":"ingest","dataset":"orders"}` and the like, with what each step needs. Throws
/// Error bad_data or invalid_value for what is none.
StepEvent parse_step(const nlohmann::json& event);

}  // namespace forecart

#pragma once

#include "services/aws_client.h"

#include <nlohmann/json.hpp>

#include <cstddef>
#include <functional>
#include <string>
#include <vector>

namespace forecart {

/// One entry of a call that takes several, of which some may fail.
struct BatchEntry {
  nlohmann::json json = {};  ///< as the call has it
  std::size_t bytes = 0;     ///< as the service counts
};

struct BatchLimits {
  std::size_t entries = 0;
  std::size_t bytes = 0;
};

/// The codes of the entries of one call, in their order; empty for those that were taken.
using SendBatch = std::function<std::vector<std::string>(const nlohmann::json& entries)>;

/// Sends all in as many calls as the limits ask for; what was not taken for a reason that may pass
/// goes again, after random waits that grow, until the deadline. Throws AwsError with the code of
/// the first that was never taken.
void send_in_batches(const AwsService& service, const std::string& operation,
                     std::vector<BatchEntry> entries, const BatchLimits& limits,
                     const AwsPatience& patience, const SendBatch& send);

/// What an answer with a list of results in the order of the entries says of each.
std::vector<std::string> batch_codes(const nlohmann::json& answer, const char* list,
                                     std::size_t entries);

}  // namespace forecart

#include "services/aws_batches.h"

#include "net/aws_code.h"
#include "net/retry.h"
#include "services/aws_json.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

namespace forecart {

namespace {

using nlohmann::json;

/// Takes from the end what goes with one call.
std::vector<BatchEntry> next_call(std::vector<BatchEntry>& waiting, const BatchLimits& limits) {
  std::vector<BatchEntry> call;
  std::size_t bytes = 0;
  while (!waiting.empty() && call.size() < limits.entries &&
         (call.empty() || bytes + waiting.back().bytes <= limits.bytes)) {
    bytes += waiting.back().bytes;
    call.push_back(std::move(waiting.back()));
    waiting.pop_back();
  }
  return call;
}

json list_of(const std::vector<BatchEntry>& call) {
  json list = json::array();
  for (const BatchEntry& entry : call) list.push_back(entry.json);
  return list;
}

bool may_pass(const std::string& code) {
  return is_passing_code(code) || code == "InternalException";
}

}  // namespace

void send_in_batches(const AwsService& service, const std::string& operation,
                     std::vector<BatchEntry> entries, const BatchLimits& limits,
                     const AwsPatience& patience, const SendBatch& send) {
  Retry retry(patience.deadline);
  std::reverse(entries.begin(), entries.end());
  while (!entries.empty()) {
    std::vector<BatchEntry> call = next_call(entries, limits);
    const std::vector<std::string> codes = send(list_of(call));
    std::vector<BatchEntry> failed;
    std::string code;
    for (std::size_t i = 0; i < call.size(); ++i) {
      if (codes[i].empty()) continue;
      if (code.empty() || !may_pass(codes[i])) code = codes[i];
      failed.push_back(std::move(call[i]));
    }
    if (failed.empty()) continue;
    if (!may_pass(code) || !retry.wait({}, patience.stop)) {
      throw AwsError(service, operation, code, failed.size());
    }
    std::move(failed.rbegin(), failed.rend(), std::back_inserter(entries));
  }
}

std::vector<std::string> batch_codes(const json& answer, const char* list, std::size_t entries) {
  const json& results = aws_list(answer, list);
  std::vector<std::string> codes;
  for (std::size_t i = 0; i < entries; ++i) {
    // an answer that is too short says nothing good of the rest
    codes.push_back(i < results.size() ? aws_text(results[i], "ErrorCode") : "InternalError");
  }
  return codes;
}

}  // namespace forecart

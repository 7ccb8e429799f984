#include "services/athena.h"

#include "base/error.h"
#include "base/hash.h"
#include "services/aws_json.h"
#include "services/aws_services.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <thread>
#include <utility>

namespace forecart {

namespace {

constexpr std::chrono::milliseconds kFirstLook{100};
constexpr std::chrono::milliseconds kLongestPause{2000};
constexpr std::chrono::minutes kMostTime{2};

}  // namespace

Athena::Athena(const AwsAccess& access, std::string work_group)
    : client_(kAthena, access), work_group_(std::move(work_group)) {}

void Athena::run(const std::string& statement) {
  const auto end = std::chrono::steady_clock::now() + kMostTime;
  // a try that got no answer is not begun twice; the same statement some time later is another one
  const std::string token = sha256(fmt::format("{} {}", statement, end.time_since_epoch().count()));
  const std::string query = aws_text(
      client_.call(
          "StartQueryExecution",
          {{"QueryString", statement}, {"WorkGroup", work_group_}, {"ClientRequestToken", token}}),
      "QueryExecutionId");
  for (auto pause = kFirstLook; std::chrono::steady_clock::now() < end;
       pause = std::min(pause * 2, kLongestPause)) {
    const nlohmann::json answer = client_.call("GetQueryExecution", {{"QueryExecutionId", query}});
    const nlohmann::json& status = aws_object(aws_object(answer, "QueryExecution"), "Status");
    const std::string state = aws_text(status, "State");
    if (state == "SUCCEEDED") return;
    if (state == "FAILED" || state == "CANCELLED") {
      throw Error(ErrorCode::invalid_value, fmt::format("Athena ended a statement as {}: {}", state,
                                                        aws_text(status, "StateChangeReason")));
    }
    std::this_thread::sleep_for(pause);
  }
  throw Error(ErrorCode::unavailable,
              fmt::format("Athena has not run a statement in {} minutes", kMostTime.count()));
}

}  // namespace forecart

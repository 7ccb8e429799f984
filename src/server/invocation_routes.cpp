#include "base/error.h"
#include "pipeline/invocation.h"
#include "server/json_body.h"
#include "server/routes.h"

#include <atomic>
#include <memory>

namespace forecart {

namespace {

constexpr std::int64_t kMostBytes = 16 * 1024 * 1024;
constexpr int kMostAtOnce = 2;  ///< of the workers, so that others go on

/// Counts itself among those at work as long as it lives.
class AtWork {
 public:
  explicit AtWork(std::shared_ptr<std::atomic<int>> count) : count_(std::move(count)) {
    if (count_->fetch_add(1) < kMostAtOnce) return;
    count_->fetch_sub(1);
    throw Error(ErrorCode::unavailable, "other forecasts are being made; try again in a second");
  }
  ~AtWork() { count_->fetch_sub(1); }
  AtWork(const AtWork&) = delete;
  AtWork& operator=(const AtWork&) = delete;

 private:
  std::shared_ptr<std::atomic<int>> count_;
};

Answer answer_invocation(const std::shared_ptr<std::atomic<int>>& count, const Call& call) {
  const InvocationFormat format = invocation_format(call.request.header("content-type"));
  const AtWork at_work(count);
  try {
    Answer answer{.body = invoke_text(call.request.body, format, {.threads = 1})};
    if (format == InvocationFormat::json_lines) answer.type = "application/jsonlines";
    return answer;
  } catch (const Error& error) {
    // names in the body are no paths
    if (error.code() != ErrorCode::unknown_name) throw;
    throw Error(ErrorCode::invalid_value, error.what());
  }
}

}  // namespace

void add_invocation_routes(RouteTable& table, const RouteServices&) {
  table.add_schema("Invocation", object_schema(R"({"instances": {"type": "array",
    "items": {"type": "object"}}, "configuration": {"type": "object"}})",
                                               {"configuration"}));
  table.add_schema("Predictions", object_schema(R"({"predictions": {"type": "array",
    "items": {"$ref": "#/components/schemas/Prediction"}}})"));
  table.add({.method = "GET",
             .pattern = "/ping",
             .summary = "The process answers, as SageMaker asks it.",
             .instant = true,
             .handle = [](const Call&) { return Answer{.type = ""}; }});
  const auto count = std::make_shared<std::atomic<int>>(0);
  table.add({.method = "POST",
             .pattern = "/invocations",
             .summary = "Forecasts of series that the request brings along, as DeepAR has them.",
             .clearance = Clearance::viewer,
             .body = BodyPlace::memory,
             .most_bytes = kMostBytes,
             .body_schema = "Invocation",
             .answer_schema = "Predictions",
             .types = {"application/jsonlines"},
             .handle = [count](const Call& call) { return answer_invocation(count, call); }});
}

}  // namespace forecart

#include "base/error.h"
#include "pipeline/invocation.h"
#include "server/json_body.h"
#include "server/routes.h"

namespace forecart {

namespace {

constexpr std::int64_t kMostBytes = 16 * 1024 * 1024;
/// What DeepAR knows from its training stands in the address: its clients cannot say it.
InvocationLimits limits_of(const Call& call) {
  InvocationLimits limits{.threads = 1};
  limits.defaults.freq = std::string(call.parameter("freq"));
  limits.defaults.prediction_length =
      static_cast<int>(number_parameter(call, "prediction_length", 0, limits.most_steps));
  const std::string_view model = call.parameter("model");
  if (!model.empty()) limits.defaults.model = std::string(model);
  return limits;
}

Answer answer_invocation(const Call& call) {
  const InvocationFormat format = invocation_format(call.request.header("content-type"));
  try {
    return {.body = invoke_text(call.request.body, {format, format}, limits_of(call)),
            .type = to_string(format)};
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
  table.add({.method = "POST",
             .pattern = "/invocations",
             .summary = "Forecasts of series that the request brings along, as DeepAR has them.",
             .clearance = Clearance::viewer,
             .query = {{"freq", "of the series, where the request does not say it"},
                       {"prediction_length", "steps ahead, where the request does not say it",
                        R"({"type":"integer","minimum":1,"maximum":1000})"},
                       {"model", "where the request does not say it"}},
             .body = BodyPlace::memory,
             .most_bytes = kMostBytes,
             .body_schema = "Invocation",
             .answer_schema = "Predictions",
             .types = {"application/jsonlines", "text/csv"},
             .lane = Lane::heavy,
             .handle = answer_invocation});
}

}  // namespace forecart

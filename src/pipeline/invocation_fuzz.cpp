#include "base/error.h"
#include "pipeline/invocation.h"

#include <nlohmann/json.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdlib>

using namespace forecart;  // NOLINT(google-build-using-namespace)

/// Any bytes are answered or refused with an Error; an answer has a prediction for each instance.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  InvocationLimits limits;
  limits.defaults.freq = "h";
  limits.defaults.prediction_length = 3;
  limits.defaults.model = "Naive";
  limits.defaults.output_types = {"mean", "quantiles", "samples"};
  limits.most_instances = 4;
  limits.most_values = 200;
  limits.most_steps = 20;
  limits.most_answered = 10'000;
  limits.threads = 1;
  constexpr std::array kFormats{InvocationFormat::json, InvocationFormat::json_lines,
                                InvocationFormat::csv};
  const InvocationFormat format = kFormats[data[0] % kFormats.size()];
  const std::string_view body(reinterpret_cast<const char*>(data) + 1, size - 1);
  if (body.find("\"model\"") != std::string_view::npos) return 0;  // others take their time
  try {
    const std::string answer = invoke_text(body, {format}, limits);
    if (format == InvocationFormat::json) {
      const auto asked = nlohmann::json::parse(body).at("instances").size();
      if (nlohmann::json::parse(answer).at("predictions").size() != asked) std::abort();
    }
  } catch (const Error&) {
  }
  return 0;
}

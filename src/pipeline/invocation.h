#pragma once

#include <nlohmann/json_fwd.hpp>

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace forecart {

/// Forecasts of series that a request brings along, in the wire format of SageMaker's DeepAR
/// (docs/invocations.md). What DeepAR knows from its training, `freq`, `prediction_length` and the
/// model, is told by the server, or by the request's configuration.

/// What holds where a request does not say otherwise.
struct InvocationDefaults {
  std::string freq{};         ///< as Frequency::parse takes it; "": the request must say
  int prediction_length = 0;  ///< 0: the request must say
  std::string model = "AutoSelect";
  std::size_t num_samples = 100;
  std::vector<std::string> output_types{"mean", "quantiles"};
  std::vector<std::string> quantiles{"0.1", "0.2", "0.3", "0.4", "0.5", "0.6", "0.7", "0.8", "0.9"};
};

/// How much one request may ask for; what is more is refused.
struct InvocationLimits {
  InvocationDefaults defaults{};
  std::size_t most_instances = 1000;
  std::size_t most_values = 1'000'000;    ///< of targets and features, of all instances together
  std::size_t most_answered = 5'000'000;  ///< numbers in the answer
  int most_steps = 1000;                  ///< of prediction_length
  std::size_t most_samples = 1000;
  std::size_t most_features = 20;
  std::size_t context = 1000;  ///< of a target only the last so many values are used
  double seconds = 50;         ///< then the request is given up; SageMaker waits 60
  unsigned threads = 0;        ///< 0: all cores
  std::uint64_t seed = 1;      ///< of samples: the same request, the same answer
};

/// `{"predictions":[{"mean":[..],"quantiles":{"0.1":[..]},"samples":[[..]]}]}`, a prediction for
/// each instance, whatever other instances there are. Safe for several threads. Throws Error
/// invalid_value, or unknown_name for names, that tells value, place and remedy; unavailable where
/// it takes longer than `limits.seconds`.
nlohmann::json invoke(const nlohmann::json& request, const InvocationLimits& limits);

enum class InvocationFormat {
  json,
  json_lines,  ///< an instance a line; the answer has a prediction a line
};

/// Of a Content-Type. Throws Error invalid_value for others than application/json and
/// application/jsonlines.
InvocationFormat invocation_format(std::string_view content_type);

/// The same for the bytes of a request: the bytes of the answer. Throws Error bad_data, with the
/// line, for what is no JSON.
std::string invoke_text(std::string_view body, InvocationFormat format,
                        const InvocationLimits& limits);

}  // namespace forecart

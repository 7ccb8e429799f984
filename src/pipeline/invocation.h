#pragma once

#include "series/forecast.h"
#include "series/panel.h"

#include <nlohmann/json_fwd.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
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

/// Series whose fitted states somebody keeps, so that a request need only bring what came since.
/// Safe for several threads.
class KnownSeries {
 public:
  virtual ~KnownSeries() = default;

  virtual const Calendar& calendar() const = 0;
  virtual bool knows(const std::string& id) const = 0;
  /// The state of a model for a known series, moved on over `recent` (which has that series alone,
  /// perhaps without a value), forecasts so many steps from the end of the later of both. Nothing
  /// where there is no such model.
  virtual std::optional<SeriesForecast> forecast(const std::string& model, const Panel& recent,
                                                 Eigen::Index horizon) const = 0;
};

/// How much one request may ask for; what is more is refused.
struct InvocationLimits {
  InvocationDefaults defaults{};
  const KnownSeries* known = nullptr;  ///< outlives the call; nothing: none
  TimeZone zone{};                     ///< of starts, where no series are known
  std::vector<double> levels{80, 95};  ///< of tables
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
/// each instance, whatever other instances there are. An instance whose `item_id` is known goes on
/// from its state, and may leave out target and start. Safe for several threads. Throws Error
/// invalid_value, or unknown_name for names, that tells value, place and remedy; unavailable where
/// it takes longer than `limits.seconds`.
nlohmann::json invoke(const nlohmann::json& request, const InvocationLimits& limits);

enum class InvocationFormat {
  json,
  json_lines,  ///< an instance a line; the answer has a prediction a line
  csv,         ///< a long table; the answer is the table that `forecart forecast` writes
};

/// Of a Content-Type. Throws Error invalid_value for others than application/json,
/// application/jsonlines and text/csv.
InvocationFormat invocation_format(std::string_view content_type);
/// The Content-Type.
const char* to_string(InvocationFormat format);

/// How the bytes of a request are to be read, and those of the answer to be written.
struct InvocationFormats {
  InvocationFormat request = InvocationFormat::json;
  InvocationFormat answer = request;
};

/// The same for the bytes of a request: the bytes of the answer. Throws Error bad_data, with the
/// line, for what is no JSON, and as read_long_table.
std::string invoke_text(std::string_view body, InvocationFormats formats,
                        const InvocationLimits& limits);

}  // namespace forecart

#include "pipeline/invocation.h"

#include "base/error.h"
#include "base/interruption.h"
#include "base/parallel.h"
#include "pipeline/invocation_request.h"
#include "pipeline/model_choice.h"
#include "pipeline/panel_run.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <thread>

namespace forecart {

namespace {

using Eigen::Index;
using nlohmann::json;

/// Asks for an end when the time is over.
class Deadline {
 public:
  explicit Deadline(double seconds)
      : seconds_(seconds), thread_([this, seconds] {
          std::unique_lock lock(mutex_);
          const std::chrono::duration<double> most(seconds);
          if (!ended_.wait_for(lock, most, [this] { return over_; })) interruption_.ask();
        }) {}
  ~Deadline() {
    {
      const std::lock_guard lock(mutex_);
      over_ = true;
    }
    ended_.notify_all();
    thread_.join();
  }
  Deadline(const Deadline&) = delete;
  Deadline& operator=(const Deadline&) = delete;

  const Interruption& interruption() const { return interruption_; }

  /// So many of all are done: ends at once what will not be done in time, as far as a tenth of the
  /// time can tell. Safe for several threads.
  void foresee(std::size_t done, std::size_t all) {
    const double seconds =
        std::chrono::duration<double>(std::chrono::steady_clock::now() - begun_).count();
    constexpr double kTold = 0.1;
    constexpr double kDoubt = 1.5;
    const double foreseen = seconds * static_cast<double>(all) / static_cast<double>(done);
    if (seconds > kTold * seconds_ && foreseen > kDoubt * seconds_) interruption_.ask();
  }

 private:
  double seconds_;
  std::chrono::steady_clock::time_point begun_ = std::chrono::steady_clock::now();
  Interruption interruption_;
  std::mutex mutex_;
  std::condition_variable ended_;
  bool over_ = false;
  std::thread thread_;
};

/// One series of a request and what answers it.
class Invocation {
 public:
  Invocation(const InvocationRequest& request, const InvocationLimits& limits, std::size_t at)
      : request_(request), limits_(limits), series_(request.series[at]), at_(at) {}

  json prediction() const {
    const SeriesForecast next = forecast();
    // the model may begin before the end of the target, where that ends with missing values
    const Index skipped = static_cast<Index>(series_.end() - next.first);
    const Predictive& distribution = *next.distribution;
    json result = json::object();
    const auto steps = [&](const auto& value_of) {
      json values = json::array();
      for (Index step = 0; step < request_.prediction_length; ++step) {
        values.push_back(value_of(skipped + step));
      }
      return values;
    };
    if (request_.wants_mean) {
      result["mean"] = steps([&](Index step) { return distribution.mean(step); });
    }
    for (const auto& [name, probability] : request_.quantiles) {
      result["quantiles"][name] =
          steps([&](Index step) { return distribution.quantile(step, probability); });
    }
    if (request_.wants_samples) {
      Generator generator = Generator(limits_.seed).split(at_);
      const Eigen::MatrixXd paths = distribution.draw(request_.samples, generator);
      result["samples"] = json::array();
      for (Index path = 0; path < paths.cols(); ++path) {
        result["samples"].push_back(steps([&](Index step) { return paths(step, path); }));
      }
    }
    return result;
  }

 private:
  static constexpr const char* kId = "series";

  SeriesForecast forecast() const {
    const Panel panel = recent();
    ModelChoice choice;
    choice.models = {request_.model};
    choice.horizon = request_.prediction_length + series_.unknown_at_end();
    choice.seed = limits_.seed;
    choice.threads = 1;
    ModelRegistry registry(model_options(choice, panel));
    PanelRunOptions options = panel_run_options(choice, panel, no_progress());
    options.covariates = beside();
    const PanelRun run = forecast_panel(panel, registry, options);
    return run.forecasts.front().forecast.series.front();
  }

  /// The end of the target that is used.
  Panel recent() const {
    const std::size_t used =
        std::min(series_.target.size(),
                 std::max<std::size_t>(limits_.context,
                                       static_cast<std::size_t>(series_.unknown_at_end()) + 1));
    Panel panel(request_.calendar);
    panel.add(kId, series_.end() - static_cast<Bucket>(used), std::span(series_.target).last(used));
    return panel;
  }

  Covariates beside() const {
    Covariates covariates;
    std::vector<std::string> names;
    for (Index i = 0; i < series_.features.cols(); ++i) {
      names.push_back(fmt::format("dynamic_feat[{}]", i));
    }
    if (!names.empty()) covariates.add_own(names, {{kId, {series_.first, series_.features}}});
    return covariates;
  }

  const InvocationRequest& request_;
  const InvocationLimits& limits_;
  const InvocationSeries& series_;
  std::size_t at_;
};

json parse(std::string_view text, const std::string& place) {
  try {
    return json::parse(text);
  } catch (const json::parse_error& error) {
    throw Error(ErrorCode::bad_data,
                fmt::format("{} is no JSON: it breaks at byte {}; missing values are null or "
                            "\"NaN\"",
                            place, error.byte));
  } catch (const json::out_of_range&) {
    throw Error(ErrorCode::bad_data,
                fmt::format("{} has a number that is too large; give numbers up to 1e308", place));
  }
}

/// The request that has the lines, but empty ones, as its instances.
json request_of_lines(std::string_view body) {
  json instances = json::array();
  std::size_t line = 0;
  while (!body.empty()) {
    ++line;
    const std::size_t end = body.find('\n');
    const std::string_view text = body.substr(0, end);
    body.remove_prefix(end == std::string_view::npos ? body.size() : end + 1);
    if (text.find_first_not_of(" \t\r") == std::string_view::npos) continue;
    instances.push_back(parse(text, fmt::format("line {}", line)));
  }
  return {{"instances", std::move(instances)}};
}

}  // namespace

json invoke(const json& request, const InvocationLimits& limits) {
  const InvocationRequest asked = read_invocation(request, limits);
  std::vector<json> predictions(asked.series.size());
  Deadline deadline(limits.seconds);
  std::atomic<std::size_t> done{0};
  const InterruptionScope scope(&deadline.interruption());
  try {
    parallel_for(predictions.size(), limits.threads, [&](std::size_t i) {
      predictions[i] = Invocation(asked, limits, i).prediction();
      deadline.foresee(++done, predictions.size());
    });
  } catch (const Interrupted&) {
    throw Error(ErrorCode::unavailable,
                fmt::format("{} series by {} take longer than the {:g} s that a request may; send "
                            "fewer of them, or name a cheaper model such as AutoETS",
                            asked.series.size(), asked.model, limits.seconds));
  }
  return {{"predictions", std::move(predictions)}};
}

InvocationFormat invocation_format(std::string_view content_type) {
  std::string name(content_type.substr(0, content_type.find(';')));
  std::erase_if(name, [](char c) { return c == ' ' || c == '\t'; });
  for (char& c : name) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  if (name.empty() || name == "application/json") return InvocationFormat::json;
  if (name == "application/jsonlines") return InvocationFormat::json_lines;
  throw Error(ErrorCode::invalid_value,
              fmt::format("the content type '{}' is not taken; send application/json or "
                          "application/jsonlines",
                          name.substr(0, 60)));
}

std::string invoke_text(std::string_view body, InvocationFormat format,
                        const InvocationLimits& limits) {
  if (format == InvocationFormat::json) return invoke(parse(body, "the request"), limits).dump();
  const json answer = invoke(request_of_lines(body), limits);
  std::string text;
  for (const json& prediction : answer.at("predictions")) text += prediction.dump() + "\n";
  return text;
}

}  // namespace forecart

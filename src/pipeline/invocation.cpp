#include "pipeline/invocation.h"

#include "base/ascii.h"
#include "base/error.h"
#include "base/interruption.h"
#include "base/parallel.h"
#include "pipeline/invocation_request.h"
#include "pipeline/model_choice.h"
#include "pipeline/panel_run.h"
#include "table/table_text.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <functional>
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
class Answered {
 public:
  Answered(const InvocationRequest& request, const InvocationLimits& limits, std::size_t at)
      : request_(request), limits_(limits), series_(request.series[at]), at_(at) {
    next_ = series_.is_known ? go_on() : std::nullopt;
    if (!next_ && series_.target.empty()) {
      throw Error(
          ErrorCode::invalid_value,
          fmt::format("instances[{}] has no target, and no state of {} goes on for it; give "
                      "its target and start",
                      at_, request_.model));
    }
    if (!next_) next_ = fit();
    if (!series_.target.empty()) skipped_ = static_cast<Index>(series_.end() - next_->first);
  }

  json prediction() const {
    json result = json::object();
    if (request_.wants_mean) {
      result["mean"] = steps([&](Index step) { return distribution().mean(step); });
    }
    for (const auto& [name, probability] : request_.quantiles) {
      result["quantiles"][name] =
          steps([&](Index step) { return distribution().quantile(step, probability); });
    }
    if (request_.wants_samples) {
      Generator generator = Generator(limits_.seed).split(at_);
      const Eigen::MatrixXd paths = distribution().draw(request_.samples, generator);
      result["samples"] = json::array();
      for (Index path = 0; path < paths.cols(); ++path) {
        result["samples"].push_back(steps([&](Index step) { return paths(step, path); }));
      }
    }
    return result;
  }

  /// Label and values of a step, as a row of a table.
  std::string label(Index step) const {
    return request_.calendar.label(next_->first + skipped_ + step);
  }
  double mean(Index step) const { return distribution().mean(skipped_ + step); }
  double quantile(Index step, double probability) const {
    return distribution().quantile(skipped_ + step, probability);
  }

 private:
  static constexpr const char* kId = "series";

  const Predictive& distribution() const { return *next_->distribution; }

  template <typename ValueOf>
  json steps(const ValueOf& value_of) const {
    json values = json::array();
    for (Index step = 0; step < request_.prediction_length; ++step) {
      values.push_back(value_of(skipped_ + step));
    }
    return values;
  }

  /// From the state that is kept; nothing where the target ends before it does.
  std::optional<SeriesForecast> go_on() const {
    Panel recent(request_.calendar);
    recent.add(series_.id, series_.first, series_.target);
    auto next = limits_.known->forecast(request_.model, recent,
                                        request_.prediction_length + series_.unknown_at_end());
    const bool is_later = next && !series_.target.empty() && next->first > series_.end();
    return is_later ? std::nullopt : next;
  }

  SeriesForecast fit() const {
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
  std::optional<SeriesForecast> next_;
  Index skipped_ = 0;  ///< steps of it before the end of the target, where that ends with missing
};

/// Calls `take` for every series of a request, on several threads, in the time there is.
void answer_each(const InvocationRequest& asked, const InvocationLimits& limits,
                 const std::function<void(std::size_t, const Answered&)>& take) {
  Deadline deadline(limits.seconds);
  std::atomic<std::size_t> done{0};
  const InterruptionScope scope(&deadline.interruption());
  try {
    parallel_for(asked.series.size(), limits.threads, [&](std::size_t i) {
      take(i, Answered(asked, limits, i));
      deadline.foresee(++done, asked.series.size());
    });
  } catch (const Interrupted&) {
    throw Error(ErrorCode::unavailable,
                fmt::format("{} series by {} take longer than the {:g} s that a request may; send "
                            "fewer of them, or name a cheaper model such as AutoETS",
                            asked.series.size(), asked.model, limits.seconds));
  }
}

std::vector<json> predictions_of(const InvocationRequest& asked, const InvocationLimits& limits) {
  std::vector<json> predictions(asked.series.size());
  answer_each(asked, limits, [&](std::size_t i, const Answered& answered) {
    predictions[i] = answered.prediction();
  });
  return predictions;
}

/// A row per series and step, as forecast_table has them.
Table table_of(const InvocationRequest& asked, const InvocationLimits& limits) {
  const auto steps = static_cast<std::size_t>(asked.prediction_length);
  const std::size_t rows = asked.series.size() * steps;
  std::vector<std::string> ids(rows);
  std::vector<std::string> labels(rows);
  std::vector<std::vector<double>> values(1 + 2 * limits.levels.size(), std::vector<double>(rows));
  answer_each(asked, limits, [&](std::size_t i, const Answered& answered) {
    const std::string& id = asked.series[i].id;
    for (std::size_t step = 0; step < steps; ++step) {
      const std::size_t row = i * steps + step;
      const auto at = static_cast<Index>(step);
      ids[row] = id.empty() ? std::to_string(i) : id;
      labels[row] = answered.label(at);
      values[0][row] = answered.mean(at);
      for (std::size_t level = 0; level < limits.levels.size(); ++level) {
        const auto [low, high] = interval_probabilities(limits.levels[level]);
        values[1 + 2 * level][row] = answered.quantile(at, low);
        values[2 + 2 * level][row] = answered.quantile(at, high);
      }
    }
  });
  Table table({{"unique_id", std::move(ids)}, {"ds", std::move(labels)}});
  table.add(asked.model, std::move(values[0]));
  for (std::size_t level = 0; level < limits.levels.size(); ++level) {
    table.add(fmt::format("{}-lo-{:g}", asked.model, limits.levels[level]),
              std::move(values[1 + 2 * level]));
    table.add(fmt::format("{}-hi-{:g}", asked.model, limits.levels[level]),
              std::move(values[2 + 2 * level]));
  }
  return table;
}

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

InvocationRequest read_text(std::string_view body, InvocationFormat format,
                            const InvocationLimits& limits) {
  if (format == InvocationFormat::csv) return read_invocation_table(body, limits);
  const bool is_json = format == InvocationFormat::json;
  return read_invocation(is_json ? parse(body, "the request") : request_of_lines(body), limits);
}

}  // namespace

json invoke(const json& request, const InvocationLimits& limits) {
  return {{"predictions", predictions_of(read_invocation(request, limits), limits)}};
}

InvocationFormat invocation_format(std::string_view content_type) {
  std::string name = ascii_lower(content_type.substr(0, content_type.find(';')));
  std::erase_if(name, [](char c) { return c == ' ' || c == '\t'; });
  if (name.empty() || name == "application/json") return InvocationFormat::json;
  if (name == "application/jsonlines") return InvocationFormat::json_lines;
  if (name == "text/csv") return InvocationFormat::csv;
  throw Error(ErrorCode::invalid_value,
              fmt::format("the content type '{}' is not known; use application/json, "
                          "application/jsonlines or text/csv",
                          name.substr(0, 60)));
}

const char* to_string(InvocationFormat format) {
  switch (format) {
    case InvocationFormat::json_lines:
      return "application/jsonlines";
    case InvocationFormat::csv:
      return "text/csv";
    case InvocationFormat::json:
      break;
  }
  return "application/json";
}

std::string invoke_text(std::string_view body, InvocationFormats formats,
                        const InvocationLimits& limits) {
  const InvocationRequest asked = read_text(body, formats.request, limits);
  if (formats.answer == InvocationFormat::csv) return to_csv(table_of(asked, limits));
  std::vector<json> predictions = predictions_of(asked, limits);
  if (formats.answer == InvocationFormat::json) {
    return json{{"predictions", std::move(predictions)}}.dump();
  }
  std::string text;
  for (const json& prediction : predictions) text += prediction.dump() + "\n";
  return text;
}

}  // namespace forecart

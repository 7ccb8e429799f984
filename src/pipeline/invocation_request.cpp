#include "pipeline/invocation_request.h"

#include "base/error.h"
#include "base/work_file.h"
#include "ingest/long_table.h"
#include "pipeline/model_registry.h"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <initializer_list>
#include <limits>
#include <optional>

namespace forecart {

namespace {

using Eigen::Index;
using nlohmann::json;

/// A value as messages show it: not all of a long one.
std::string shown(const json& value) {
  constexpr std::size_t kLongest = 40;
  if (value.is_structured()) {
    return fmt::format("{} of {}", value.is_array() ? "a list" : "an object", value.size());
  }
  std::string text = value.dump(-1, ' ', true, json::error_handler_t::replace);
  return text.size() <= kLongest ? text : text.substr(0, kLongest) + "...";
}

[[noreturn]] void refuse(const std::string& place, const json& value, const std::string& remedy) {
  throw Error(ErrorCode::invalid_value, fmt::format("{} is {}; {}", place, shown(value), remedy));
}

[[noreturn]] void refuse_size(const std::string& what, std::size_t size, std::size_t most,
                              const std::string& remedy) {
  throw Error(ErrorCode::invalid_value,
              fmt::format("{} {}, and {} are allowed; {}", what, size, most, remedy));
}

using Names = std::initializer_list<const char*>;

/// Throws where an object has a member that is none of these.
void require_known(const json& object, const std::string& place, const Names& names) {
  for (const auto& [name, value] : object.items()) {
    if (std::find(names.begin(), names.end(), name) != names.end()) continue;
    throw Error(ErrorCode::unknown_name, fmt::format("{}.{} is not known; there are {}", place,
                                                     shown(name), fmt::join(names, ", ")));
  }
}

const json& list_at(const json& object, const char* name, const std::string& place) {
  const auto found = object.find(name);
  if (found == object.end()) {
    throw Error(ErrorCode::invalid_value,
                fmt::format("{} has no \"{}\"; give a list", place, name));
  }
  if (!found->is_array()) refuse(fmt::format("{}.{}", place, name), *found, "give a list");
  return *found;
}

std::optional<double> number_in(const json& value) {
  if (!value.is_number()) return std::nullopt;
  const auto number = value.get<double>();
  return std::isfinite(number) ? std::optional(number) : std::nullopt;
}

int whole_in(const json& value, const std::string& place, int most) {
  const auto number = number_in(value);
  if (!number || *number < 1 || *number > most || *number != std::floor(*number)) {
    refuse(place, value, fmt::format("give a whole number from 1 to {}", most));
  }
  return static_cast<int>(*number);
}

std::string text_in(const json& value, const std::string& place) {
  if (!value.is_string()) refuse(place, value, "give a text");
  return value.get<std::string>();
}

/// The zone that the wall clock of starts is of.
TimeZone zone_of(const InvocationLimits& limits) {
  return limits.known == nullptr ? limits.zone : limits.known->calendar().zone();
}

/// What the configuration says, with the server's words where it says nothing.
class Configuration {
 public:
  Configuration(const json& request, const InvocationLimits& limits)
      : limits_(limits), given_(request.value("configuration", json::object())) {
    if (!given_.is_object()) refuse(kPlace, given_, "give an object");
    require_known(
        given_, kPlace,
        {"num_samples", "output_types", "quantiles", "freq", "prediction_length", "model"});
  }

  void read(InvocationRequest& request) const {
    read_outputs(request);
    request.prediction_length = prediction_length();
    request.samples = static_cast<Index>(limits_.defaults.num_samples);
    if (given_.contains("num_samples")) {
      request.samples = whole_in(given_["num_samples"], place("num_samples"),
                                 static_cast<int>(limits_.most_samples));
    }
    request.model = model();
  }

  /// The frequency as it was told; "" where it was not.
  std::string freq() const {
    return given_.contains("freq") ? text_in(given_["freq"], place("freq")) : limits_.defaults.freq;
  }

  /// "W" alone starts its weeks on the weekday of `start`.
  Calendar calendar(Instant start) const {
    const std::string name = freq();
    if (name.empty()) refuse_missing("freq", "\"h\", \"D\", \"W-MON\", \"MS\" or \"15min\"");
    Frequency frequency = frequency_of(name);
    if (frequency.unit == FrequencyUnit::counter) {
      refuse(place("freq"), name, "starts are times, so give a frequency as \"h\" or \"D\"");
    }
    if (name == "W") frequency.week_start = std::chrono::weekday(floor<std::chrono::days>(start));
    return {frequency, zone_of(limits_)};
  }

 private:
  static constexpr const char* kPlace = "configuration";
  static std::string place(const char* name) { return fmt::format("{}.{}", kPlace, name); }

  [[noreturn]] static void refuse_missing(const char* name, const char* example) {
    throw Error(ErrorCode::invalid_value,
                fmt::format("{} is told neither by the server nor by the request; give it, as {}",
                            place(name), example));
  }

  static Frequency frequency_of(const std::string& name) {
    try {
      return Frequency::parse(name);
    } catch (const Error& error) {
      throw Error(error.code(), fmt::format("{}: {}", place("freq"), error.what()));
    }
  }

  int prediction_length() const {
    if (given_.contains("prediction_length")) {
      return whole_in(given_["prediction_length"], place("prediction_length"), limits_.most_steps);
    }
    if (limits_.defaults.prediction_length < 1) refuse_missing("prediction_length", "24");
    return limits_.defaults.prediction_length;
  }

  std::string model() const {
    if (!given_.contains("model")) return limits_.defaults.model;
    const std::string name = text_in(given_["model"], place("model"));
    std::vector<std::string> names;
    for (const ModelDescription& known : known_models()) names.push_back(known.name);
    if (std::find(names.begin(), names.end(), name) == names.end()) {
      throw Error(ErrorCode::unknown_name, fmt::format("{} is {}; there are {}", place("model"),
                                                       shown(name), fmt::join(names, ", ")));
    }
    return name;
  }

  void read_outputs(InvocationRequest& request) const {
    const json types = given_.value("output_types", json(limits_.defaults.output_types));
    if (!types.is_array() || types.empty()) refuse(place("output_types"), types, kTypes);
    for (std::size_t i = 0; i < types.size(); ++i) {
      const json& type = types[i];
      if (type == "mean") {
        request.wants_mean = true;
      } else if (type == "samples") {
        request.wants_samples = true;
      } else if (type == "quantiles") {
        request.quantiles = quantiles();
      } else {
        refuse(fmt::format("{}[{}]", place("output_types"), i), type, kTypes);
      }
    }
  }

  std::vector<InvocationQuantile> quantiles() const {
    constexpr std::size_t kMost = 100;
    const json given = given_.value("quantiles", json(limits_.defaults.quantiles));
    if (!given.is_array() || given.empty()) refuse(place("quantiles"), given, kQuantiles);
    if (given.size() > kMost) {
      refuse_size("configuration has quantiles,", given.size(), kMost, "ask for fewer");
    }
    std::vector<InvocationQuantile> quantiles;
    for (std::size_t i = 0; i < given.size(); ++i) {
      quantiles.push_back(quantile_in(given[i], fmt::format("{}[{}]", place("quantiles"), i)));
    }
    return quantiles;
  }

  /// "0.5", or 0.5.
  static InvocationQuantile quantile_in(const json& value, const std::string& place) {
    const std::string name = value.is_string()   ? value.get<std::string>()
                             : value.is_number() ? value.dump()
                                                 : "";
    double probability = 0;
    const char* const end = name.data() + name.size();
    const auto [at, error] = std::from_chars(name.data(), end, probability);
    const bool is_number = !name.empty() && error == std::errc() && at == end;
    if (!is_number || !(probability > 0 && probability < 1)) refuse(place, value, kQuantiles);
    return {name, probability};
  }

  static constexpr const char* kTypes = "give a list of \"mean\", \"quantiles\" and \"samples\"";
  static constexpr const char* kQuantiles =
      "give a list of numbers between 0 and 1 as texts, such as [\"0.1\", \"0.9\"]";

  const InvocationLimits& limits_;
  json given_;
};

/// "2019-01-01 00:00:00", without a zone.
Instant start_of(const json& instance, const std::string& place, const TimeZone& zone) {
  constexpr const char* kForm = "give a time without a zone, as \"2019-01-01 00:00:00\"";
  const auto found = instance.find("start");
  if (found == instance.end()) {
    throw Error(ErrorCode::invalid_value, fmt::format("{} has no \"start\"; {}", place, kForm));
  }
  const std::string at = place + ".start";
  if (!found->is_string()) refuse(at, *found, kForm);
  const auto text = found->get<std::string>();
  const auto start = parse_instant(text, zone);
  constexpr std::size_t kDate = 10;  // after it a + or - begins an offset
  const bool has_zone = text.find_first_of("+-Zz", std::min(kDate, text.size())) != text.npos;
  if (!start || has_zone) refuse(at, *found, kForm);
  return *start;
}

std::vector<double> target_of(const json& instance, const std::string& place) {
  const json& given = list_at(instance, "target", place);
  std::vector<double> target;
  target.reserve(given.size());
  bool any = false;
  for (std::size_t i = 0; i < given.size(); ++i) {
    const bool missing = given[i].is_null() || given[i] == "NaN";
    const auto number = number_in(given[i]);
    if (!missing && !number) {
      refuse(fmt::format("{}.target[{}]", place, i), given[i], "give a number, null or \"NaN\"");
    }
    any = any || number.has_value();
    target.push_back(number.value_or(std::numeric_limits<double>::quiet_NaN()));
  }
  if (!any) {
    throw Error(ErrorCode::invalid_value,
                fmt::format("{}.target has no value; give some, or leave the instance out", place));
  }
  return target;
}

/// "" where it has none.
std::string id_of(const json& instance, const std::string& place) {
  for (const char* name : {"item_id", "unique_id"}) {
    if (instance.contains(name)) return text_in(instance[name], fmt::format("{}.{}", place, name));
  }
  return "";
}

/// Categories are understood and not used: each series is forecast by itself.
void check_categories(const json& instance, const std::string& place) {
  const auto found = instance.find("cat");
  if (found == instance.end() || found->is_number_integer()) return;
  constexpr const char* kRemedy = "give a list of whole numbers from 0 on";
  if (!found->is_array()) refuse(place + ".cat", *found, kRemedy);
  for (std::size_t i = 0; i < found->size(); ++i) {
    const json& value = (*found)[i];
    if (!value.is_number_integer() || value.get<std::int64_t>() < 0) {
      refuse(fmt::format("{}.cat[{}]", place, i), value, kRemedy);
    }
  }
}

/// A column each.
Eigen::MatrixXd features_of(const json& instance, const std::string& place, Index steps,
                            const InvocationLimits& limits) {
  if (!instance.contains("dynamic_feat")) return {};
  const json& given = list_at(instance, "dynamic_feat", place);
  if (given.size() > limits.most_features) {
    refuse_size(place + " has features,", given.size(), limits.most_features, "give fewer");
  }
  Eigen::MatrixXd features(steps, std::ssize(given));
  for (Index column = 0; column < features.cols(); ++column) {
    const std::string at = fmt::format("{}.dynamic_feat[{}]", place, column);
    const json& values = given[static_cast<std::size_t>(column)];
    if (!values.is_array() || std::ssize(values) != steps) {
      refuse(at, values,
             fmt::format("give a list of {} numbers, for each step of the target and of "
                         "prediction_length",
                         steps));
    }
    for (Index step = 0; step < steps; ++step) {
      const auto number = number_in(values[static_cast<std::size_t>(step)]);
      if (!number) {
        refuse(fmt::format("{}[{}]", at, step), values[static_cast<std::size_t>(step)],
               "features are known at every step: give a number");
      }
      features(step, column) = *number;
    }
  }
  return features;
}

/// The instances of a request, one after the other.
class Instances {
 public:
  Instances(const json& given, const InvocationLimits& limits) : given_(given), limits_(limits) {
    if (given.empty()) refuse("instances", given, "give at least one");
    if (given.size() > limits.most_instances) {
      refuse_size("instances are", given.size(), limits.most_instances, "send several requests");
    }
    for (std::size_t i = 0; i < given.size(); ++i) {
      if (!given[i].is_object()) refuse(place(i), given[i], "give an object");
      require_known(given[i], place(i),
                    {"start", "target", "cat", "dynamic_feat", "item_id", "unique_id"});
      ids_.push_back(id_of(given[i], place(i)));
      const bool goes_on = knows(ids_.back()) && !given[i].contains("target");
      starts_.push_back(goes_on ? Instant{} : start_of(given[i], place(i), zone_of(limits)));
    }
  }

  Instant first_start() const { return starts_.front(); }

  std::vector<InvocationSeries> read(const Calendar& calendar, Index prediction_length) {
    std::vector<InvocationSeries> series;
    for (std::size_t i = 0; i < given_.size(); ++i) {
      InvocationSeries one;
      one.id = ids_[i];
      one.is_known = knows(one.id) && calendar == limits_.known->calendar();
      if (one.is_known && !given_[i].contains("target")) {
        series.push_back(std::move(one));
        continue;
      }
      one.first = calendar.bucket(starts_[i]);
      one.target = target_of(given_[i], place(i));
      if (!calendar.holds(one.first) || !calendar.holds(one.end() + prediction_length)) {
        throw Error(ErrorCode::invalid_value,
                    fmt::format("{}.target of {} values goes thousands of years beyond its start; "
                                "give a shorter one, or another freq",
                                place(i), one.target.size()));
      }
      check_categories(given_[i], place(i));
      one.features =
          features_of(given_[i], place(i), std::ssize(one.target) + prediction_length, limits_);
      count(one, i);
      series.push_back(std::move(one));
    }
    return series;
  }

 private:
  static std::string place(std::size_t i) { return fmt::format("instances[{}]", i); }

  bool knows(const std::string& id) const {
    return limits_.known != nullptr && !id.empty() && limits_.known->knows(id);
  }

  void count(const InvocationSeries& series, std::size_t i) {
    values_ += series.target.size() + static_cast<std::size_t>(series.features.size());
    if (values_ <= limits_.most_values) return;
    refuse_size(fmt::format("values up to {} are", place(i)), values_, limits_.most_values,
                "send several requests, or shorter targets");
  }

  const json& given_;
  const InvocationLimits& limits_;
  std::vector<std::string> ids_;
  std::vector<Instant> starts_;
  std::size_t values_ = 0;
};

/// The series of a long table; each has a value.
std::vector<InvocationSeries> series_of(const Panel& panel, const InvocationLimits& limits) {
  const auto count = static_cast<std::size_t>(panel.size());
  if (count > limits.most_instances) {
    refuse_size("series are", count, limits.most_instances, "send several requests");
  }
  const bool same = limits.known != nullptr && panel.calendar() == limits.known->calendar();
  std::vector<InvocationSeries> series;
  for (Index i = 0; i < panel.size(); ++i) {
    const SeriesView view = trimmed(panel[i]);
    const std::string id(view.id);
    if (view.values.empty()) {
      throw Error(ErrorCode::invalid_value,
                  fmt::format("series '{}' has no value; give some, or leave it out", id));
    }
    series.push_back({.id = id,
                      .is_known = same && limits.known->knows(id),
                      .first = view.first,
                      .target = {view.values.begin(), view.values.end()}});
  }
  return series;
}

/// A table in a file of its own, as tables are read from there.
Panel read_table(std::string_view csv, const InvocationLimits& limits) {
  const WorkFile file(std::filesystem::temp_directory_path(), ".csv");
  std::ofstream out(file.path(), std::ios::binary);
  out << csv;
  out.close();
  if (!out) throw Error(ErrorCode::no_space, "there is no space for the table; ask again later");
  LongTableOptions options{.frequency = limits.defaults.freq, .zone = zone_of(limits)};
  options.most_values = static_cast<std::int64_t>(limits.most_values);
  try {
    return read_long_table(file.path(), options);
  } catch (const Error& error) {
    std::string message = error.what();
    const std::string name = "'" + file.path().string() + "'";
    while (message.find(name) != std::string::npos) {
      message.replace(message.find(name), name.size(), "the table");
    }
    throw Error(error.code(), message);
  }
}

/// Throws where the answer, or what must be forecast for it, is too much.
void check_work(const InvocationRequest& request, const InvocationLimits& limits) {
  const std::size_t paths =
      (request.wants_samples ? static_cast<std::size_t>(request.samples) : 0) +
      request.quantiles.size() + (request.wants_mean ? 1 : 0);
  const std::size_t numbers =
      paths * static_cast<std::size_t>(request.prediction_length) * request.series.size();
  if (numbers > limits.most_answered) {
    refuse_size("the answer would have numbers,", numbers, limits.most_answered,
                "ask for fewer samples, or send several requests");
  }
  for (std::size_t i = 0; i < request.series.size(); ++i) {
    const auto unknown = static_cast<std::size_t>(request.series[i].unknown_at_end());
    const auto most = static_cast<std::size_t>(limits.most_steps);
    if (unknown <= most) continue;
    refuse_size(fmt::format("instances[{}].target ends with missing values,", i), unknown, most,
                "leave the series out, or give later values");
  }
}

}  // namespace

Index InvocationSeries::unknown_at_end() const {
  const auto known =
      std::find_if(target.rbegin(), target.rend(), [](double value) { return !std::isnan(value); });
  return known - target.rbegin();
}

InvocationRequest read_invocation(const json& request, const InvocationLimits& limits) {
  if (!request.is_object()) refuse("the request", request, "give {\"instances\": [...]}");
  require_known(request, "the request", {"instances", "configuration"});
  InvocationRequest result;
  const Configuration configuration(request, limits);
  configuration.read(result);
  Instances instances(list_at(request, "instances", "the request"), limits);
  result.calendar = configuration.calendar(instances.first_start());
  result.series = instances.read(result.calendar, result.prediction_length);
  check_work(result, limits);
  return result;
}

InvocationRequest read_invocation_table(std::string_view csv, const InvocationLimits& limits) {
  InvocationRequest result;
  Configuration(json::object(), limits).read(result);
  const Panel panel = read_table(csv, limits);
  result.calendar = panel.calendar();
  result.series = series_of(panel, limits);
  check_work(result, limits);
  return result;
}

}  // namespace forecart

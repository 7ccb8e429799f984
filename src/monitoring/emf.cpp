#include "monitoring/emf.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <utility>

namespace forecart {

namespace {

using nlohmann::json;
using Dimensions = std::vector<std::pair<std::string, std::string>>;

struct EmfMetric {
  std::string name;
  const char* unit;
  double value;
  std::optional<std::string_view> roll_up;
};

const char* unit_of(MetricUnit unit) {
  switch (unit) {
    case MetricUnit::seconds:
      return "Seconds";
    case MetricUnit::bytes:
      return "Bytes";
    case MetricUnit::count:
      return "Count";
    case MetricUnit::ratio:
    case MetricUnit::money:
      break;
  }
  return "None";
}

/// What CloudWatch is to make of the metrics of a line: by all its dimensions, and by the few that
/// some are rolled up to.
class Directives {
 public:
  explicit Directives(const std::string& name_space) : name_space_(name_space) {}

  void add(const json& dimensions, const EmfMetric& metric) {
    const auto known = std::ranges::find_if(
        list_, [&](const json& one) { return one["Dimensions"][0] == dimensions; });
    json& directive = known != list_.end() ? *known : list_.emplace_back(make(dimensions));
    directive["Metrics"].push_back({{"Name", metric.name}, {"Unit", metric.unit}});
  }

  json take() { return std::move(list_); }

 private:
  json make(const json& dimensions) const {
    json directive{{"Namespace", name_space_}, {"Metrics", json::array()}};
    directive["Dimensions"] = json::array({dimensions});
    return directive;
  }

  const std::string& name_space_;
  json list_ = json::array();
};

json rolled_up_to(std::string_view label) {
  return label.empty() ? json::array() : json::array({label});
}

json line(const std::string& name_space, Instant now, const Dimensions& dimensions,
          std::span<const EmfMetric> metrics) {
  json names = json::array();
  json root = json::object();
  for (const auto& [name, value] : dimensions) {
    names.push_back(name);
    root[name] = value;
  }
  Directives directives(name_space);
  for (const EmfMetric& metric : metrics) {
    directives.add(names, metric);
    if (metric.roll_up) directives.add(rolled_up_to(*metric.roll_up), metric);
    root[metric.name] = metric.value;
  }
  const auto since = std::chrono::floor<std::chrono::milliseconds>(now.time_since_epoch());
  root["_aws"] = {{"Timestamp", since.count()}, {"CloudWatchMetrics", directives.take()}};
  return root;
}

/// What came on top of the last time it was told.
double growth(std::map<std::string, double>& told, const std::string& series, double total) {
  double& before = told[series];
  return total - std::exchange(before, total);
}

}  // namespace

std::vector<std::string> EmfWriter::lines(const std::vector<MetricSample>& samples, Instant now,
                                          const Properties& properties) {
  std::map<Dimensions, std::vector<EmfMetric>> by_dimensions;
  for (const MetricSample& sample : samples) {
    const MetricDefinition& definition = definition_of(sample.metric);
    const std::string name(definition.name);
    const char* const unit = unit_of(definition.unit);
    std::vector<EmfMetric>& metrics = by_dimensions[sample.labels];
    const auto grown = [&](const std::string& part, const char* of, double total) {
      const double more = growth(told_, part + json(sample.labels).dump(), total);
      if (more > 0) metrics.push_back({part, of, more, definition.roll_up});
    };
    switch (definition.kind) {
      case MetricKind::counter:
        grown(name, unit, sample.value);
        break;
      case MetricKind::gauge:
        metrics.push_back({name, unit, sample.value, definition.roll_up});
        break;
      case MetricKind::histogram:
        grown(name + "_sum", unit, sample.value);
        grown(name + "_count", "Count", static_cast<double>(sample.count));
        break;
    }
  }
  std::vector<std::string> lines;
  for (const auto& [dimensions, metrics] : by_dimensions) {
    const std::span<const EmfMetric> all(metrics);
    for (std::size_t at = 0; at < all.size(); at += kMostEmfMetrics) {
      const auto some = all.subspan(at, std::min(kMostEmfMetrics, all.size() - at));
      json told = line(namespace_, now, dimensions, some);
      for (const auto& [property, value] : properties) told.emplace(property, value);
      lines.push_back(told.dump(-1, ' ', false, json::error_handler_t::replace));
    }
  }
  return lines;
}

}  // namespace forecart

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
      break;
  }
  return "None";
}

json line(const std::string& name_space, Instant now, const Dimensions& dimensions,
          std::span<const EmfMetric> metrics) {
  json names = json::array();
  json root = json::object();
  for (const auto& [name, value] : dimensions) {
    names.push_back(name);
    root[name] = value;
  }
  json told = json::array();
  for (const EmfMetric& metric : metrics) {
    told.push_back({{"Name", metric.name}, {"Unit", metric.unit}});
    root[metric.name] = metric.value;
  }
  const auto since = std::chrono::floor<std::chrono::milliseconds>(now.time_since_epoch());
  json directive{{"Namespace", name_space}, {"Metrics", std::move(told)}};
  directive["Dimensions"] = json::array({std::move(names)});
  root["_aws"] = {{"Timestamp", since.count()},
                  {"CloudWatchMetrics", json::array({std::move(directive)})}};
  return root;
}

/// What came on top of the last time it was told.
double growth(std::map<std::string, double>& told, const std::string& series, double total) {
  double& before = told[series];
  return total - std::exchange(before, total);
}

}  // namespace

std::vector<std::string> EmfWriter::lines(const std::vector<MetricSample>& samples, Instant now) {
  std::map<Dimensions, std::vector<EmfMetric>> by_dimensions;
  for (const MetricSample& sample : samples) {
    const MetricDefinition& definition = definition_of(sample.metric);
    const std::string name(definition.name);
    const char* const unit = unit_of(definition.unit);
    std::vector<EmfMetric>& metrics = by_dimensions[sample.labels];
    const auto grown = [&](const std::string& part, const char* of, double total) {
      const double more = growth(told_, part + json(sample.labels).dump(), total);
      if (more > 0) metrics.push_back({part, of, more});
    };
    switch (definition.kind) {
      case MetricKind::counter:
        grown(name, unit, sample.value);
        break;
      case MetricKind::gauge:
        metrics.push_back({name, unit, sample.value});
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
      lines.push_back(line(namespace_, now, dimensions, some)
                          .dump(-1, ' ', false, json::error_handler_t::replace));
    }
  }
  return lines;
}

}  // namespace forecart

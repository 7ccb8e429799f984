#include "monitoring/metric_set.h"

#include <prometheus/counter.h>
#include <prometheus/gauge.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>
#include <prometheus/text_serializer.h>

#include <algorithm>
#include <cassert>
#include <map>
#include <mutex>
#include <sstream>

namespace forecart {

namespace {

template <typename T>
using FamilyByMetric = std::map<Metric, prometheus::Family<T>*>;

prometheus::Labels named(const MetricDefinition& definition, const MetricSet::Labels& values) {
  assert(values.size() == label_count(definition));
  prometheus::Labels labels;
  for (std::size_t i = 0; i < values.size(); ++i) {
    labels.emplace(std::string(definition.labels[i]), values[i]);
  }
  return labels;
}

/// Labels in the order of the definition, not of the alphabet as the library has them.
MetricSample sample_of(const MetricDefinition& definition, const prometheus::ClientMetric& given) {
  MetricSample sample{definition.metric, {}};
  for (std::size_t i = 0; i < label_count(definition); ++i) {
    for (const auto& label : given.label) {
      if (label.name == definition.labels[i]) sample.labels.emplace_back(label.name, label.value);
    }
  }
  if (definition.kind == MetricKind::counter) sample.value = given.counter.value;
  if (definition.kind == MetricKind::gauge) sample.value = given.gauge.value;
  if (definition.kind == MetricKind::histogram) {
    sample.value = given.histogram.sample_sum;
    sample.count = given.histogram.sample_count;
  }
  return sample;
}

}  // namespace

struct MetricSet::Families {
  Families() {
    for (const MetricDefinition& definition : metric_definitions()) add(definition);
  }

  void add(const MetricDefinition& definition) {
    const std::string name(definition.name);
    const std::string help(definition.help);
    switch (definition.kind) {
      case MetricKind::counter:
        counters[definition.metric] =
            &prometheus::BuildCounter().Name(name).Help(help).Register(registry);
        break;
      case MetricKind::gauge:
        gauges[definition.metric] =
            &prometheus::BuildGauge().Name(name).Help(help).Register(registry);
        break;
      case MetricKind::histogram:
        histograms[definition.metric] =
            &prometheus::BuildHistogram().Name(name).Help(help).Register(registry);
        break;
    }
  }

  prometheus::Registry registry;
  FamilyByMetric<prometheus::Counter> counters;
  FamilyByMetric<prometheus::Gauge> gauges;
  FamilyByMetric<prometheus::Histogram> histograms;
  std::mutex raising;
};

MetricSet::MetricSet() : families_(std::make_unique<Families>()) {}
MetricSet::~MetricSet() = default;

void MetricSet::add(Metric metric, double amount, const Labels& labels) {
  families_->counters.at(metric)->Add(named(definition_of(metric), labels)).Increment(amount);
}

void MetricSet::raise_to(Metric metric, double total, const Labels& labels) {
  const std::lock_guard lock(families_->raising);
  auto& counter = families_->counters.at(metric)->Add(named(definition_of(metric), labels));
  if (total > counter.Value()) counter.Increment(total - counter.Value());
}

void MetricSet::set(Metric metric, double value, const Labels& labels) {
  families_->gauges.at(metric)->Add(named(definition_of(metric), labels)).Set(value);
}

void MetricSet::observe(Metric metric, double value, const Labels& labels) {
  const MetricDefinition& definition = definition_of(metric);
  const prometheus::Histogram::BucketBoundaries bounds(definition.bounds.begin(),
                                                       definition.bounds.end());
  families_->histograms.at(metric)->Add(named(definition, labels), bounds).Observe(value);
}

void MetricSet::drop(Metric metric, const Labels& labels) {
  auto* const family = families_->gauges.at(metric);
  const prometheus::Labels all = named(definition_of(metric), labels);
  if (family->Has(all)) family->Remove(&family->Add(all));
}

std::vector<MetricSample> MetricSet::samples() const {
  std::map<std::string_view, const MetricDefinition*> by_name;
  for (const MetricDefinition& definition : metric_definitions()) {
    by_name[definition.name] = &definition;
  }
  std::vector<MetricSample> samples;
  for (const auto& family : families_->registry.Collect()) {
    for (const auto& metric : family.metric) {
      samples.push_back(sample_of(*by_name.at(family.name), metric));
    }
  }
  std::sort(samples.begin(), samples.end(), [](const MetricSample& a, const MetricSample& b) {
    return std::tie(a.metric, a.labels) < std::tie(b.metric, b.labels);
  });
  return samples;
}

std::string MetricSet::prometheus_text() const {
  std::ostringstream text;
  prometheus::TextSerializer().Serialize(text, families_->registry.Collect());
  return text.str();
}

}  // namespace forecart

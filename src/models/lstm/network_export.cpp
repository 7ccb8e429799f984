#include "models/lstm/network_export.h"

#include "models/lstm/desk.h"
#include "models/lstm/head_graph.h"
#include "models/lstm/learnt_state.h"
#include "models/net/onnx_network.h"
#include "models/saved_state.h"

#include <algorithm>
#include <utility>

namespace forecart::lstm {

namespace {

using Eigen::Index;
using net::kAnyBatch;
using net::OnnxType;
using nlohmann::json;

/// The plan as it is saved, with words for kinds.
json plan_of(const Learnt& learnt) {
  json plan = save_learnt(learnt).at("plan");
  plan["space"] = name_of(learnt.plan.space);
  plan["lookback"] = learnt.plan.lookback();
  for (std::size_t i = 0; i < learnt.plan.base.rules.size(); ++i) {
    plan["rules"][i]["kind"] = name_of(learnt.plan.base.rules[i].kind);
  }
  return plan;
}

/// What programs read of the model.
json words_of(const std::string& name, const Learnt& learnt, const Calendar& calendar,
              const std::string& version) {
  return {{"forecart", version},
          {"format", 1},
          {"model", name},
          {"frequency", calendar.frequency().name()},
          {"time_zone", calendar.zone().name()},
          {"head", learnt.head->name()},
          {"probabilities", QuantileHead::kProbabilities},
          {"plan", plan_of(learnt)}};
}

net::OnnxGraph graph_of(const Learnt& learnt) {
  net::OnnxGraph graph;
  const std::string numbers =
      net::add_network(graph, net::ParameterLayout(learnt.shape), learnt.parameters);
  const auto per_step = static_cast<std::int64_t>(learnt.shape.per_step);
  graph.output({"numbers",
                OnnxType::float32,
                {kAnyBatch, learnt.plan.horizon, per_step},
                "what the network says of each step ahead: zero keeps the base forecast"},
               numbers);
  HeadGraph head(graph, learnt.plan, *learnt.calibration, numbers);
  learnt.head->write(head);
  return graph;
}

json port_json(const net::OnnxPort& port, const char* direction) {
  const char* const type = port.type == OnnxType::int64     ? "int64"
                           : port.type == OnnxType::float32 ? "float32"
                                                            : "float64";
  json sizes = json::array();
  for (const std::int64_t size : port.sizes) {
    sizes.push_back(size == kAnyBatch ? json("windows") : json(size));
  }
  return {{"direction", direction},
          {"name", port.name},
          {"type", type},
          {"sizes", std::move(sizes)},
          {"text", port.text}};
}

json ports_of(const net::OnnxGraph& graph) {
  json ports = json::array();
  for (const net::OnnxPort& port : graph.inputs()) ports.push_back(port_json(port, "input"));
  for (const net::OnnxPort& port : graph.outputs()) ports.push_back(port_json(port, "output"));
  return ports;
}

/// Rows of `width` numbers each.
template <class Numbers>
json rows_of(const Numbers& numbers, std::size_t width) {
  json rows = json::array();
  for (std::size_t i = 0; i < numbers.size(); i += width) {
    rows.push_back(std::vector(numbers.begin() + static_cast<std::ptrdiff_t>(i),
                               numbers.begin() + static_cast<std::ptrdiff_t>(i + width)));
  }
  return rows;
}

/// What the network reads of one window, by the names of the graph's inputs.
json inputs_json(const net::NetworkShape& shape, const net::WindowBlock<float>& window,
                 const std::vector<StepSite>& sites) {
  json inputs = json::object();
  if (shape.layers > 0) inputs["features"] = rows_of(window.features, shape.inputs);
  if (shape.flat > 0) inputs["flat"] = window.flat;
  if (!shape.embeddings.empty()) inputs["codes"] = window.codes;
  if (!window.known.empty()) inputs["known"] = rows_of(window.known, shape.known);
  std::vector<double> base;
  for (const StepSite& site : sites) base.push_back(site.base);
  inputs["base"] = base;
  inputs["centre"] = std::vector{sites.front().frame.centre};
  inputs["unit"] = std::vector{sites.front().frame.unit};
  return inputs;
}

/// What forecart says of it; quantiles of every head, also where the graph has none.
json outputs_json(const Learnt& learnt, const Outputs& said) {
  PredictivePtr distribution = make_net_predictive(learnt.head, said.sites.front(),
                                                   said.numbers.front(), learnt.calibration);
  if (learnt.plan.space != Space::centred) distribution = clamp_below(std::move(distribution), 0);
  json point = json::array();
  json quantiles = json::array();
  for (Index k = 0; k < learnt.plan.horizon; ++k) {
    point.push_back(distribution->mean(k));
    json row = json::array();
    for (const double p : QuantileHead::kProbabilities) row.push_back(distribution->quantile(k, p));
    quantiles.push_back(std::move(row));
  }
  return {{"numbers", rows_of(said.numbers.front(), learnt.shape.per_step)},
          {"point", std::move(point)},
          {"quantiles", std::move(quantiles)}};
}

/// The values that windows and base look back over, NaN as null.
json values_json(const Origin& origin, Index lookback) {
  std::vector<double> values;
  for (Index at = std::max<Index>(origin.end - lookback, 0); at < origin.end; ++at) {
    values.push_back(origin.track->value(at));
  }
  return numbers_or_null(values);
}

/// Where the first step ahead lies in each season.
json positions_json(const Origin& origin, const WindowPlan& plan, const Calendar& calendar) {
  json positions = json::array();
  for (const int season : plan.seasons) {
    positions.push_back(calendar.season_position(origin.first + origin.end, season));
  }
  return positions;
}

json shown_json(const ShownSeries& series, const Learnt& learnt, const Calendar& calendar) {
  const Origin& origin = series.origin;
  const Reading reading{learnt.plan, calendar, learnt.shape};
  const Outputs said = predict(reading, learnt.parameters, {&origin, 1}, 1);
  net::WindowBlock<float> window(learnt.shape, 1);
  std::vector<StepSite> sites(learnt.shape.horizon);
  WindowWriter(learnt.plan, calendar).write(origin, {window, 1, 0}, sites);
  json labels = json::array();
  for (Index k = 0; k < learnt.plan.horizon; ++k) {
    labels.push_back(calendar.label(origin.first + origin.end + k));
  }
  return {{"unique_id", series.id},
          {"ds", std::move(labels)},
          {"positions", positions_json(origin, learnt.plan, calendar)},
          {"floor", origin.track->measure().floor},
          {"values", values_json(origin, learnt.plan.lookback())},
          {"inputs", inputs_json(learnt.shape, window, sites)},
          {"outputs", outputs_json(learnt, said)}};
}

}  // namespace

std::shared_ptr<const ExportedNetwork> export_learnt(const std::string& name, const Learnt& learnt,
                                                     const Calendar& calendar,
                                                     const std::vector<ShownSeries>& shown,
                                                     const ExportRequest& request) {
  net::OnnxGraph graph = graph_of(learnt);
  json words = words_of(name, learnt, calendar, request.version);
  for (const auto& [key, value] : words.items()) {
    graph.describe(key, value.is_string() ? value.get<std::string>() : value.dump());
  }
  json series = json::array();
  for (const ShownSeries& one : shown) series.push_back(shown_json(one, learnt, calendar));
  words["series"] = std::move(series);
  auto result = std::make_shared<ExportedNetwork>();
  result->onnx = graph.bytes(name, request.version,
                             "A forecasting network of forecart; its words say how windows are "
                             "made of a series (docs/formats/onnx.md).");
  result->ports = ports_of(graph);
  result->example = std::move(words);
  return result;
}

}  // namespace forecart::lstm

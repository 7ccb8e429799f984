#include "models/lstm/head_graph.h"

namespace forecart::lstm {

namespace {

using net::kAnyBatch;
using net::OnnxSizes;
using net::OnnxType;

}  // namespace

HeadGraph::HeadGraph(net::OnnxGraph& graph, const WindowPlan& plan, const Calibration& calibration,
                     const std::string& numbers)
    : graph_(graph), plan_(plan), calibration_(calibration) {
  numbers_ = graph.add("Cast", {numbers}, {{"to", static_cast<std::int64_t>(OnnxType::float64)}});
  const auto input = [&](const char* name, std::int64_t size, const char* text) {
    return graph.input({name, OnnxType::float64, {kAnyBatch, size}, text});
  };
  base_ = input("base", plan.horizon, "base forecast of each step ahead, in working units");
  centre_ = input("centre", 1, "centre of the window's frame, in working units");
  unit_ = input("unit", 1, "unit of the window's frame; 0: nothing was sold for so long");
}

std::string HeadGraph::normal_base() {
  return graph_.add("Div", {graph_.add("Sub", {base_, centre_}), unit_});
}

std::string HeadGraph::number(std::int64_t i) {
  return graph_.add("Gather", {numbers_, graph_.whole(i)}, {{"axis", 2}});
}

std::string HeadGraph::numbers(const OnnxSizes& which) {
  return graph_.add("Gather", {numbers_, graph_.wholes(which)}, {{"axis", 2}});
}

/// max(x, 0) + log(1 + exp(-|x|)), which never overflows.
std::string HeadGraph::softplus(const std::string& x) {
  const std::string small = graph_.add("Exp", {graph_.add("Neg", {graph_.add("Abs", {x})})});
  return graph_.add("Add", {graph_.add("Max", {x, graph_.number(0)}),
                            graph_.add("Log", {graph_.add("Add", {small, graph_.number(1)})})});
}

std::string HeadGraph::to_values(const std::string& normal, const std::string& centre,
                                 const std::string& unit) {
  std::string working = graph_.add("Add", {graph_.add("Mul", {normal, unit}), centre});
  if (plan_.space != Space::log) return working;
  return graph_.add("Exp", {graph_.add("Min", {working, graph_.number(kGreatestLog)})});
}

std::string HeadGraph::values(const std::string& normal) {
  return to_values(normal, centre_, unit_);
}

std::string HeadGraph::bounded(const std::string& value, const std::string& unit) {
  const std::string known = graph_.add("Greater", {unit, graph_.number(0)});
  const std::string said =
      plan_.space == Space::centred ? value : graph_.add("Max", {value, graph_.number(0)});
  return graph_.add("Where", {known, said, graph_.number(0)});
}

void HeadGraph::point(const std::string& value) {
  graph_.output({"point",
                 OnnxType::float64,
                 {kAnyBatch, plan_.horizon},
                 "point forecast of each step ahead, in values"},
                bounded(value, unit_));
}

void HeadGraph::give(const std::string& name, const std::string& text, const std::string& value) {
  graph_.output({name, OnnxType::float64, {kAnyBatch, plan_.horizon}, text}, value);
}

/// (windows, horizon, 1, parts) times (horizon, parts, probabilities).
void HeadGraph::give_quantiles(const std::string& parts, const std::vector<double>& weights) {
  const auto probabilities = static_cast<std::int64_t>(QuantileHead::kCount);
  const std::int64_t count =
      static_cast<std::int64_t>(weights.size()) / (plan_.horizon * probabilities);
  const std::string matrix = graph_.constant(
      "quantile_weights", {plan_.horizon, count, probabilities}, std::span<const double>(weights));
  const std::string rows = graph_.add("Unsqueeze", {parts, graph_.wholes({2})});
  const std::string normal =
      graph_.add("Squeeze", {graph_.add("MatMul", {rows, matrix}), graph_.wholes({2})});
  const std::string centre = graph_.add("Unsqueeze", {centre_, graph_.wholes({2})});
  const std::string unit = graph_.add("Unsqueeze", {unit_, graph_.wholes({2})});
  graph_.output({"quantiles",
                 OnnxType::float64,
                 {kAnyBatch, plan_.horizon, probabilities},
                 "calibrated quantiles of each step ahead, in values, by the metadata's "
                 "probabilities"},
                bounded(to_values(normal, centre, unit), unit));
}

}  // namespace forecart::lstm

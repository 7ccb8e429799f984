#pragma once

#include "models/lstm/calibration.h"
#include "models/lstm/quantile_head.h"
#include "models/lstm/window_plan.h"
#include "models/net/onnx_graph.h"

#include <cstddef>
#include <string>
#include <vector>

namespace forecart::lstm {

/// The part of an exported network behind its numbers, in double precision. It reads base, centre
/// and unit of each window and gives the outputs of a head in the units of the values.
class HeadGraph {
 public:
  /// `numbers` (windows, horizon, per_step) in float32.
  HeadGraph(net::OnnxGraph& graph, const WindowPlan& plan, const Calibration& calibration,
            const std::string& numbers);

  net::OnnxGraph& graph() { return graph_; }

  /// Base forecast (windows, horizon) and unit (windows, 1) in working units.
  const std::string& base() const { return base_; }
  const std::string& unit() const { return unit_; }
  /// The base in normal units, (windows, horizon).
  std::string normal_base();

  /// Number i of every step, (windows, horizon).
  std::string number(std::int64_t i);
  /// Some of them, (windows, horizon, count).
  std::string numbers(const net::OnnxSizes& which);

  /// log(1 + exp(x)).
  std::string softplus(const std::string& x);
  /// From normal units to values; x (windows, horizon).
  std::string values(const std::string& normal);

  /// Gives the point forecast (windows, horizon) out, in values.
  void point(const std::string& value);
  /// Gives quantiles out that are sums of `parts` (windows, horizon, parts) in normal units;
  /// `weights` gives those of one probability, read through the calibration.
  template <class Weights>
  void quantiles(const std::string& parts, std::size_t count, const Weights& weights) {
    std::vector<double> all;  // (horizon, parts, probabilities)
    for (Eigen::Index k = 0; k < plan_.horizon; ++k) {
      std::vector<std::vector<double>> columns;
      for (const double p : QuantileHead::kProbabilities) {
        columns.push_back(weights(calibration_.read(k, p)));
      }
      for (std::size_t part = 0; part < count; ++part) {
        for (const std::vector<double>& column : columns) all.push_back(column[part]);
      }
    }
    give_quantiles(parts, all);
  }
  /// Gives a further number of every step (windows, horizon) out.
  void give(const std::string& name, const std::string& text, const std::string& value);

 private:
  void give_quantiles(const std::string& parts, const std::vector<double>& weights);
  /// Cut at zero where values never lie below, and zero where there is no unit.
  std::string bounded(const std::string& value, const std::string& unit);
  std::string to_values(const std::string& normal, const std::string& centre,
                        const std::string& unit);

  net::OnnxGraph& graph_;
  const WindowPlan& plan_;
  const Calibration& calibration_;
  std::string numbers_;  // in double precision
  std::string base_;
  std::string centre_;
  std::string unit_;
};

}  // namespace forecart::lstm

#pragma once

#include "models/lstm/calibration.h"
#include "models/lstm/training_run.h"
#include "models/model.h"

#include <nlohmann/json.hpp>

#include <memory>
#include <optional>
#include <string>

namespace forecart::lstm {

/// What kind of network; what is 0 or empty is chosen by how much there is to learn from.
struct NetworkOptions {
  int layers = 1;                  ///< LSTM layers, 0 to 3; 0: a multilayer perceptron
  int units = 0;                   ///< of each layer, 0 to 1024
  double dropout = 0.1;            ///< share of units dropped in training, in [0, 0.9]
  std::optional<HeadKind> head{};  ///< nothing: by what the values are
  std::vector<int> seasons{1};     ///< in steps, ascending
  Eigen::Index horizon = 1;        ///< steps that are to be forecast
  int steps = 1500;                ///< updates at most, 1 to 1,000,000

  /// Throws Error invalid_value that names the field, its value and the range.
  void validate() const;
};

/// All that forecasts of a panel need beside the last values. Immutable once learnt.
struct Learnt {
  WindowPlan plan;
  HeadKind kind = HeadKind::quantiles;
  HeadPtr head;
  net::NetworkShape shape;
  net::AlignedVector<float> parameters;
  CalibrationPtr calibration;
  nlohmann::json report;  ///< how it was learnt, for explain() and the ledger
};

/// A network, or why there is none.
struct LearningOutcome {
  std::shared_ptr<const Learnt> learnt;
  std::string refusal;
};

/// Series of a panel that a network can learn from, from their first known value on.
struct PanelPart {
  const Calendar& calendar;
  std::vector<SeriesView> series;
};

/// Trains on the part before held-out origins, which tell when to stop and what to make of the
/// distributions; then on everything.
LearningOutcome learn(const PanelPart& part, const NetworkOptions& options, const FitOptions& fit);

/// Of a network for this plan and head: what it reads and says; layers and trunk are left out.
net::NetworkShape reading_shape(const WindowPlan& plan, const Head& head);

/// How the values of a panel are handed to a network.
Space choose_space(const std::vector<SeriesView>& series);

}  // namespace forecart::lstm

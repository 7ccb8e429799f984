#pragma once

#include "models/lstm/calibration.h"
#include "models/lstm/network_options.h"
#include "models/model.h"
#include "models/net/network.h"

#include <nlohmann/json.hpp>

#include <memory>
#include <string>
#include <vector>

namespace forecart::lstm {

/// All that forecasts of a panel need beside the last values. Immutable once learnt.
struct Learnt {
  WindowPlan plan;
  HeadKind kind = HeadKind::quantiles;
  HeadPtr head;
  net::NetworkShape shape;
  net::AlignedVector<float> parameters;
  CalibrationPtr calibration;
  std::string note;       ///< what the ledger is to say of every series, or nothing
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
  const Covariates& covariates;
  std::vector<SeriesView> series;
};

/// Trains on the part before held-out origins, which tell when to stop and what to make of the
/// distributions; then on everything.
LearningOutcome learn(const PanelPart& part, const NetworkOptions& options, const FitOptions& fit);

/// Of a network for this plan and head: what it reads and says; layers and trunk are left out.
net::NetworkShape reading_shape(const WindowPlan& plan, const Head& head);

}  // namespace forecart::lstm

#pragma once

#include "models/lstm/calibration.h"
#include "models/lstm/network_options.h"
#include "models/lstm/training_keeper.h"
#include "models/model.h"
#include "models/net/network.h"

#include <nlohmann/json.hpp>

#include <cstdint>
#include <memory>
#include <optional>
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
  net::AlignedVector<float> before;  ///< parameters before the last training on everything
  Bucket until = 0;                  ///< end of what was learnt from
  std::int64_t updates = 0;          ///< made before that training, with those of earlier fits
  CalibrationPtr calibration;
  std::string note;       ///< what the ledger is to say of every series, or nothing
  nlohmann::json report;  ///< how it was learnt, for explain() and the ledger
};

/// A network, or why there is none.
struct LearningOutcome {
  std::shared_ptr<const Learnt> learnt;
  std::string refusal;
};

/// What a fit may go on from. Kept by reference while learning.
struct LearningContext {
  const Learnt* earlier = nullptr;         ///< learnt from less of the same data
  std::optional<CheckpointPlace> place{};  ///< where the training is kept
};

/// Series of a panel that a network can learn from, from their first known value on.
struct PanelPart {
  const Calendar& calendar;
  const Covariates& covariates;
  std::vector<SeriesView> series;
};

/// Trains on the part before held-out origins, which tell when to stop and what to make of the
/// distributions; then on everything. Starts from the earlier weights, with fewer updates, where
/// they have seen nothing later and are of the same plan, head and shape; base and head are kept
/// then.
LearningOutcome learn(const PanelPart& part, const NetworkOptions& options, const FitOptions& fit,
                      const LearningContext& context);

/// Of a network for this plan and head: what it reads and says; layers and trunk are left out.
net::NetworkShape reading_shape(const WindowPlan& plan, const Head& head);

}  // namespace forecart::lstm

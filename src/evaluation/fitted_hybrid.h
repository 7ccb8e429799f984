#pragma once

#include "evaluation/hybrid.h"
#include "evaluation/residual_walk.h"
#include "models/model.h"

#include <nlohmann/json_fwd.hpp>

#include <cstddef>
#include <memory>
#include <string>
#include <vector>

namespace forecart {

/// A fitted hybrid, from its parts. `series` are as the linear model's ledger, `alone` says why a
/// series that is not followed is not.
struct HybridState {
  std::unique_ptr<Fitted> linear;
  std::unique_ptr<Fitted> network;  ///< null where the linear model stands alone
  std::vector<ResidualSeries> series;
  std::vector<std::string> alone;
  double share = 0;  ///< of what the network expects
  CorrectionWay way = CorrectionWay::added;
  std::string tried;        ///< how that was found
  double milliseconds = 0;  ///< of the fit for each series, but for that of the linear model
};

std::unique_ptr<Fitted> make_fitted_hybrid(const HybridParts& parts, const Calendar& calendar,
                                           HybridState state);

/// Finds the followed series among those that the network can use; the others are followed no more.
/// Gives how many are.
std::size_t follow(std::vector<ResidualSeries>& series, const Fitted& network);

/// Its linear model and its network, or nothing, to start later fits from.
const Fitted* linear_of(const Fitted* fitted);
const Fitted* network_of(const Fitted* fitted);

/// Reads what its save() wrote. Throws Error bad_data or newer_version, or nlohmann's exception.
std::unique_ptr<Fitted> load_hybrid(HybridParts parts, const nlohmann::json& state);

}  // namespace forecart

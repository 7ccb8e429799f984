#pragma once

#include "models/model.h"

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace forecart {

/// Stands for a series that a member was fitted with and does not forecast.
inline constexpr std::size_t kNobody = SIZE_MAX;

/// What a member forecasts for one of its series: where it stands in the panel, kNobody for one
/// that the member was only fitted with, and the member's weight there.
struct Place {
  std::size_t at = kNobody;
  double weight = 0;
};

/// A fitted model and the places of its series, by its own rows.
struct Member {
  std::string model;
  std::unique_ptr<Fitted> fitted;
  std::vector<Place> places;
};

/// What the ledger says of a series beside what its models say.
struct Verdict {
  std::string unique_id;
  std::string demand;
  std::string tried;
  double milliseconds = 0;
};

/// The fitted AutoSelect: for each series the weighted mean of the quantile functions of the
/// members that have a place for it (see `average`). Every verdict has at least one, and there is a
/// member at least, the first, to which ids go that join later.
std::unique_ptr<Fitted> make_fitted_selection(std::vector<Member> members,
                                              std::vector<Verdict> verdicts);

/// Reads what the fitted selection's save() wrote; `models` are those it was elected from. Throws
/// Error bad_data or nlohmann's exception.
std::unique_ptr<Fitted> load_selection(const nlohmann::json& state,
                                       const std::vector<ModelPtr>& models);

}  // namespace forecart

#pragma once

#include "evaluation/track_record.h"
#include "models/model.h"

#include <cstdint>
#include <memory>
#include <optional>
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

/// What the models that forecast a series lost at earlier origins: row k is that of models[k].
struct MemberRecord {
  std::vector<std::string> models;
  TrackRecord record;
};

/// What is known of a series beside what its models say.
struct Verdict {
  std::string unique_id;
  std::string demand;  ///< see LedgerRow
  std::string tried;   ///< the same
  double milliseconds = 0;
  std::optional<MemberRecord> evidence{};  ///< nothing where there was no trial
};

/// What a fitted selection is made of. Every verdict has a place at least, and there is a member at
/// least, the first, to which ids go that join later.
struct SelectionParts {
  std::vector<Member> members;
  std::vector<Verdict> verdicts;
};

/// The fitted AutoSelect: for each series the weighted mean of the quantile functions of the
/// members that have a place for it (see `average`). It watches its members: after each update of
/// half an origin of a track record or more, the series with evidence are weighed anew by all
/// origins that are known, as rank_candidates weighs them.
std::unique_ptr<Fitted> make_fitted_selection(SelectionParts parts);

/// Copies of the parts; nothing where `fitted` is no selection.
std::optional<SelectionParts> parts_of(const Fitted& fitted);

/// Reads what the fitted selection's save() wrote; `models` are those it was elected from. Throws
/// Error bad_data or nlohmann's exception.
std::unique_ptr<Fitted> load_selection(const nlohmann::json& state,
                                       const std::vector<ModelPtr>& models);

}  // namespace forecart

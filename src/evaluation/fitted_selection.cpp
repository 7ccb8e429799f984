#include "evaluation/fitted_selection.h"

#include "models/saved_state.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <utility>

namespace forecart {

namespace {

using Eigen::Index;
using nlohmann::json;

/// A member's row that takes part in the forecast of a series.
struct Share {
  std::size_t member = 0;
  std::size_t row = 0;
  double weight = 0;
};

Eigen::VectorXd weights_of(const std::vector<Share>& shares) {
  Eigen::VectorXd weights(std::ssize(shares));
  for (std::size_t k = 0; k < shares.size(); ++k) {
    weights[static_cast<Index>(k)] = shares[k].weight;
  }
  return weights / weights.sum();
}

/// Appends what is not there yet.
void append_new(std::string& text, const std::string& part) {
  if (part.empty() || text.find(part) != std::string::npos) return;
  text += (text.empty() ? "" : " + ") + part;
}

class FittedSelection final : public Fitted {
 public:
  FittedSelection(std::vector<Member> members, std::vector<Verdict> verdicts)
      : members_(std::move(members)), verdicts_(std::move(verdicts)) {
    refresh();
  }

  Forecast forecast(Index horizon, const Covariates& future) const override {
    std::vector<Forecast> parts;
    for (const Member& member : members_) parts.push_back(member.fitted->forecast(horizon, future));
    Forecast result = parts.front();
    result.series.clear();
    for (const std::vector<Share>& shares : shares_) {
      const Share& first = shares.front();
      SeriesForecast own = parts[first.member].series[first.row];
      if (shares.size() > 1) {
        std::vector<PredictivePtr> distributions;
        for (const Share& share : shares) {
          distributions.push_back(parts[share.member].series[share.row].distribution);
        }
        own.distribution = average(std::move(distributions), weights_of(shares));
      }
      result.series.push_back(std::move(own));
    }
    return result;
  }

  std::vector<Components> components(Index horizon, const Covariates& future) const override {
    std::vector<std::vector<Components>> parts;
    for (const Member& member : members_) {
      parts.push_back(member.fitted->components(horizon, future));
    }
    std::vector<Components> result;
    for (const std::vector<Share>& shares : shares_) {
      std::vector<Components> terms;
      for (const Share& share : shares) terms.push_back(parts[share.member][share.row]);
      result.push_back(Components::weighted_sum(terms, weights_of(shares)));
    }
    return result;
  }

  void update(const Panel& recent, const Covariates& covariates) override {
    std::vector<std::vector<Index>> fields(members_.size());
    std::vector<Index> strangers;
    for (Index i = 0; i < recent.size(); ++i) {
      const auto known = place_of_.find(recent.ids()[static_cast<std::size_t>(i)]);
      if (known == place_of_.end()) {
        strangers.push_back(i);
        continue;
      }
      for (const Share& share : shares_[known->second]) fields[share.member].push_back(i);
    }
    for (const Index i : strangers) {
      fields.front().push_back(i);
      verdicts_.push_back({recent.ids()[static_cast<std::size_t>(i)], "", "", 0});
    }
    for (std::size_t m = 0; m < members_.size(); ++m) {
      members_[m].fitted->update(recent.only(fields[m]), covariates);
    }
    seat_strangers(strangers.size());
    refresh();
  }

  std::unique_ptr<Fitted> clone() const override {
    std::vector<Member> members;
    for (const Member& member : members_) {
      members.push_back({member.model, member.fitted->clone(), member.places});
    }
    return std::make_unique<FittedSelection>(std::move(members), verdicts_);
  }

  json save() const override {
    json members = json::array();
    for (const Member& member : members_) {
      json places = json::array();
      for (const Place& place : member.places) {
        places.push_back(place.at == kNobody ? json() : json{place.at, place.weight});
      }
      members.push_back({{"model", member.model},
                         {"series", std::move(places)},
                         {"state", member.fitted->save()}});
    }
    json series = json::array();
    for (const Verdict& own : verdicts_) {
      series.push_back(
          {{"unique_id", own.unique_id}, {"demand", own.demand}, {"tried", own.tried}});
    }
    return {{"model", "AutoSelect"}, {"members", members}, {"series", series}};
  }

  json explain(Index series) const override {
    const auto at = static_cast<std::size_t>(series);
    const std::vector<Share>& shares = shares_.at(at);
    const Eigen::VectorXd weights = weights_of(shares);
    json chosen = json::array();
    for (std::size_t k = 0; k < shares.size(); ++k) {
      const Member& member = members_[shares[k].member];
      chosen.push_back({{"model", member.model},
                        {"weight", weights[static_cast<Index>(k)]},
                        {"state", member.fitted->explain(static_cast<Index>(shares[k].row))}});
    }
    return {{"chosen", std::move(chosen)},
            {"demand", verdicts_[at].demand},
            {"tried", verdicts_[at].tried}};
  }

  const std::vector<LedgerRow>& ledger() const override { return ledger_; }

 private:
  /// The last `count` verdicts belong to series that have just joined the first member; it may
  /// have known one of them already, from being fitted with it.
  void seat_strangers(std::size_t count) {
    Member& first = members_.front();
    const std::vector<LedgerRow>& rows = first.fitted->ledger();
    first.places.resize(rows.size());
    std::unordered_map<std::string, std::size_t> row_of;
    for (std::size_t row = 0; row < rows.size(); ++row) row_of.emplace(rows[row].unique_id, row);
    for (std::size_t at = verdicts_.size() - count; at < verdicts_.size(); ++at) {
      first.places[row_of.at(verdicts_[at].unique_id)] = {at, 1};
    }
  }

  /// Shares, index and ledger from members and verdicts.
  void refresh() {
    shares_.assign(verdicts_.size(), {});
    for (std::size_t m = 0; m < members_.size(); ++m) {
      for (std::size_t row = 0; row < members_[m].places.size(); ++row) {
        const Place& place = members_[m].places[row];
        if (place.at != kNobody) shares_[place.at].push_back({m, row, place.weight});
      }
    }
    place_of_.clear();
    ledger_.clear();
    for (std::size_t at = 0; at < verdicts_.size(); ++at) {
      std::stable_sort(shares_[at].begin(), shares_[at].end(),
                       [](const Share& a, const Share& b) { return a.weight > b.weight; });
      place_of_[verdicts_[at].unique_id] = at;
      ledger_.push_back(ledger_row(at));
    }
  }

  /// The row of the heaviest member, with what the others add.
  LedgerRow ledger_row(std::size_t at) const {
    const std::vector<Share>& shares = shares_[at];
    const Eigen::VectorXd weights = weights_of(shares);
    LedgerRow row = row_of(shares.front());
    row.model = "AutoSelect";
    row.demand = verdicts_[at].demand;
    row.tried = verdicts_[at].tried;
    row.milliseconds = verdicts_[at].milliseconds;
    row.interval_method.clear();
    for (std::size_t k = 0; k < shares.size(); ++k) {
      const LedgerRow& part = row_of(shares[k]);
      const std::string& model = members_[shares[k].member].model;
      row.chosen += shares.size() == 1 ? model
                                       : fmt::format("{}{} {:.0f} %", k == 0 ? "" : ", ", model,
                                                     100 * weights[static_cast<Index>(k)]);
      row.converged = row.converged && part.converged;
      row.milliseconds += part.milliseconds;
      append_new(row.interval_method, part.interval_method);
    }
    return row;
  }

  const LedgerRow& row_of(const Share& share) const {
    return members_[share.member].fitted->ledger()[share.row];
  }

  std::vector<Member> members_;
  std::vector<Verdict> verdicts_;                          // by place
  std::vector<std::vector<Share>> shares_;                 // by place, the heaviest first
  std::vector<LedgerRow> ledger_;                          // by place
  std::unordered_map<std::string, std::size_t> place_of_;  // by unique_id
};

/// Throws Error bad_data unless every place has a member, and its members know it by its id.
void check_places(const std::vector<Member>& members, const std::vector<Verdict>& verdicts) {
  std::vector<bool> seated(verdicts.size(), false);
  for (const Member& member : members) {
    const std::vector<LedgerRow>& rows = member.fitted->ledger();
    if (member.places.size() != rows.size()) refuse_state("AutoSelect", "series of a member");
    for (std::size_t row = 0; row < rows.size(); ++row) {
      const Place& place = member.places[row];
      if (place.at == kNobody) continue;
      const bool same =
          place.at < verdicts.size() && rows[row].unique_id == verdicts[place.at].unique_id;
      if (!same) refuse_state("AutoSelect", "series of a member");
      if (!(place.weight > 0 && std::isfinite(place.weight))) {
        refuse_state("AutoSelect", "weight of a member");
      }
      seated[place.at] = true;
    }
  }
  if (std::find(seated.begin(), seated.end(), false) != seated.end()) {
    refuse_state("AutoSelect", "series without a member");
  }
  std::unordered_set<std::string_view> ids;
  for (const Verdict& own : verdicts) {
    if (!ids.insert(own.unique_id).second) refuse_state("AutoSelect", "a series twice");
  }
}

Place load_place(const json& state) {
  if (state.is_null()) return {};
  return {whole<std::size_t>(state.at(0)), state.at(1).get<double>()};
}

Member load_member(const json& state, const std::vector<ModelPtr>& models) {
  Member member;
  member.model = state.at("model").get<std::string>();
  const auto same = std::find_if(models.begin(), models.end(), [&](const ModelPtr& model) {
    return model->name() == member.model;
  });
  if (same == models.end()) refuse_state("AutoSelect", "model '" + member.model + "'");
  member.fitted = (*same)->load(state.at("state"));
  for (const json& place : state.at("series")) member.places.push_back(load_place(place));
  return member;
}

}  // namespace

std::unique_ptr<Fitted> make_fitted_selection(std::vector<Member> members,
                                              std::vector<Verdict> verdicts) {
  return std::make_unique<FittedSelection>(std::move(members), std::move(verdicts));
}

std::unique_ptr<Fitted> load_selection(const json& state, const std::vector<ModelPtr>& models) {
  std::vector<Member> members;
  for (const json& member : state.at("members")) members.push_back(load_member(member, models));
  if (members.empty()) refuse_state("AutoSelect", "members");
  std::vector<Verdict> verdicts;
  for (const json& row : state.at("series")) {
    verdicts.push_back({row.at("unique_id").get<std::string>(), row.at("demand").get<std::string>(),
                        row.at("tried").get<std::string>(), 0});
  }
  check_places(members, verdicts);
  return std::make_unique<FittedSelection>(std::move(members), std::move(verdicts));
}

}  // namespace forecart

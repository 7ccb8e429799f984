#include "evaluation/fitted_selection.h"

#include "evaluation/comparison.h"
#include "evaluation/selection.h"
#include "models/saved_state.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>
#include <limits>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <utility>

namespace forecart {

namespace {

using Eigen::Index;
using nlohmann::json;

/// Of a member whose origins speak against it: it stays, as those to come may speak for it.
constexpr double kLeastWeight = 1e-6;

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
  explicit FittedSelection(SelectionParts parts)
      : members_(std::move(parts.members)), verdicts_(std::move(parts.verdicts)) {
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
    if (learn_from(recent, covariates)) weigh();
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

  SelectionParts parts() const {
    SelectionParts copy{{}, verdicts_};
    for (const Member& member : members_) {
      copy.members.push_back({member.model, member.fitted->clone(), member.places});
    }
    return copy;
  }

  std::unique_ptr<Fitted> clone() const override {
    return std::make_unique<FittedSelection>(parts());
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
      if (!own.evidence) continue;
      series.back()["evidence"] = own.evidence->record.save();
      series.back()["evidence"]["models"] = own.evidence->models;
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
  /// Notes what the members say, before they see it, of what `recent` brings; whether it was enough
  /// to learn from.
  bool learn_from(const Panel& recent, const Covariates& covariates) {
    const Index steps = compared_steps(recent);
    const auto knows = [](const Verdict& own) { return own.evidence.has_value(); };
    if (steps == 0 || std::none_of(verdicts_.begin(), verdicts_.end(), knows)) return false;
    std::vector<Forecast> said;
    for (const Member& member : members_) {
      said.push_back(member.fitted->forecast(steps, covariates));
    }
    bool learnt = false;
    for (std::size_t at = 0; at < verdicts_.size(); ++at) {
      Verdict& own = verdicts_[at];
      const Index place = recent.find(own.unique_id);
      if (place < 0 || !own.evidence) continue;
      const Share& first = shares_[at].front();
      const Bucket came = recent[place].end() - said[first.member].series[first.row].first;
      if (2 * came < own.evidence->record.origin()) continue;
      own.evidence->record.add(errors_of(at, recent[place], said));
      learnt = true;
    }
    return learnt;
  }

  /// Errors of the models with evidence (steps, models); NaN of those without a place.
  Eigen::MatrixXd errors_of(std::size_t at, const SeriesView& came,
                            const std::vector<Forecast>& said) const {
    const std::vector<std::string>& models = verdicts_[at].evidence->models;
    Eigen::MatrixXd errors = Eigen::MatrixXd::Constant(said.front().horizon, std::ssize(models),
                                                       std::numeric_limits<double>::quiet_NaN());
    for (const Share& share : shares_[at]) {
      const auto found = std::find(models.begin(), models.end(), members_[share.member].model);
      if (found == models.end()) continue;
      errors.col(found - models.begin()) =
          errors_beside(came, said[share.member].series[share.row]);
    }
    return errors;
  }

  /// Weighs the members of every series with evidence by it, as series alike lend each other some.
  void weigh() {
    std::vector<std::size_t> places;
    std::vector<SeriesTrial> trials;
    for (std::size_t at = 0; at < verdicts_.size(); ++at) {
      if (!verdicts_[at].evidence) continue;
      places.push_back(at);
      trials.push_back(trial_of(*verdicts_[at].evidence));
    }
    const std::vector<Ranking> rankings =
        rank_candidates(trials, Eigen::VectorXd::Ones(std::ssize(members_)));
    for (std::size_t k = 0; k < places.size(); ++k) {
      for (std::size_t i = 0; i < rankings[k].order.size(); ++i) {
        const double weight = i < rankings[k].leaders ? rankings[k].weights[i] : 0;
        set_weight(places[k], static_cast<std::size_t>(rankings[k].order[i]), weight);
      }
    }
  }

  /// The evidence with a row for each member, NaN of those that it does not know.
  SeriesTrial trial_of(const MemberRecord& evidence) const {
    const SeriesTrial& known = evidence.record.trial();
    const auto size = std::ssize(members_);
    SeriesTrial all = known;
    all.losses = Eigen::MatrixXd::Constant(size, known.losses.cols(),
                                           std::numeric_limits<double>::quiet_NaN());
    if (known.products.size() > 0) all.products = Eigen::MatrixXd::Zero(size, size);
    std::vector<Index> member_of;
    for (const std::string& model : evidence.models) {
      const auto same = [&model](const Member& member) { return member.model == model; };
      member_of.push_back(std::find_if(members_.begin(), members_.end(), same) - members_.begin());
    }
    for (std::size_t a = 0; a < member_of.size(); ++a) {
      if (member_of[a] == size) continue;
      all.losses.row(member_of[a]) = known.losses.row(static_cast<Index>(a));
      for (std::size_t b = 0; known.products.size() > 0 && b < member_of.size(); ++b) {
        if (member_of[b] == size) continue;
        all.products(member_of[a], member_of[b]) =
            known.products(static_cast<Index>(a), static_cast<Index>(b));
      }
    }
    return all;
  }

  void set_weight(std::size_t at, std::size_t member, double weight) {
    for (Place& place : members_[member].places) {
      if (place.at == at) place.weight = std::max(weight, kLeastWeight);
    }
  }

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
    row.milliseconds = row.search_milliseconds = verdicts_[at].milliseconds;
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

/// Nothing in states that were written before there was any.
std::optional<MemberRecord> load_record(const json& row) {
  if (!row.contains("evidence")) return std::nullopt;
  const json& state = row["evidence"];
  auto models = state.at("models").get<std::vector<std::string>>();
  if (models.empty()) refuse_state("AutoSelect", "evidence");
  TrackRecord record = TrackRecord::load(state, std::ssize(models));
  return MemberRecord{std::move(models), std::move(record)};
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

std::unique_ptr<Fitted> make_fitted_selection(SelectionParts parts) {
  return std::make_unique<FittedSelection>(std::move(parts));
}

std::optional<SelectionParts> parts_of(const Fitted& fitted) {
  const auto* const selection = dynamic_cast<const FittedSelection*>(&fitted);
  if (selection == nullptr) return std::nullopt;
  return selection->parts();
}

std::unique_ptr<Fitted> load_selection(const json& state, const std::vector<ModelPtr>& models) {
  std::vector<Member> members;
  for (const json& member : state.at("members")) members.push_back(load_member(member, models));
  if (members.empty()) refuse_state("AutoSelect", "members");
  std::vector<Verdict> verdicts;
  for (const json& row : state.at("series")) {
    verdicts.push_back({row.at("unique_id").get<std::string>(), row.at("demand").get<std::string>(),
                        row.at("tried").get<std::string>(), 0, load_record(row)});
  }
  check_places(members, verdicts);
  return std::make_unique<FittedSelection>(SelectionParts{std::move(members), std::move(verdicts)});
}

}  // namespace forecart

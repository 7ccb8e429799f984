#include "evaluation/fitted_selection.h"

#include "models/saved_state.h"

#include <algorithm>
#include <cassert>
#include <cstdint>
#include <optional>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <utility>

namespace forecart {

namespace {

using Eigen::Index;
using nlohmann::json;

/// A fitted model and the places of its series in the panel, by its own rows; kNobody for a series
/// that it was fitted with but does not forecast.
struct Member {
  std::string model;
  std::unique_ptr<Fitted> fitted;
  std::vector<std::size_t> places;
};
constexpr std::size_t kNobody = SIZE_MAX;

/// What the ledger says of a series beside what its model says.
struct Verdict {
  std::string unique_id;
  std::string demand;
  std::string tried;
  double milliseconds = 0;
};

class FittedSelection final : public Fitted {
 public:
  FittedSelection(std::vector<Member> members, std::vector<Verdict> verdicts)
      : members_(std::move(members)), verdicts_(std::move(verdicts)) {
    refresh();
  }

  Forecast forecast(Index horizon, const Covariates& future) const override {
    std::vector<SeriesForecast> all(verdicts_.size());
    std::optional<Forecast> result;
    for (const Member& member : members_) {
      Forecast part = member.fitted->forecast(horizon, future);
      place(member, part.series, all);
      part.series.clear();
      result = std::move(part);
    }
    result->series = std::move(all);
    return *std::move(result);
  }

  std::vector<Components> components(Index horizon, const Covariates& future) const override {
    std::vector<Components> all(verdicts_.size());
    for (const Member& member : members_) {
      std::vector<Components> part = member.fitted->components(horizon, future);
      place(member, part, all);
    }
    return all;
  }

  void update(const Panel& recent, const Covariates& covariates) override {
    std::vector<std::vector<Index>> shares(members_.size());
    std::vector<Index> strangers;
    for (Index i = 0; i < recent.size(); ++i) {
      const auto known = member_of_.find(recent.ids()[static_cast<std::size_t>(i)]);
      known == member_of_.end() ? strangers.push_back(i) : shares[known->second].push_back(i);
    }
    for (const Index i : strangers) {
      shares.front().push_back(i);
      verdicts_.push_back({recent.ids()[static_cast<std::size_t>(i)], "", "", 0});
    }
    for (std::size_t m = 0; m < members_.size(); ++m) {
      members_[m].fitted->update(recent.only(shares[m]), covariates);
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
      for (const std::size_t place : member.places) {
        places.push_back(place == kNobody ? json() : json(place));
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
    const Member& member = members_[member_of_.at(verdicts_.at(at).unique_id)];
    const auto row = std::find(member.places.begin(), member.places.end(), at);
    return {{"chosen", member.model},
            {"demand", verdicts_[at].demand},
            {"tried", verdicts_[at].tried},
            {"state", member.fitted->explain(row - member.places.begin())}};
  }

  const std::vector<LedgerRow>& ledger() const override { return ledger_; }

 private:
  /// Moves what a member says of its series to their places.
  template <class Value>
  static void place(const Member& member, std::vector<Value>& part, std::vector<Value>& all) {
    for (std::size_t row = 0; row < member.places.size(); ++row) {
      if (member.places[row] != kNobody) all[member.places[row]] = std::move(part[row]);
    }
  }

  /// The last `count` verdicts belong to series that have just joined the first member; it may
  /// have known one of them already, from being fitted with it.
  void seat_strangers(std::size_t count) {
    Member& first = members_.front();
    const std::vector<LedgerRow>& rows = first.fitted->ledger();
    first.places.resize(rows.size(), kNobody);
    std::unordered_map<std::string, std::size_t> row_of;
    for (std::size_t row = 0; row < rows.size(); ++row) row_of.emplace(rows[row].unique_id, row);
    for (std::size_t at = verdicts_.size() - count; at < verdicts_.size(); ++at) {
      first.places[row_of.at(verdicts_[at].unique_id)] = at;
    }
  }

  /// Ledger and index from members and verdicts.
  void refresh() {
    ledger_.assign(verdicts_.size(), {});
    member_of_.clear();
    for (std::size_t m = 0; m < members_.size(); ++m) {
      std::vector<LedgerRow> rows = members_[m].fitted->ledger();
      place(members_[m], rows, ledger_);
      for (const std::size_t at : members_[m].places) {
        if (at == kNobody) continue;
        member_of_[verdicts_[at].unique_id] = m;
        ledger_[at].chosen = members_[m].model;
      }
    }
    for (std::size_t at = 0; at < verdicts_.size(); ++at) {
      ledger_[at].model = "AutoSelect";
      ledger_[at].demand = verdicts_[at].demand;
      ledger_[at].tried = verdicts_[at].tried;
      ledger_[at].milliseconds += verdicts_[at].milliseconds;
    }
  }

  std::vector<Member> members_;
  std::vector<Verdict> verdicts_;                           // by place
  std::vector<LedgerRow> ledger_;                           // by place
  std::unordered_map<std::string, std::size_t> member_of_;  // by unique_id
};

/// The series that a model is fitted with, and which of them it is to forecast.
struct Ballot {
  std::vector<Index> field;
  std::vector<bool> wanted;  // as field
};

/// Goes through the seats until each has a model that could be fitted, or has had its last.
class Election {
 public:
  Election(std::vector<Seat> seats, const std::vector<ModelPtr>& models, const SelectionTask& task)
      : seats_(std::move(seats)),
        models_(models),
        task_(task),
        turn_(seats_.size(), 0),
        open_(seats_.size(), true) {
    assert(std::ssize(seats_) == task_.panel.size());
  }

  std::unique_ptr<Fitted> run() {
    elect(0, ballot_of(0));  // even without a series: a home for ids that join later
    while (std::find(open_.begin(), open_.end(), true) != open_.end()) {
      for (std::size_t model = 0; model < models_.size(); ++model) {
        const Ballot ballot = ballot_of(model);
        const auto& wanted = ballot.wanted;
        if (std::find(wanted.begin(), wanted.end(), true) != wanted.end()) elect(model, ballot);
      }
    }
    return std::make_unique<FittedSelection>(std::move(members_), verdicts());
  }

 private:
  /// The series whose turn has come to a model; one that pools also sees those it was tried on.
  Ballot ballot_of(std::size_t model) const {
    Ballot ballot;
    for (std::size_t i = 0; i < seats_.size(); ++i) {
      const std::vector<std::size_t>& order = seats_[i].order;
      const bool wanted = open_[i] && order[turn_[i]] == model;
      const bool lent =
          models_[model]->pools() && std::find(order.begin(), order.end(), model) != order.end();
      if (!wanted && !lent) continue;
      ballot.field.push_back(static_cast<Index>(i));
      ballot.wanted.push_back(wanted);
    }
    return ballot;
  }

  void elect(std::size_t model, const Ballot& ballot) {
    Member member{
        models_[model]->name(),
        models_[model]->fit(task_.panel.only(ballot.field), task_.covariates, task_.options),
        std::vector<std::size_t>(ballot.field.size(), kNobody)};
    for (std::size_t row = 0; row < ballot.field.size(); ++row) {
      if (!ballot.wanted[row]) continue;
      const auto i = static_cast<std::size_t>(ballot.field[row]);
      const bool fell = !member.fitted->ledger()[row].fallback.empty();
      if (fell && turn_[i] + 1 < seats_[i].order.size()) {
        ++turn_[i];
      } else {
        open_[i] = false;
        member.places[row] = i;
      }
    }
    members_.push_back(std::move(member));
  }

  std::vector<Verdict> verdicts() const {
    std::vector<Verdict> result;
    for (std::size_t i = 0; i < seats_.size(); ++i) {
      result.push_back(
          {task_.panel.ids()[i], seats_[i].demand, seats_[i].tried, seats_[i].milliseconds});
    }
    return result;
  }

  std::vector<Seat> seats_;
  const std::vector<ModelPtr>& models_;
  const SelectionTask& task_;
  std::vector<std::size_t> turn_;  // the place in its order that a series has come to
  std::vector<bool> open_;         // series without a model
  std::vector<Member> members_;
};

/// Throws Error bad_data unless every place has exactly one member, which knows it by the same id.
void check_places(const std::vector<Member>& members, const std::vector<Verdict>& verdicts) {
  std::vector<int> seen(verdicts.size(), 0);
  for (const Member& member : members) {
    if (member.places.size() != member.fitted->ledger().size()) {
      refuse_state("AutoSelect", "series of a member");
    }
    for (std::size_t row = 0; row < member.places.size(); ++row) {
      const std::size_t place = member.places[row];
      if (place == kNobody) continue;
      const bool same = place < verdicts.size() && ++seen[place] == 1 &&
                        member.fitted->ledger()[row].unique_id == verdicts[place].unique_id;
      if (!same) refuse_state("AutoSelect", "series of a member");
    }
  }
  if (std::count(seen.begin(), seen.end(), 1) != std::ssize(seen)) {
    refuse_state("AutoSelect", "series without a member");
  }
  std::unordered_set<std::string_view> ids;
  for (const Verdict& own : verdicts) {
    if (!ids.insert(own.unique_id).second) refuse_state("AutoSelect", "a series twice");
  }
}

Member load_member(const json& state, const std::vector<ModelPtr>& models) {
  Member member;
  member.model = state.at("model").get<std::string>();
  const auto same = std::find_if(models.begin(), models.end(), [&](const ModelPtr& model) {
    return model->name() == member.model;
  });
  if (same == models.end()) refuse_state("AutoSelect", "model '" + member.model + "'");
  member.fitted = (*same)->load(state.at("state"));
  for (const json& place : state.at("series")) {
    member.places.push_back(place.is_null() ? kNobody : place.get<std::size_t>());
  }
  return member;
}

}  // namespace

std::unique_ptr<Fitted> fit_selection(std::vector<Seat> seats, const std::vector<ModelPtr>& models,
                                      const SelectionTask& task) {
  return Election(std::move(seats), models, task).run();
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

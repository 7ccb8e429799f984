#include "evaluation/election.h"

#include <algorithm>
#include <cassert>
#include <utility>

namespace forecart {

namespace {

using Eigen::Index;

/// The series that a model is fitted with, and which of them it is to forecast.
struct Ballot {
  std::vector<Index> field;
  std::vector<bool> wanted;  // as field
};

/// How far the fits to one series have come.
struct Standing {
  std::vector<bool> asked;           // as the seat's order: fitted, whatever came of it
  std::size_t reach = 0;             // so many of the order are to be fitted
  std::size_t accepted = 0;          // of them
  std::vector<std::size_t> taken{};  // models accepted, by their places
};

/// Fits the models that the seats want until each has as many as it can get, one at least.
class Election {
 public:
  Election(std::vector<Seat> seats, const std::vector<ModelPtr>& models, const SelectionTask& task)
      : seats_(std::move(seats)), models_(models), task_(task) {
    assert(std::ssize(seats_) == task_.panel.size());
    for (const Seat& seat : seats_) {
      assert(seat.order.size() == seat.weights.size() && seat.wanted > 0);
      standings_.push_back({std::vector<bool>(seat.order.size(), false),
                            std::min(seat.wanted, seat.order.size()),
                            0,
                            {}});
    }
  }

  std::unique_ptr<Fitted> run() {
    elect(task_.home, ballot_of(task_.home));  // even without a series
    for (bool found = true; found;) {
      found = false;
      for (std::size_t model = 0; model < models_.size(); ++model) {
        const Ballot ballot = ballot_of(model);
        const auto& wanted = ballot.wanted;
        if (std::find(wanted.begin(), wanted.end(), true) == wanted.end()) continue;
        elect(model, ballot);
        found = true;
      }
    }
    return make_fitted_selection({std::move(members_), verdicts()});
  }

 private:
  /// The place of a model in a series' order; the order's size where it is not.
  std::size_t rank_of(std::size_t model, std::size_t series) const {
    const std::vector<std::size_t>& order = seats_[series].order;
    return static_cast<std::size_t>(std::find(order.begin(), order.end(), model) - order.begin());
  }

  /// The series that want a model; one that pools also sees the others.
  Ballot ballot_of(std::size_t model) const {
    Ballot ballot;
    for (std::size_t i = 0; i < seats_.size(); ++i) {
      const std::size_t rank = rank_of(model, i);  // beyond the reach where it is not in the order
      const bool wanted = rank < standings_[i].reach && !standings_[i].asked[rank];
      if (!wanted && !models_[model]->pools()) continue;
      ballot.field.push_back(static_cast<Index>(i));
      ballot.wanted.push_back(wanted);
    }
    return ballot;
  }

  void elect(std::size_t model, const Ballot& ballot) {
    Member member{
        models_[model]->name(),
        models_[model]->fit(task_.panel.only(ballot.field), task_.covariates, task_.options),
        std::vector<Place>(ballot.field.size())};
    for (std::size_t row = 0; row < ballot.field.size(); ++row) {
      if (!ballot.wanted[row]) continue;
      const auto i = static_cast<std::size_t>(ballot.field[row]);
      const std::size_t rank = rank_of(model, i);
      if (accepts(standings_[i], rank, member.fitted->ledger()[row].fallback.empty())) {
        member.places[row] = {i, seats_[i].weights[rank]};
        standings_[i].taken.push_back(model);
      }
    }
    members_.push_back(std::move(member));
  }

  /// Notes what came of a fit. One that fell back gives way to the next of the order, unless it is
  /// the last and nothing better was found.
  static bool accepts(Standing& standing, std::size_t rank, bool usable) {
    standing.asked[rank] = true;
    if (!usable && standing.reach < standing.asked.size()) ++standing.reach;
    const bool last =
        std::find(standing.asked.begin(), standing.asked.end(), false) == standing.asked.end();
    if (!usable && !(last && standing.accepted == 0)) return false;
    ++standing.accepted;
    return true;
  }

  std::vector<Verdict> verdicts() const {
    std::vector<Verdict> result;
    for (std::size_t i = 0; i < seats_.size(); ++i) {
      const Seat& seat = seats_[i];
      result.push_back({task_.panel.ids()[i], seat.demand, seat.tried, seat.milliseconds,
                        record_of(seat.trial, standings_[i].taken, models_, task_.origin)});
    }
    return result;
  }

  std::vector<Seat> seats_;
  const std::vector<ModelPtr>& models_;
  const SelectionTask& task_;
  std::vector<Standing> standings_;  // by series
  std::vector<Member> members_;
};

}  // namespace

std::optional<MemberRecord> record_of(const SeriesTrial& trial,
                                      const std::vector<std::size_t>& places,
                                      const std::vector<ModelPtr>& models, Index origin) {
  if (trial.losses.cols() == 0) return std::nullopt;
  std::vector<std::string> names;
  std::vector<Index> rows;
  for (const std::size_t place : places) {
    names.push_back(models[place]->name());
    rows.push_back(static_cast<Index>(place));
  }
  SeriesTrial own = trial;
  own.losses = Eigen::MatrixXd(trial.losses(rows, Eigen::all));
  if (trial.products.size() > 0) own.products = Eigen::MatrixXd(trial.products(rows, rows));
  return MemberRecord{std::move(names), TrackRecord(std::move(own), origin)};
}

std::unique_ptr<Fitted> fit_selection(std::vector<Seat> seats, const std::vector<ModelPtr>& models,
                                      const SelectionTask& task) {
  return Election(std::move(seats), models, task).run();
}

}  // namespace forecart

#include "evaluation/fitted_hybrid.h"

#include "models/saved_state.h"
#include "series/derived_predictive.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <utility>

namespace forecart {

namespace {

using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::VectorXd;
using nlohmann::json;

constexpr int kVersion = 1;
/// The part of a forecast that the network adds.
constexpr std::string_view kNetworkPart = "network";

class FittedHybrid final : public Fitted {
 public:
  FittedHybrid(HybridParts parts, const Calendar& calendar, HybridState state)
      : parts_(std::move(parts)), calendar_(calendar), state_(std::move(state)) {
    write_ledger();
  }

  const HybridState& state() const { return state_; }

  Forecast forecast(Index horizon, const Covariates& future) const override {
    Forecast result = state_.linear->forecast(horizon, future);
    if (state_.network == nullptr) return result;
    const MatrixXd moves = shifts(horizon, future);
    for (std::size_t i = 0; i < state_.series.size(); ++i) {
      if (!state_.series[i].followed) continue;
      PredictivePtr& one = result.series[i].distribution;
      one = affine(std::move(one), VectorXd::Ones(horizon), moves.col(static_cast<Index>(i)));
      if (state_.series[i].non_negative) one = clamp_below(std::move(one), 0);
    }
    return result;
  }

  std::vector<Components> components(Index horizon, const Covariates& future) const override {
    std::vector<Components> parts = state_.linear->components(horizon, future);
    if (state_.network == nullptr) return parts;
    const MatrixXd moves = shifts(horizon, future);
    for (std::size_t i = 0; i < parts.size(); ++i) {
      if (!state_.series[i].followed) continue;
      parts[i].add(kNetworkPart, moves.col(static_cast<Index>(i)));
      if (!state_.series[i].non_negative) continue;
      parts[i].complete(kFloor, parts[i].total().cwiseMax(0.0));
    }
    return parts;
  }

  void update(const Panel& recent, const Covariates& covariates) override {
    const Panel residuals = walk_residuals(*state_.linear, state_.series, recent, covariates);
    state_.alone.resize(state_.series.size());
    if (state_.network != nullptr) state_.network->update(residuals);
    write_ledger();
  }

  void inherit(const Fitted& earlier) override {
    const Fitted* const linear = linear_of(&earlier);
    if (linear != nullptr) state_.linear->inherit(*linear);
  }

  std::unique_ptr<Fitted> clone() const override {
    return make_fitted_hybrid(
        parts_, calendar_,
        {state_.linear->clone(), state_.network == nullptr ? nullptr : state_.network->clone(),
         state_.series, state_.alone, state_.share, state_.way, state_.tried, state_.milliseconds});
  }

  json save() const override {
    json rows = json::array();
    for (std::size_t i = 0; i < state_.series.size(); ++i) {
      const ResidualSeries& own = state_.series[i];
      rows.push_back({{"end", own.end},
                      {"non_negative", own.non_negative},
                      {"followed", own.followed},
                      {"alone", state_.alone[i]}});
    }
    return {{"model", parts_.name},
            {"version", kVersion},
            {"frequency", calendar_.frequency().name()},
            {"zone", calendar_.zone().name()},
            {"share", state_.share},
            {"way", name_of(state_.way)},
            {"tried", state_.tried},
            {"linear", {{"model", parts_.linear->name()}, {"state", state_.linear->save()}}},
            {"network", state_.network == nullptr ? json() : state_.network->save()},
            {"series", std::move(rows)}};
  }

  json explain(Index series) const override {
    const auto at = static_cast<std::size_t>(series);
    const ResidualSeries& own = state_.series.at(at);
    json network;
    if (own.followed) network = state_.network->explain(static_cast<Index>(own.network));
    return {
        {"linear", {{"model", parts_.linear->name()}, {"state", state_.linear->explain(series)}}},
        {"residuals", {{"model", parts_.network->name()}, {"state", std::move(network)}}},
        {"share", own.followed ? state_.share : 0},
        {"alone", state_.alone[at]},
        {"tried", state_.tried}};
  }

  const std::vector<LedgerRow>& ledger() const override { return ledger_; }

 private:
  /// (horizon, series)
  MatrixXd shifts(Index horizon, const Covariates& future) const {
    return state_.share * expected_shifts({*state_.linear, *state_.network, state_.series},
                                          state_.way, horizon, future);
  }

  void write_ledger() {
    ledger_ = state_.linear->ledger();
    for (std::size_t i = 0; i < ledger_.size(); ++i) {
      LedgerRow& row = ledger_[i];
      row.model = parts_.name;
      row.members = {{parts_.linear->name(), row.milliseconds},
                     {parts_.network->name(), state_.milliseconds}};
      row.milliseconds += state_.milliseconds;
      row.tried = state_.tried;
      if (state_.series[i].followed) {
        row.chosen = fmt::format("{} + {:.0f} % of {}", parts_.linear->name(), 100 * state_.share,
                                 parts_.network->name());
        row.interval_method += ", moved by " + parts_.network->name();
      } else if (row.fallback.empty()) {
        tell_alone(row, state_.alone[i]);
      }
    }
  }

  void tell_alone(LedgerRow& row, const std::string& why) const {
    row.chosen = parts_.linear->name();
    if (why.empty()) return;
    row.fallback = parts_.linear->name();
    row.reason += fmt::format("{}no network: {}", row.reason.empty() ? "" : "; ", why);
  }

  HybridParts parts_;
  Calendar calendar_;
  HybridState state_;
  std::vector<LedgerRow> ledger_;
};

/// Rows of the network by id.
std::unordered_map<std::string_view, std::size_t> rows_of(const Fitted& network) {
  std::unordered_map<std::string_view, std::size_t> rows;
  for (std::size_t row = 0; row < network.ledger().size(); ++row) {
    if (network.ledger()[row].fallback.empty()) rows[network.ledger()[row].unique_id] = row;
  }
  return rows;
}

/// Rows as those of the linear model's ledger.
void load_series(const json& rows, const std::string& name, const Calendar& calendar,
                 HybridState& state) {
  const std::vector<LedgerRow>& ledger = state.linear->ledger();
  if (rows.size() != ledger.size()) refuse_state(name, "series");
  std::unordered_set<std::string_view> ids;
  for (const json& row : rows) {
    const std::string& id = ledger[state.series.size()].unique_id;
    ResidualSeries own{.id = id, .end = whole<Bucket>(row.at("end"))};
    own.non_negative = row.at("non_negative").get<bool>();
    own.followed = row.at("followed").get<bool>();
    if (!ids.insert(id).second || !calendar.holds(own.end)) refuse_state(name, "series");
    state.series.push_back(std::move(own));
    state.alone.push_back(row.at("alone").get<std::string>());
  }
}

/// Whether the network stands where the followed series do.
bool ends_together(const HybridState& state) {
  const Forecast next = state.network->forecast(1);
  return std::all_of(state.series.begin(), state.series.end(), [&](const ResidualSeries& own) {
    return !own.followed || next.series[own.network].first == own.end;
  });
}

}  // namespace

std::size_t follow(std::vector<ResidualSeries>& series, const Fitted& network) {
  const auto rows = rows_of(network);
  std::size_t count = 0;
  for (ResidualSeries& own : series) {
    const auto row = rows.find(own.id);
    own.followed = own.followed && row != rows.end();
    if (!own.followed) continue;
    own.network = row->second;
    ++count;
  }
  return count;
}

std::unique_ptr<Fitted> make_fitted_hybrid(const HybridParts& parts, const Calendar& calendar,
                                           HybridState state) {
  return std::make_unique<FittedHybrid>(parts, calendar, std::move(state));
}

const Fitted* linear_of(const Fitted* fitted) {
  const auto* const hybrid = dynamic_cast<const FittedHybrid*>(fitted);
  return hybrid == nullptr ? nullptr : hybrid->state().linear.get();
}

const Fitted* network_of(const Fitted* fitted) {
  const auto* const hybrid = dynamic_cast<const FittedHybrid*>(fitted);
  return hybrid == nullptr ? nullptr : hybrid->state().network.get();
}

std::unique_ptr<Fitted> load_hybrid(HybridParts parts, const json& state) {
  check_version(parts.name, state, kVersion);
  const json& linear = state.at("linear");
  const auto linear_name = linear.at("model").get<std::string>();
  if (parts.other_linear != nullptr && linear_name == parts.other_linear->name()) {
    std::swap(parts.linear, parts.other_linear);
  }
  if (linear_name != parts.linear->name()) {
    refuse_state(parts.name, fmt::format("its linear model is not {}", parts.linear->name()));
  }
  HybridState loaded;
  loaded.linear = parts.linear->load(linear.at("state"));
  if (!state.at("network").is_null()) loaded.network = parts.network->load(state.at("network"));
  loaded.share = state.at("share").get<double>();
  if (!(loaded.share >= 0 && loaded.share <= 1)) refuse_state(parts.name, "share");
  loaded.way = parse_correction_way(state.at("way").get<std::string>());
  loaded.tried = state.at("tried").get<std::string>();
  const Calendar calendar = read_calendar(state);
  load_series(state.at("series"), parts.name, calendar, loaded);
  const auto wanted = std::count_if(loaded.series.begin(), loaded.series.end(),
                                    [](const ResidualSeries& own) { return own.followed; });
  const std::size_t found = loaded.network == nullptr ? 0 : follow(loaded.series, *loaded.network);
  if (static_cast<std::size_t>(wanted) != found) refuse_state(parts.name, "network");
  if (found > 0 && !ends_together(loaded)) refuse_state(parts.name, "end");
  return make_fitted_hybrid(parts, calendar, std::move(loaded));
}

}  // namespace forecart

#include "models/lstm/fitted_lstm.h"

#include "models/lstm/binary.h"
#include "models/lstm/recursion.h"
#include "models/saved_state.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <span>
#include <utility>

namespace forecart::lstm {

namespace {

using nlohmann::json;

/// Sizes that a saved state may ask for; LstmOptions allows no more.
constexpr int kMostHarmonics = 12;
constexpr std::size_t kMostUnits = 1024;

std::size_t kept_values(const Encoding& encoding) {
  return std::max(encoding.level_window, static_cast<std::size_t>(encoding.season));
}

void forget_old(LstmState& state) {
  const std::size_t keep = kept_values(state.encoding);
  if (state.past.size() > keep) {
    state.past.erase(state.past.begin(), state.past.end() - static_cast<std::ptrdiff_t>(keep));
  }
}

json save_report(const FitReport& report) {
  return {{"epochs", report.epochs},
          {"best_epoch", report.best_epoch},
          {"training_loss", report.training_loss},
          {"held_out_loss", report.held_out_loss},
          {"training_windows", report.training_windows},
          {"held_out_windows", report.held_out_windows},
          {"kernel", report.kernel}};
}

FitReport load_report(const json& state) {
  return {whole<int>(state.at("epochs")),
          whole<int>(state.at("best_epoch")),
          state.at("training_loss").get<double>(),
          state.at("held_out_loss").get<double>(),
          whole<std::size_t>(state.at("training_windows")),
          whole<std::size_t>(state.at("held_out_windows")),
          state.at("kernel").get<std::string>()};
}

class FittedLstm final : public FittedSeries {
 public:
  FittedLstm(const Calendar& calendar, LstmState state)
      : calendar_(calendar), state_(std::move(state)), encoder_(state_.encoding) {}

  PredictivePtr forecast(Eigen::Index horizon, const Regressors&) const override {
    const Encoding& encoding = state_.encoding;
    const auto steps = static_cast<std::size_t>(horizon);
    // From the bucket the first value of the window leads to, to the last step.
    const Bucket first = state_.end - static_cast<Bucket>(encoding.window) + 1;
    const std::vector<int> positions =
        season_positions(calendar_, first, encoding.window - 1 + steps, encoding.season);
    Network<float> network(state_.shape, best_kernel());
    const RecursionStart start{state_.past, positions};
    const auto paths =
        recursive_forecasts(encoder_, state_.parameters, {&start, 1}, steps, network);
    const double unit = level_at(state_.past, encoding).unit;
    return std::make_shared<EmpiricalPredictive>(
        Eigen::Map<const Eigen::VectorXd>(paths[0].data(), horizon),
        state_.errors.scaled(unit, std::span(positions).last(steps)));
  }

  void update(std::span<const double> values, const Regressors&) override {
    append_filled(values, state_.encoding.season, state_.past);
    state_.end += static_cast<Bucket>(values.size());
    forget_old(state_);
  }

  std::unique_ptr<FittedSeries> clone() const override {
    return std::make_unique<FittedLstm>(*this);
  }

  json save() const override {
    return {{"units", state_.shape.hidden},
            {"encoding", state_.encoding},
            {"parameters", to_binary(state_.parameters)},
            {"errors", save_error_paths(state_.errors)},
            {"past", state_.past},
            {"end", state_.end},
            {"report", save_report(state_.report)}};
  }

  json explain() const override {
    const Encoding& encoding = state_.encoding;
    json words = save_report(state_.report);
    words["units"] = state_.shape.hidden;
    words["window"] = encoding.window;
    words["inputs"] = state_.shape.inputs;
    words["parameters"] = state_.parameters.size();
    words["season_length"] = encoding.season;
    words["level_window"] = encoding.level_window;
    words["level"] = level_at(state_.past, encoding).mean;
    words["interval_origins"] = state_.errors.paths.cols();
    words["interval_steps"] = state_.errors.paths.rows();
    return words;
  }

 private:
  Calendar calendar_;
  LstmState state_;
  Encoder encoder_;
};

/// A state whose parts fit together, or Error bad_data.
void check(const Calendar& calendar, const LstmState& state) {
  const Encoding& encoding = state.encoding;
  if (encoding.harmonics < 0 || encoding.harmonics > kMostHarmonics) throw_bad_state("harmonics");
  if (!(encoding.lowest <= encoding.highest)) throw_bad_state("range");
  if (state.shape.hidden < 1 || state.shape.hidden > kMostUnits) throw_bad_state("units");
  if (encoding.window < 1 || encoding.level_window < encoding.window || encoding.season < 1) {
    throw_bad_state("window");
  }
  if (state.parameters.size() != ParameterLayout(state.shape).size()) throw_bad_state("parameters");
  if (state.past.size() < encoding.window) throw_bad_state("past");
  if (state.errors.factors.size() != static_cast<std::size_t>(encoding.season)) {
    throw_bad_state("season factors");
  }
  if (!calendar.holds(state.end)) throw_bad_state("end");
}

}  // namespace

std::unique_ptr<FittedSeries> make_fitted_lstm(const Calendar& calendar, LstmState state) {
  forget_old(state);
  return std::make_unique<FittedLstm>(calendar, std::move(state));
}

std::unique_ptr<FittedSeries> load_fitted_lstm(const Calendar& calendar, const json& saved) {
  LstmState state;
  try {
    saved.at("encoding").get_to(state.encoding);
    state.shape = {state.encoding.inputs(), whole<std::size_t>(saved.at("units")),
                   state.encoding.window, 1};
    state.parameters = from_binary(saved.at("parameters"));
    state.errors = load_error_paths(saved.at("errors"));
    saved.at("past").get_to(state.past);
    saved.at("end").get_to(state.end);
    state.report = load_report(saved.at("report"));
  } catch (const json::exception& exception) {
    throw_bad_state(exception.what());
  }
  check(calendar, state);
  return make_fitted_lstm(calendar, std::move(state));
}

}  // namespace forecart::lstm

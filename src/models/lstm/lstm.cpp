#include "models/lstm/lstm.h"

#include "base/error.h"
#include "models/lstm/fitted_lstm.h"
#include "models/lstm/trainer.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>
#include <optional>
#include <string>
#include <utility>

namespace forecart {

namespace {

using lstm::Training;

/// Steps of a season that can be asked for: a week of minutes fits.
constexpr int kLongestSeason = 100'000;
/// Least length of a series, in windows.
constexpr std::size_t kLeastWindows = 3;

template <class Number>
void require(const char* field, Number value, Number low, Number high) {
  if (value >= low && value <= high) return;
  throw Error(ErrorCode::invalid_value,
              fmt::format("LSTM: {} is {}, allowed are {} to {}", field, value, low, high));
}

/// Why a series cannot be learnt from, or nothing.
std::optional<std::string> obstacle(std::span<const double> values, std::size_t window) {
  std::size_t known = 0;
  bool varies = false;
  for (const double value : values) {
    if (std::isnan(value)) continue;
    if (std::isinf(value)) return "a value is infinite";
    ++known;
    varies = varies || value != values.front();
  }
  if (known < kLeastWindows * window) {
    return fmt::format("too short: {} known values, {} windows of {} need {}", known, kLeastWindows,
                       window, kLeastWindows * window);
  }
  if (!varies) return fmt::format("all values are {}", values.front());
  return std::nullopt;
}

/// One series on its way to a fitted model.
class SeriesFitter {
 public:
  SeriesFitter(const LstmOptions& options, const SeriesInput& input, const FitOptions& fit)
      : options_(options),
        input_(input),
        fit_(fit),
        window_(static_cast<std::size_t>(options.window)),
        season_(options.season) {
    const std::size_t count = input.values.size();
    const auto windows = static_cast<double>(count - window_);
    const auto held_out = static_cast<std::size_t>(std::ceil(options.held_out_share * windows));
    split_ = count - std::clamp<std::size_t>(held_out, 1, count - window_ - 1);
    if (season_ == 0) season_ = input.calendar.frequency().default_season_length();
    lstm::append_filled(input.values, season_, filled_);
    positions_ = lstm::season_positions(input.calendar, input.first, count + 1, season_);
  }

  SeriesFit fit() const {
    const std::span<const double> training_part = std::span(filled_).first(split_);
    lstm::Encoding frame;
    frame.window = window_;
    frame.season = season_;
    frame.harmonics = options_.harmonics;
    const lstm::Encoding encoding = lstm::learn_encoding(input_.calendar, frame, training_part);
    if (!(encoding.spread > 0)) return {nullptr, "the training part does not vary", false};
    const lstm::NetworkShape shape{encoding.inputs(), static_cast<std::size_t>(options_.units),
                                   window_, 1};
    lstm::Network<float> network(shape, lstm::best_kernel());
    const lstm::WindowSource source(encoding, filled_, input_.values, positions_);
    Training training = train(source, network);
    if (!training.finite) return {nullptr, "the loss left the finite numbers", false};
    SeriesFit result;
    result.fitted = lstm::make_fitted_lstm(input_.calendar, state(source, training, network));
    return result;
  }

 private:
  Training train(const lstm::WindowSource& source, lstm::Network<float>& network) const {
    lstm::TrainingOptions how;
    how.batch = static_cast<std::size_t>(options_.batch);
    how.epoch_windows = static_cast<std::size_t>(options_.epoch_windows);
    how.max_epochs = options_.max_epochs;
    how.patience = options_.patience;
    how.learning_rate = options_.learning_rate;
    how.gradient_clip = options_.gradient_clip;
    how.average_decay = options_.average_decay;
    Generator generator(fit_.seed);
    Training training = lstm::train(source, split_, filled_.size(), how, network, generator,
                                    [&](int epoch, double loss) { report(epoch, loss); });
    fit_.progress->report("LSTM", 1, "");
    return training;
  }

  void report(int epoch, double loss) const {
    const double share = static_cast<double>(epoch) / (options_.max_epochs + 1);
    fit_.progress->report("LSTM", share, fmt::format("epoch {}, loss {:.4g}", epoch, loss));
  }

  lstm::LstmState state(const lstm::WindowSource& source, Training& training,
                        lstm::Network<float>& network) const {
    const lstm::HeldOut held_out{filled_, input_.values, positions_, split_};
    lstm::LstmState state;
    state.shape = network.layout().shape();
    state.encoding = source.encoder().encoding();
    state.errors = lstm::measure_errors(source.encoder(), training.parameters, held_out, network);
    state.parameters = std::move(training.parameters);
    state.past = filled_;
    state.end = input_.first + static_cast<Bucket>(filled_.size());
    state.report = {training.epochs,
                    training.best_epoch,
                    training.training_loss,
                    training.held_out_loss,
                    source.origins(window_, split_).size(),
                    source.origins(split_, filled_.size()).size(),
                    network.kernel().name};
    return state;
  }

  const LstmOptions& options_;
  const SeriesInput& input_;
  const FitOptions& fit_;
  std::size_t window_;
  int season_;
  std::size_t split_ = 0;       // first held-out value
  std::vector<double> filled_;  // values without gaps
  std::vector<int> positions_;  // season positions of the values and the next one
};

class LstmModel final : public SeriesModel {
 public:
  explicit LstmModel(const LstmOptions& options) : options_(options) {}

  std::string name() const override { return "LSTM"; }
  std::string interval_method() const override { return "past errors"; }

  SeriesFit fit(const SeriesInput& input, const FitOptions& options) const override {
    const auto reason = obstacle(input.values, static_cast<std::size_t>(options_.window));
    if (reason) return {nullptr, *reason, false};
    return SeriesFitter(options_, input, options).fit();
  }

  std::unique_ptr<FittedSeries> load(const nlohmann::json& state,
                                     const Calendar& calendar) const override {
    return lstm::load_fitted_lstm(calendar, state);
  }

 private:
  LstmOptions options_;
};

}  // namespace

void LstmOptions::validate() const {
  require("units", units, 1, 1024);
  require("window", window, 2, 1024);
  require("season", season, 0, kLongestSeason);
  require("harmonics", harmonics, 0, 12);
  require("batch", batch, 1, 4096);
  require("max_epochs", max_epochs, 1, 10000);
  require("epoch_windows", epoch_windows, 1, 1000000);
  require("patience", patience, 1, 10000);
  require("learning_rate", learning_rate, 1e-6, 1.0);
  require("gradient_clip", gradient_clip, 1e-3, 1e6);
  require("average_decay", average_decay, 0.0, 0.9999);
  require("held_out_share", held_out_share, 0.02, 0.5);
}

SeriesModelPtr make_lstm(const LstmOptions& options) {
  options.validate();
  return std::make_shared<LstmModel>(options);
}

}  // namespace forecart

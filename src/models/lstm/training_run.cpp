#include "models/lstm/training_run.h"

#include "models/net/initial.h"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <utility>

namespace forecart::lstm {

namespace {

/// Share of the learning rate that is left in the end.
constexpr double kLastRate = 0.02;
/// Times of a look that there must be before the first update: for it, a look and the calibration.
constexpr double kFewestLooks = 3;

std::vector<SubjectOrigin> draw_batch(const OriginSampler& sampler, const TrainingOptions& options,
                                      int step) {
  Generator generator = Generator(options.trainer.seed ^ 0x9e3779b97f4a7c15ULL)
                            .split(static_cast<std::uint64_t>(step));
  std::vector<SubjectOrigin> origins;
  for (std::size_t i = 0; i < options.batch; ++i) origins.push_back(sampler.draw(generator));
  return origins;
}

class TrainingRun {
 public:
  TrainingRun(const Lesson& lesson, const Ground& ground, const TrainingOptions& options,
              TrainingSurroundings around)
      : ground_(ground),
        options_(options),
        around_(std::move(around)),
        trainer_(lesson, options.trainer),
        pace_({options.steps, options.check_every, options.last_share}) {
    if (!around_.start) {
      Generator generator(options.trainer.seed);
      around_.start =
          net::initial_parameters(net::ParameterLayout(lesson.reading.shape), generator);
    }
  }

  TrainingResult run() {
    if (!begin()) return end();
    while (!pace_.over()) {
      if (!update()) return end();
      if (pace_.done() - looked_ < pace_.check_every() && !pace_.over()) continue;
      if (!look() || lost_patience()) return end();
      if (around_.keep && !pace_.over()) around_.keep(state());
    }
    return end();
  }

 private:
  /// Whether there is time for anything.
  bool begin() {
    seconds_since_last();
    if (around_.resumed) {
      resume(std::move(*around_.resumed));
      return true;
    }
    trainer_.start(*around_.start);
    if (!around_.budget.limited() && !around_.compares_start) return true;
    start_held_out_ = held_out_loss();
    pace_.look_took(seconds_since_last());
    return around_.budget.left() > kFewestLooks * pace_.state().look;
  }

  void resume(TrainingState state) {
    trainer_.restore(std::move(state.weights));
    pace_.restore(state.pace);
    pace_.plan(around_.budget.left());
    best_ = std::move(state.best);
    looked_ = state.pace.done;
    start_held_out_ = state.start_held_out;
  }

  TrainingState state() const {
    return {trainer_.weights(), pace_.state(), best_, start_held_out_, around_.budget.spent()};
  }

  /// Whether its loss is a finite number.
  bool update() {
    const int step = pace_.done();
    loss_ += trainer_.update(draw_batch(ground_.sampler, options_, step), rate());
    pace_.advance(seconds_since_last());
    pace_.plan(around_.budget.left());
    observe();
    best_.steps = step + 1;
    best_.finite = std::isfinite(loss_);
    return best_.finite;
  }

  /// Whether the held-out loss is a finite number.
  bool look() {
    const double held_out = held_out_loss();
    pace_.look_took(seconds_since_last());
    pace_.plan(around_.budget.left());
    best_.finite = std::isfinite(held_out);
    if (!best_.finite) return false;
    last_look_ = held_out;
    observe();
    if (best_.best_step == 0 || ground_.held_out.empty() || held_out < best_.held_out) {
      best_.best_step = pace_.done();
      best_.loss = loss_ / (pace_.done() - looked_);
      best_.held_out = held_out;
      best_.parameters = trainer_.average();
    }
    loss_ = 0;
    looked_ = pace_.done();
    return true;
  }

  bool lost_patience() const {
    return pace_.done() - best_.best_step >= options_.patience * options_.check_every;
  }

  double held_out_loss() { return ground_.held_out.empty() ? 0 : trainer_.look(ground_.held_out); }

  double seconds_since_last() {
    const double before = std::exchange(last_time_, around_.budget.now());
    return last_time_ - before;
  }

  void observe() const {
    if (around_.observe) {
      around_.observe({pace_.done(), pace_.planned(), pace_.share(), last_look_});
    }
  }

  /// A linear warm-up, then half a cosine [Loshchilov2017 eq. 5].
  double rate() const {
    const double wave =
        kLastRate + (1 - kLastRate) * 0.5 * (1 + std::cos(std::numbers::pi * pace_.share()));
    return options_.learning_rate * wave * std::min(1.0, (pace_.done() + 1.0) / pace_.warm_up());
  }

  TrainingResult end() {
    best_.planned = pace_.planned();
    best_.bound = pace_.bound() || best_.steps == 0;
    const bool compared = around_.compares_start || best_.bound;
    const bool worse = compared && start_held_out_ && best_.held_out > *start_held_out_;
    if (best_.finite && (best_.best_step == 0 || worse)) {
      best_.parameters = std::move(*around_.start);
      best_.held_out = start_held_out_.value_or(0);
      best_.best_step = 0;
    }
    return std::move(best_);
  }

  const Ground& ground_;
  const TrainingOptions& options_;
  TrainingSurroundings around_;
  Trainer trainer_;
  Pace pace_;
  TrainingResult best_;
  std::optional<double> last_look_;
  std::optional<double> start_held_out_;
  double last_time_ = 0;
  double loss_ = 0;  // since the last look
  int looked_ = 0;   // updates at the last look
};

}  // namespace

TrainingResult train(const Lesson& lesson, const Ground& ground, const TrainingOptions& options,
                     TrainingSurroundings around) {
  return TrainingRun(lesson, ground, options, std::move(around)).run();
}

}  // namespace forecart::lstm

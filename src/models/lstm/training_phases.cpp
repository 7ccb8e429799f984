#include "models/lstm/training_phases.h"

#include "models/net/initial.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <optional>

namespace forecart::lstm {

namespace {

/// Held-out origins looked at in training.
constexpr std::size_t kMostLooked = 4096;
/// Share of the learning rate that the last training on everything has.
constexpr double kLastRate = 0.3;

/// Says how far the training is, and how good.
class TrainingTeller {
 public:
  TrainingTeller(Progress& progress, int steps) : progress_(progress), steps_(steps) {}
  ~TrainingTeller() { progress_.report(kWork, 1, ""); }
  TrainingTeller(const TrainingTeller&) = delete;
  TrainingTeller& operator=(const TrainingTeller&) = delete;

  void look(int step, double loss) const {
    progress_.report(kWork, static_cast<double>(step) / steps_,
                     fmt::format("step {}, loss {:.4f}", step, loss));
  }

 private:
  static constexpr const char* kWork = "training a network";
  Progress& progress_;
  int steps_;
};

bool all_finite(const net::AlignedVector<float>& parameters) {
  return std::all_of(parameters.begin(), parameters.end(),
                     [](float w) { return std::isfinite(w); });
}

}  // namespace

TrainingResult train_before_held_out(const Lesson& lesson, const Ground& before,
                                     const TrainingOptions& options, Progress& progress) {
  const TrainingTeller teller(progress, options.steps);
  return train(lesson, before.sampler, thinned(before.held_out, kMostLooked), std::nullopt, options,
               [&](int step, double loss) { teller.look(step, loss); });
}

TrainingResult train_on_everything(const Lesson& lesson, const OriginSampler& sampler,
                                   const TrainingResult& first, TrainingOptions options) {
  options.steps = static_cast<int>(options.last_share * first.best_step);
  options.learning_rate *= kLastRate;
  options.seed ^= 1;
  if (options.steps < 1) return first;
  TrainingResult last = train(lesson, sampler, {}, first.parameters, options, [](int, double) {});
  return last.finite && all_finite(last.parameters) ? last : first;
}

TrainingResult untrained(const Lesson& lesson, const TrainingOptions& options) {
  Generator generator(options.seed);
  TrainingResult result;
  result.parameters =
      net::initial_parameters(net::ParameterLayout(lesson.reading.shape), generator);
  return result;
}

}  // namespace forecart::lstm

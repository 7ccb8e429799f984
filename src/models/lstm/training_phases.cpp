#include "models/lstm/training_phases.h"

#include "models/net/initial.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <utility>

namespace forecart::lstm {

namespace {

/// Held-out origins looked at in training.
constexpr std::size_t kMostLooked = 4096;
/// Share of the learning rate that the last training on everything has.
constexpr double kLastRate = 0.3;
constexpr const char* kWork = "training a network";

bool all_finite(const net::AlignedVector<float>& parameters) {
  return std::all_of(parameters.begin(), parameters.end(),
                     [](float w) { return std::isfinite(w); });
}

std::string text_of(const TrainingMoment& moment) {
  std::string text = fmt::format("step {} of {}", moment.step, moment.planned);
  if (moment.held_out) text += fmt::format(", loss {:.4f}", *moment.held_out);
  return text;
}

}  // namespace

TrainingPhases::~TrainingPhases() {
  company_.progress.report(kWork, 1, "");
}

void TrainingPhases::tell(double share, const std::string& note) const {
  // The end is told once, when all is done.
  company_.progress.report(kWork, std::min(share / (1 + options_.last_share), 0.999), note);
}

TrainingSurroundings TrainingPhases::surroundings() const {
  TrainingSurroundings around;
  around.budget = company_.budget;
  if (company_.keeper == nullptr) return around;
  around.resumed = company_.keeper->take();
  around.keep = [this](const TrainingState& state) { company_.keeper->keep(state); };
  return around;
}

TrainingResult TrainingPhases::before_held_out(
    Ground ground, std::optional<net::AlignedVector<float>> start) const {
  if (company_.keeper != nullptr && company_.keeper->first()) return *company_.keeper->first();
  ground.held_out = thinned(ground.held_out, kMostLooked);
  TrainingSurroundings around = surroundings();
  around.compares_start = start.has_value();
  around.start = std::move(start);
  around.observe = [this](const TrainingMoment& moment) { tell(moment.share, text_of(moment)); };
  return train(lesson_, ground, options_, std::move(around));
}

TrainingResult TrainingPhases::on_everything(const OriginSampler& sampler,
                                             const TrainingResult& first) const {
  TrainingOptions options = options_;
  options.steps =
      std::max(options_.least_last, static_cast<int>(options_.last_share * first.best_step));
  options.learning_rate *= kLastRate;
  options.trainer.seed ^= 1;
  options.last_share = 0;
  if (options.steps < 1) return first;
  if (company_.keeper != nullptr) company_.keeper->begin_last(first);
  TrainingSurroundings around = surroundings();
  around.start = first.parameters;
  around.observe = [this](const TrainingMoment& moment) {
    tell(1 + options_.last_share * moment.share, "on all values, " + text_of(moment));
  };
  TrainingResult last = train(lesson_, {sampler, {}}, options, std::move(around));
  return last.finite && all_finite(last.parameters) ? last : first;
}

TrainingResult untrained(const Lesson& lesson, const TrainingOptions& options) {
  Generator generator(options.trainer.seed);
  TrainingResult result;
  result.parameters =
      net::initial_parameters(net::ParameterLayout(lesson.reading.shape), generator);
  return result;
}

}  // namespace forecart::lstm

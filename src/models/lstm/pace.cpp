#include "models/lstm/pace.h"

#include <algorithm>
#include <cmath>

namespace forecart::lstm {

namespace {

/// Updates that the first plan waits for, and over which the time of one is averaged.
constexpr int kMeasured = 10;
constexpr double kRemembered = 50;
/// Share of the time left that is not planned for.
constexpr double kSpare = 0.05;
/// Looks that are to come when no update is: the last one, and the calibration.
constexpr double kLastLooks = 2;
/// A short training is looked at, and warms up, in so many parts of it.
constexpr int kParts = 5;
constexpr int kWarmUp = 50;
/// Times of a look that updates between two of them take at least, but for long trainings.
constexpr double kDearLook = 3;

}  // namespace

int Pace::check_every() const {
  if (!state_.bound) return options_.check_every;
  const double dear = kDearLook * state_.look / std::max(state_.update, 1e-9);
  const double wanted = std::max(1.0 * planned_ / kParts, dear);
  return static_cast<int>(std::clamp<double>(wanted, 1, options_.check_every));
}

int Pace::warm_up() const {
  return state_.bound ? std::clamp(planned_ / kParts, 1, kWarmUp) : kWarmUp;
}

void Pace::advance(double seconds) {
  const int left = std::max(planned_ - state_.done, 1);
  ++state_.done;
  state_.share = state_.bound ? state_.share + (1 - state_.share) / left
                              : static_cast<double>(state_.done) / options_.steps;
  state_.update += (seconds - state_.update) / std::min<double>(state_.done, kRemembered);
}

/// Updates that there is time for beside looks as often as now.
int Pace::more_in(double left) const {
  const double after = options_.afterwards * state_.done * state_.update;
  const double time = left * (1 - kSpare) - kLastLooks * state_.look - after;
  const double each = (1 + options_.afterwards) * state_.update + state_.look / check_every();
  const double most = options_.steps - state_.done;
  return static_cast<int>(std::clamp(time / std::max(each, 1e-9), 0.0, most));
}

void Pace::plan(double left) {
  if (std::isinf(left) || state_.done == 0) return;
  planned_ = state_.done + more_in(left);
  const bool known = state_.done >= kMeasured || planned_ <= 2 * kMeasured;
  if (known && planned_ < options_.steps) state_.bound = true;
  if (state_.bound) planned_ = state_.done + more_in(left);
}

}  // namespace forecart::lstm

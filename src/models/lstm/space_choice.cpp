#include "models/lstm/space_choice.h"

#include <algorithm>

namespace forecart::lstm {

namespace {

/// Share of the series that may hold values outside a space.
constexpr double kFew = 0.05;

}  // namespace

std::optional<Space> choose_space(const std::vector<SeriesView>& series,
                                  std::optional<HeadKind> head) {
  const bool counts = head == HeadKind::poisson || head == HeadKind::negative_binomial;
  double below = 0;
  double with_zeros = 0;
  for (const SeriesView& one : series) {
    const auto is_below = [](double y) { return y < 0; };
    const auto not_above =
        std::count_if(one.values.begin(), one.values.end(), [](double y) { return y <= 0; });
    below += std::any_of(one.values.begin(), one.values.end(), is_below) ? 1 : 0;
    with_zeros += 100 * not_above > std::ssize(one.values) ? 1 : 0;
  }
  const double few = kFew * static_cast<double>(series.size());
  if (below > few) return counts ? std::nullopt : std::optional(Space::centred);
  return counts || with_zeros > few ? Space::scaled : Space::log;
}

}  // namespace forecart::lstm

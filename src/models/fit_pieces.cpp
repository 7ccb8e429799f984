#include "models/fit_pieces.h"

#include "models/fingerprint.h"

#include <fmt/format.h>

namespace forecart {

std::string name_of_fit(const std::string& recipe, const Panel& panel, const FitOptions& options) {
  FitOptions own = options;
  own.earlier = nullptr;  // series that are fitted anew start from nothing
  return Fingerprint()
      .add(recipe)
      .add(panel.calendar())
      .add(fmt::format("{}", panel.end()))
      .add(own)
      .text();
}

std::string name_of_piece(const SeriesView& series, const Covariates& beside) {
  Fingerprint print;
  print.add(series);
  const std::vector<std::string> names = beside.future_names();
  if (!names.empty()) print.add(beside.of(series.id, names, series.first, series.end()));
  return print.text();
}

}  // namespace forecart

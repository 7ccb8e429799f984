#include "models/trees/gradient_boosted_trees.h"

#include "base/error.h"
#include "base/range.h"
#include "models/trees/trees_method.h"

#include <fmt/format.h>

#include <initializer_list>
#include <string>
#include <utility>

namespace forecart {

namespace {

/// The word of `words` that `text` names; nothing for "auto".
template <class Word>
std::optional<Word> by_name(const char* what, std::string_view text,
                            std::initializer_list<Word> words) {
  if (text == "auto") return std::nullopt;
  std::string names = "auto";
  for (const Word word : words) {
    if (text == trees::name_of(word)) return word;
    names += fmt::format(", {}", trees::name_of(word));
  }
  throw Error(
      ErrorCode::invalid_value,
      fmt::format("{} '{}' of boosted trees is not known; use one of {}", what, text, names));
}

}  // namespace

void TreesOptions::validate() const {
  require_within("GradientBoostedTrees: season", season, 1, 100'000);
  require_within<Eigen::Index>("GradientBoostedTrees: horizon", horizon, 1, 100'000);
  require_within("GradientBoostedTrees: tweedie_power", tweedie_power, 1.001, 1.999);
  require_within("GradientBoostedTrees: rounds", rounds, 1, 10'000);
  require_within("GradientBoostedTrees: leaves", leaves, 2, 1024);
  require_within("GradientBoostedTrees: learning_rate", learning_rate, 1e-4, 1.0);
  require_within<std::int64_t>("GradientBoostedTrees: budget", budget, 1'000, 100'000'000);
  require_within<std::int64_t>("GradientBoostedTrees: rows_per_series", rows_per_series, 0, 10'000);
  require_within("GradientBoostedTrees: threads", threads, 1, 64);
}

std::optional<trees::Strategy> parse_strategy(std::string_view text) {
  using enum trees::Strategy;
  return by_name("strategy", text, {direct, recursive, both});
}

std::optional<trees::Objective> parse_objective(std::string_view text) {
  using enum trees::Objective;
  return by_name("objective", text, {poisson, tweedie, squared});
}

ModelPtr make_gradient_boosted_trees(const TreesOptions& options, SeriesModelPtr fallback) {
  options.validate();
  return global_model(trees::make_trees_method(options), std::move(fallback));
}

}  // namespace forecart

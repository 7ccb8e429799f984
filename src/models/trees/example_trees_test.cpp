#include "models/trees/example_trees.h"

#include "base/random.h"
#include "models/baseline/average.h"

#include <fmt/format.h>

#include <utility>
#include <vector>

namespace forecart::trees::example {

using Eigen::Index;

Panel made_panel(int count, int days, double unit) {
  Generator generator(11);
  Panel panel(kDaily);
  for (int i = 0; i < count; ++i) {
    std::vector<double> values;
    for (int day = 0; day < days; ++day) {
      const double weekday = 0.5 + 0.25 * (day % 7);
      values.push_back(unit * static_cast<double>(generator.poisson((1 + i % 5) * weekday)));
    }
    panel.add(fmt::format("item{}", i), 0, values);
  }
  return panel;
}

ModelPtr model(const std::function<void(TreesOptions&)>& change) {
  TreesOptions options;
  options.season = 7;
  options.horizon = 14;
  options.rounds = 40;
  options.learning_rate = 0.15;
  options.budget = 8000;
  if (change) change(options);
  return make_gradient_boosted_trees(options, make_window_average(7));
}

Eigen::MatrixXd means(const Fitted& fitted, Index horizon, const Covariates& future) {
  const Forecast forecast = fitted.forecast(horizon, future);
  Eigen::MatrixXd result(horizon, std::ssize(forecast.series));
  for (Index i = 0; i < result.cols(); ++i) {
    const auto& series = forecast.series[static_cast<std::size_t>(i)];
    for (Index step = 0; step < horizon; ++step) result(step, i) = series.distribution->mean(step);
  }
  return result;
}

}  // namespace forecart::trees::example

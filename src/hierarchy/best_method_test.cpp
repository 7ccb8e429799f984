#include "base/random.h"

#include "hierarchy/reconcile.h"
#include <gtest/gtest.h>

#include <limits>

namespace forecart {
namespace {

using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::VectorXd;

constexpr Index kPoints = 28;

Hierarchy items() {
  std::vector<std::string> ids;
  for (int i = 0; i < 12; ++i) ids.push_back("item=" + std::to_string(i));
  return make_hierarchy(ids, {});
}

MatrixXd noise(Index rows, std::uint64_t seed) {
  Generator generator(seed);
  MatrixXd result(rows, kPoints);
  for (double& value : result.reshaped()) value = generator.normal();
  return result;
}

/// Four origins of seven steps, sales of ten and more, forecasts with these errors.
BaseForecasts past_of(const Hierarchy& hierarchy, const MatrixXd& errors) {
  const MatrixXd sales = hierarchy.from_leaves(noise(hierarchy.leaves(), 1).cwiseAbs() +
                                               MatrixXd::Constant(hierarchy.leaves(), kPoints, 10));
  BaseForecasts past;
  past.errors = errors;
  past.past_means = sales - errors;
  for (Index t = 0; t < kPoints; ++t) past.origins.push_back(t / 7);
  return past;
}

TEST(BestMethod, SumsLeavesThatAreRight) {
  const Hierarchy hierarchy = items();
  MatrixXd errors = 0.01 * noise(hierarchy.nodes(), 2);
  errors.row(0) = 20 * noise(1, 3);
  const Reconciliation best = best_method(hierarchy, past_of(hierarchy, errors));
  EXPECT_NE(best, Reconciliation::ols);
  EXPECT_NE(best, Reconciliation::structural);
  EXPECT_NE(best, Reconciliation::top_down_forecasts);
}

/// Every leaf is a little too low, the total is right.
TEST(BestMethod, TrustsATotalThatIsRight) {
  const Hierarchy hierarchy = items();
  MatrixXd errors = noise(hierarchy.nodes(), 4).array() + 1.5;
  errors.row(0) = 0.01 * noise(1, 5);
  const Reconciliation best = best_method(hierarchy, past_of(hierarchy, errors));
  EXPECT_NE(best, Reconciliation::bottom_up);
  EXPECT_NE(best, Reconciliation::structural);
}

TEST(BestMethod, FewOriginsTellNothing) {
  const Hierarchy hierarchy = items();
  BaseForecasts past = past_of(hierarchy, noise(hierarchy.nodes(), 6));
  past.origins.assign(kPoints, 0);
  EXPECT_EQ(best_method(hierarchy, past), Reconciliation::structural);
  EXPECT_EQ(best_method(hierarchy, BaseForecasts()), Reconciliation::structural);
}

/// What is missing is not judged, and nothing is learnt from the origin that is judged.
TEST(BestMethod, SurvivesMissingErrors) {
  const Hierarchy hierarchy = items();
  MatrixXd errors = noise(hierarchy.nodes(), 7);
  errors.row(3).setConstant(std::numeric_limits<double>::quiet_NaN());
  errors.col(2).setConstant(std::numeric_limits<double>::quiet_NaN());
  EXPECT_NE(best_method(hierarchy, past_of(hierarchy, errors)), Reconciliation::automatic);
}

}  // namespace
}  // namespace forecart

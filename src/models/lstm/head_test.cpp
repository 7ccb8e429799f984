#include "models/lstm/head.h"

#include "base/error.h"
#include "base/random.h"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

namespace forecart::lstm {
namespace {

BaseErrors example_errors() {
  BaseErrors errors;
  Generator generator(1);
  for (int i = 0; i < 500; ++i) errors.normal.push_back(0.4 * generator.normal());
  std::sort(errors.normal.begin(), errors.normal.end());
  errors.relative_variance = 0.3;
  return errors;
}

class EveryHead : public testing::TestWithParam<HeadKind> {
 protected:
  HeadPtr head_ = make_head(GetParam(), example_errors());
  StepSite site_{{Space::scaled, 0}, {20, 20}, 18};

  double slope_from(const std::vector<float>& at, std::size_t i, float step,
                    const StepTruth& truth) const {
    std::vector<float> unused(at.size());
    std::vector<float> moved = at;
    moved[i] += step;
    return (head_->loss(site_, truth, moved, unused) - head_->loss(site_, truth, at, unused)) /
           (static_cast<double>(moved[i]) - static_cast<double>(at[i]));
  }

  std::vector<float> numbers(std::uint64_t seed) const {
    Generator generator(seed);
    std::vector<float> result(head_->per_step());
    for (float& number : result) number = static_cast<float>(0.5 * generator.normal());
    return result;
  }
};

TEST_P(EveryHead, GradientsAreThoseOfTheLoss) {
  constexpr float kStep = 1e-3F;
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    const std::vector<float> at = numbers(seed);
    const StepTruth truth{2.9 + 2.03 * static_cast<double>(seed), 1.7};
    std::vector<float> gradient(at.size());
    head_->loss(site_, truth, at, gradient);
    for (std::size_t i = 0; i < at.size(); ++i) {
      // of a loss with corners the gradient lies between the slopes of both sides
      const double before = slope_from(at, i, -kStep, truth);
      const double after = slope_from(at, i, kStep, truth);
      const double room = 2e-3 * (1 + std::abs(after));
      EXPECT_GE(gradient[i], std::min(before, after) - room) << seed << ' ' << i;
      EXPECT_LE(gradient[i], std::max(before, after) + room) << seed << ' ' << i;
    }
  }
}

TEST_P(EveryHead, QuantilesRiseAndTurnProbabilitiesBack) {
  for (std::uint64_t seed = 1; seed <= 10; ++seed) {
    const std::vector<float> at = numbers(seed);
    double before = -1e300;
    for (const double p : {0.001, 0.02, 0.025, 0.1, 0.3, 0.5, 0.6, 0.9, 0.975, 0.99, 0.999}) {
      const double q = head_->quantile(site_, at, p);
      EXPECT_GE(q, before);
      before = q;
      EXPECT_LE(head_->below(site_, at, q), p + 1e-6);
      EXPECT_GE(head_->at_most(site_, at, q), p - 1e-6);
      EXPECT_NEAR(head_->interval_end(site_, at, p), q, 0.5) << p;
    }
  }
}

TEST_P(EveryHead, ZerosStandForTheBase) {
  const std::vector<float> zeros(head_->per_step());
  EXPECT_NEAR(head_->point(site_, zeros), 18, 1e-9);
  EXPECT_LT(head_->quantile(site_, zeros, 0.1), 18);
  EXPECT_GT(head_->quantile(site_, zeros, 0.9), 18);
}

TEST_P(EveryHead, IsTheSameAfterSaving) {
  const HeadPtr loaded = load_head(GetParam(), head_->settings());
  const std::vector<float> at = numbers(3);
  EXPECT_NEAR(loaded->quantile(site_, at, 0.2), head_->quantile(site_, at, 0.2), 1e-9);
  EXPECT_EQ(parse_head(name_of(GetParam())), GetParam());
}

TEST_P(EveryHead, RefusesDamagedSettings) {
  EXPECT_THROW(load_head(GetParam(), std::vector<double>{-1.0}), Error);
  EXPECT_THROW(load_head(GetParam(), std::vector<double>(9, 1.0)), Error);
}

INSTANTIATE_TEST_SUITE_P(All, EveryHead,
                         testing::Values(HeadKind::quantiles, HeadKind::gaussian, HeadKind::student,
                                         HeadKind::negative_binomial, HeadKind::poisson));

TEST(Heads, AreKnownByName) {
  EXPECT_EQ(parse_head("auto"), std::nullopt);
  EXPECT_THROW(parse_head("normal"), Error);
}

}  // namespace
}  // namespace forecart::lstm

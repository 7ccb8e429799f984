#include "models/sarima/lag_filter.h"

#include "base/random.h"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

namespace forecart::sarima {
namespace {

struct FilterCase {
  std::vector<double> coefficients;
  std::size_t s;
  std::size_t n;
};

/// Orders and seasons on both sides of every block the filters work in.
std::vector<FilterCase> filter_cases() {
  std::vector<FilterCase> cases;
  for (const std::size_t n :
       {0, 1, 2, 3, 4, 5, 7, 24, 25, 49, 255, 256, 257, 280, 281, 600, 1000}) {
    for (const std::size_t s : {1, 2, 4, 24, 300}) {
      for (const auto& c : {std::vector<double>{},
                            {0.9},
                            {-0.7},
                            {0.5, -0.3},
                            {0.2, 0.3, -0.4},
                            {0.3, -0.2, 0.1, 0.25},
                            {0.4, 0.1, -0.2, 0.1, 0.15},
                            {0.2, 0.1, -0.1, 0.1, 0.05, -0.2}}) {
        cases.push_back({c, s, n});
      }
    }
  }
  return cases;
}

std::vector<double> noise(std::size_t n) {
  Generator generator(7);
  std::vector<double> x(n);
  for (double& value : x) value = generator.normal();
  return x;
}

void expect_near(const std::vector<double>& actual, const std::vector<double>& expected) {
  for (std::size_t t = 0; t < expected.size(); ++t) {
    ASSERT_NEAR(actual[t], expected[t], 1e-12 * (1 + std::abs(expected[t]))) << "at " << t;
  }
}

// The definitions, value by value.

TEST(LagFilter, AutoregressionIsASumOverEarlierValues) {
  for (const auto& [ar, s, n] : filter_cases()) {
    const std::vector<double> x = noise(n);
    std::vector<double> expected = x;
    for (std::size_t t = s; t < n; ++t) {
      for (std::size_t j = 1; j <= ar.size() && j * s <= t; ++j) {
        expected[t] -= ar[j - 1] * x[t - j * s];
      }
    }
    std::vector<double> actual = x;
    apply_autoregression(ar, s, actual.data(), n);
    SCOPED_TRACE(testing::Message() << "n " << n << ", s " << s << ", order " << ar.size());
    expect_near(actual, expected);
  }
}

TEST(LagFilter, InverseMovingAverageTakesEarlierResultsAway) {
  for (const auto& [ma, s, n] : filter_cases()) {
    std::vector<double> expected = noise(n);
    for (std::size_t t = 0; t < n; ++t) {
      for (std::size_t j = 1; j <= ma.size() && j * s <= t; ++j) {
        expected[t] -= ma[j - 1] * expected[t - j * s];
      }
    }
    std::vector<double> actual = noise(n);
    invert_moving_average(ma, s, actual.data(), n);
    SCOPED_TRACE(testing::Message() << "n " << n << ", s " << s << ", order " << ma.size());
    expect_near(actual, expected);
  }
}

TEST(LagFilter, BackwardsIsTheInverseOfTheReversedSeries) {
  for (const auto& [ma, s, n] : filter_cases()) {
    std::vector<double> expected = noise(n);
    for (std::size_t t = n; t-- > 0;) {
      for (std::size_t j = 1; j <= ma.size() && t + j * s < n; ++j) {
        expected[t] -= ma[j - 1] * expected[t + j * s];
      }
    }
    std::vector<double> actual = noise(n);
    invert_moving_average_backwards(ma, s, actual.data(), n);
    SCOPED_TRACE(testing::Message() << "n " << n << ", s " << s << ", order " << ma.size());
    expect_near(actual, expected);
  }
}

}  // namespace
}  // namespace forecart::sarima

#include "evaluation/diebold_mariano.h"

#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <vector>

namespace forecart {
namespace {

constexpr std::array kFirst{1.5,  1.9,  2.2,  1.1,  0.4, -0.3, 0.2, -1.0,
                            -1.4, -2.3, -1.6, -0.5, 0.6, 1.3,  2.0, 1.2};
constexpr std::array kSecond{0.5,  0.8,  1.6,  1.3,  0.9, -0.6, 0.1, -0.4,
                             -0.2, -0.9, -1.1, -0.9, 0.8, 0.2,  0.7, 0.1};

std::vector<double> loss_differences(double power) {
  std::vector<double> result;
  for (std::size_t t = 0; t < kFirst.size(); ++t) {
    result.push_back(std::pow(std::abs(kFirst[t]), power) - std::pow(std::abs(kSecond[t]), power));
  }
  return result;
}

// dm.test(first, second, h, power) of R 4.2.2's forecast 8.20, as printed with 15 digits.
TEST(DieboldMariano, IsWhatRSays) {
  struct Case {
    int h;
    double power;
    double statistic;
    double p_value;
  };
  for (const Case& c : {Case{1, 1, 3.10303415396909, 0.00727201848066859},
                        Case{1, 2, 3.22044755541136, 0.00571928901784733},
                        Case{2, 1, 1.97868492881469, 0.066514797463277},
                        Case{2, 2, 2.22749301450478, 0.0416477883073935},
                        Case{3, 1, 2.02557515488998, 0.060980966625085},
                        Case{3, 2, 2.50892712340658, 0.0240776180182725}}) {
    const DieboldMariano test = diebold_mariano(loss_differences(c.power), c.h);
    EXPECT_NEAR(test.statistic, c.statistic, 1e-12) << c.h << " " << c.power;
    EXPECT_NEAR(test.p_value, c.p_value, 1e-12) << c.h << " " << c.power;
  }
}

// The autocovariance at lag 1 outweighs the variance here; R's dm.test goes on with h = 1, too.
TEST(DieboldMariano, TakesNoOverlapWhereTheVarianceWouldNotBeAboveZero) {
  const std::vector<double> swing{1, -1, 1, -1, 1, -1, 1, -0.5};
  EXPECT_NEAR(diebold_mariano(swing, 2).statistic, 0.174077655955698, 1e-12);
  EXPECT_NEAR(diebold_mariano(swing, 2).p_value, 0.866731849755008, 1e-12);
}

TEST(DieboldMariano, SaysNothingOfTooLittle) {
  EXPECT_TRUE(std::isnan(diebold_mariano(std::vector<double>{1}, 1).p_value));
  EXPECT_TRUE(std::isnan(diebold_mariano(std::vector<double>{1, 2, 3}, 3).p_value));
  EXPECT_TRUE(std::isnan(diebold_mariano(std::vector<double>{2, 2, 2}, 1).p_value));
  EXPECT_EQ(diebold_mariano(std::vector<double>{0, 0, 0}, 1).p_value, 1);
}

}  // namespace
}  // namespace forecart

#include "series/covariates.h"

#include "base/error.h"

#include <gtest/gtest.h>

#include <cmath>

namespace forecart {
namespace {

const std::vector<std::string> kBoth{"promo", "price"};

/// `promo` for all from bucket 10 on; `price` for series a from bucket 11 on.
Covariates small() {
  Covariates c;
  c.add_shared({"promo"}, {10, (Eigen::MatrixXd(3, 1) << 0, 1, 0).finished()});
  c.own_names = {"price"};
  c.own["a"] = {11, (Eigen::MatrixXd(2, 1) << 5, 6).finished()};
  return c;
}

TEST(Covariates, GiveEachSeriesItsRows) {
  const Covariates c = small();
  EXPECT_EQ(c.all_names(), kBoth);
  const Regressors rows = c.of("a", kBoth, 11, 14);
  ASSERT_EQ(rows.values.rows(), 3);
  EXPECT_EQ(rows.values(0, 0), 1);
  EXPECT_EQ(rows.values(0, 1), 5);
  EXPECT_EQ(rows.values(1, 1), 6);
  EXPECT_TRUE(std::isnan(rows.values(2, 0)));
  EXPECT_TRUE(std::isnan(c.of("b", kBoth, 11, 12).values(0, 1))) << "b has no prices";
  EXPECT_EQ(c.of("b", kBoth, 11, 12).values(0, 0), 1);
}

TEST(Covariates, NameTheFirstCellThatIsUnknown) {
  const Covariates c = small();
  EXPECT_FALSE(c.first_unknown("a", kBoth, 11, 13));
  const auto before = c.first_unknown("a", kBoth, 10, 13);
  ASSERT_TRUE(before);
  EXPECT_EQ(before->name, "price");
  EXPECT_EQ(before->bucket, 10);
  EXPECT_EQ(c.first_unknown("a", kBoth, 12, 20)->bucket, 13);
}

TEST(Covariates, TellWhatIsKnownAhead) {
  Covariates c = small();
  EXPECT_EQ(c.future_names(), kBoth);
  c.past_names = {"promo"};
  EXPECT_EQ(c.role("promo"), CovariateRole::past);
  EXPECT_EQ(c.role("price"), CovariateRole::future);
  EXPECT_EQ(c.future_names(), std::vector<std::string>{"price"});
  EXPECT_EQ(c.all_names(), kBoth);
}

TEST(Covariates, HoldWhatNeverChanges) {
  Covariates c;
  c.statics.columns = {{"weight"}, {"colour", {"red", "blue"}}};
  c.statics.cells["a"] = Eigen::Vector2d(2.5, 1);
  EXPECT_FALSE(c.empty());
  EXPECT_EQ(c.statics.of("a")[1], 1);
  EXPECT_EQ(c.statics.of("b").size(), 2);
  EXPECT_TRUE(std::isnan(c.statics.of("b")[0]));
}

TEST(Covariates, WidenToTheUnionOfTheirRows) {
  Covariates c = small();
  c.add_shared({"Easter"}, {8, Eigen::MatrixXd::Ones(2, 1)});
  EXPECT_EQ(c.first, 8);
  EXPECT_EQ(c.values.rows(), 5);
  EXPECT_EQ(c.values(0, 1), 1);
  EXPECT_EQ(c.values(3, 0), 1);
  EXPECT_TRUE(std::isnan(c.values(0, 0)));
  EXPECT_TRUE(std::isnan(c.values(4, 1)));
}

TEST(Covariates, JoinColumnsOfEachSeries) {
  Covariates c = small();
  c.add_own({"stock"},
            {{"a", {9, Eigen::MatrixXd::Ones(3, 1)}}, {"b", {12, Eigen::MatrixXd::Zero(1, 1)}}});
  EXPECT_EQ(c.own_names, (std::vector<std::string>{"price", "stock"}));
  EXPECT_EQ(c.own["a"].first, 9);
  EXPECT_EQ(c.own["a"].values.rows(), 4);
  const std::vector<std::string> both{"price", "stock"};
  EXPECT_EQ(c.of("a", both, 11, 12).values(0, 0), 5);
  EXPECT_EQ(c.of("a", both, 11, 12).values(0, 1), 1);
  EXPECT_TRUE(std::isnan(c.of("b", both, 12, 13).values(0, 0)));
  EXPECT_EQ(c.of("b", both, 12, 13).values(0, 1), 0);
}

TEST(Covariates, RefuseANameTwice) {
  Covariates c = small();
  for (const char* name : {"promo", "price"}) {
    try {
      c.add_shared({name}, {10, Eigen::MatrixXd::Ones(3, 1)});
      FAIL() << name << " was taken twice";
    } catch (const Error& error) {
      EXPECT_EQ(error.code(), ErrorCode::bad_data);
    }
  }
}

}  // namespace
}  // namespace forecart

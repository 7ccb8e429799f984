#include "models/fingerprint.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace forecart {
namespace {

TEST(Fingerprint, TellsInputsApart) {
  const Calendar daily{Frequency::parse("D"), TimeZone()};
  const std::vector<double> values{1, 2, 3};
  const std::vector<double> others{1, 2, 4};
  const SeriesView series{"a", 5, values};
  const auto of = [&](const SeriesView& one, const FitOptions& options) {
    return Fingerprint().add(daily).add(one).add(Covariates{}).add(options).text();
  };
  const std::string usual = of(series, {});
  EXPECT_EQ(usual.size(), 64);
  EXPECT_EQ(usual, of(series, {}));
  EXPECT_NE(usual, of({"b", 5, values}, {}));
  EXPECT_NE(usual, of({"a", 6, values}, {}));
  EXPECT_NE(usual, of({"a", 5, others}, {}));
  FitOptions options;
  options.threads = 3;
  options.checkpoints = "somewhere";
  EXPECT_EQ(usual, of(series, options));
  options.seed = 2;
  EXPECT_NE(usual, of(series, options));
}

TEST(Fingerprint, TellsWhereATextEnds) {
  EXPECT_NE(Fingerprint().add("ab").add("c").text(), Fingerprint().add("a").add("bc").text());
}

}  // namespace
}  // namespace forecart

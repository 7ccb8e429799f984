#include "base/series_id.h"

#include "base/error.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace forecart {
namespace {

TEST(SeriesId, EscapesWhatIsNotPlain) {
  EXPECT_EQ(make_series_id({}), "total");
  EXPECT_EQ(make_series_id({{"city", "San José"}, {"product", "A/B=100%"}}),
            "city=San%20Jos%C3%A9/product=A%2FB%3D100%25");
}

TEST(SeriesId, RefusesBrokenOnes) {
  for (const auto* id : {"", "city", "city=%4", "city=%zz", "=x", "a=1//b=2"}) {
    EXPECT_THROW(parse_series_id(id), Error) << id;
  }
}

TEST(SeriesId, IsReadableWhereThatIsSafe) {
  EXPECT_EQ(readable_id("city=Port%20Ansel/product=Caf%C3%A9"), "city=Port Ansel/product=Café");
  EXPECT_EQ(readable_id("total"), "total");
  for (const char* id : {"50%20off", "city=%4", "city=%1B%5B2J", "city=a%0Ab"}) {
    EXPECT_EQ(readable_id(id), id);
  }
}

RC_GTEST_PROP(SeriesId, ReadsBackAnyBytes, (std::string name, std::string value)) {
  RC_PRE(!name.empty());
  const std::vector<std::pair<std::string, std::string>> dimensions{{name, value}, {"b", name}};
  RC_ASSERT(parse_series_id(make_series_id(dimensions)) == dimensions);
}

}  // namespace
}  // namespace forecart

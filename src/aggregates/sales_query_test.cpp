#include "aggregates/sales_query.h"

#include "table/expect_error.h"

#include <gtest/gtest.h>

namespace forecart {
namespace {

const SalesSchema& schema() {
  static const SalesSchema schema{{"product", "customer", "place", "city", "grain", "a,b"},
                                  TimeZone::named("Europe/Berlin")};
  return schema;
}

SalesQuery read(const NamedValues& values) {
  return parse_sales_query(values, schema());
}

TEST(SalesQuery, ReadsEveryWord) {
  const SalesQuery query = read({{"by", "city,product"},
                                 {"grain", "week"},
                                 {"measure", "revenue"},
                                 {"measure", "orders"},
                                 {"city", "Boston"},
                                 {"city", "Köln"},
                                 {"in.grain", "fine"},
                                 {"from", "2019-04-01"},
                                 {"to", "2019-05-01T08:00"},
                                 {"order", "-revenue"},
                                 {"limit", "10"},
                                 {"offset", "20"}});
  EXPECT_EQ(query.by, (std::vector<std::string>{"city", "product"}));
  EXPECT_EQ(query.grain, Grain::week);
  EXPECT_EQ(query.measures, (std::vector{Measure::revenue, Measure::orders}));
  EXPECT_EQ(query.filters,
            (std::vector<SalesFilter>{{"city", {"Boston", "Köln"}}, {"grain", {"fine"}}}));
  EXPECT_EQ(query.from, parse_instant("2019-03-31T22:00Z", {}));
  EXPECT_EQ(query.until, parse_instant("2019-05-01T06:00Z", {}));
  EXPECT_EQ(query.order, Measure::revenue);
  EXPECT_TRUE(query.descending);
  EXPECT_EQ(query.limit, 10);
  EXPECT_EQ(query.offset, 20);
  EXPECT_EQ(read(named_values(query)), query);
}

TEST(SalesQuery, AsksForTheTotalByDefault) {
  const SalesQuery query = read({});
  EXPECT_EQ(query, SalesQuery());
  EXPECT_EQ(query.grain, Grain::total);
  EXPECT_EQ(read(named_values(query)), query);
}

TEST(SalesQuery, TakesADimensionWithAComma) {
  EXPECT_EQ(read({{"by", "a,b"}, {"by", "city"}}).by, (std::vector<std::string>{"a,b", "city"}));
}

TEST(SalesQuery, RefusesUnknownNamesWithTheNearestFirst) {
  const auto refused = [](const NamedValues& values, const std::string& told) {
    expect_error(ErrorCode::unknown_name, told, [&] { read(values); });
  };
  refused({{"by", "citi"}}, "use one of city, product");
  refused({{"grian", "day"}}, "use one of grain, by");
  refused({{"citty", "Boston"}}, "use one of city, by");
  refused({{"grain", "dya"}}, "use one of day, hour");
  refused({{"measure", "revenu"}}, "use one of revenue, lines");
  refused({{"order", "price"}}, "use one of lines");
  refused({{"in.citi", "Boston"}}, "'in.citi'");
}

TEST(SalesQuery, RefusesWhatIsOutOfBounds) {
  const auto refused = [](const NamedValues& values, const std::string& told) {
    expect_error(ErrorCode::invalid_value, told, [&] { read(values); });
  };
  refused({{"by", "city,city"}}, "twice");
  refused({{"by", "product,customer,place,city"}, {"by", "grain"}}, "4 at most");
  refused({{"measure", "units,units"}}, "twice");
  refused({{"grain", "day"}, {"grain", "day"}}, "twice");
  refused({{"order", "orders"}}, "measure=orders");
  refused({{"limit", "0"}}, "limit");
  refused({{"limit", "100001"}}, "limit");
  refused({{"limit", "9e9"}}, "whole number");
  refused({{"offset", "-1"}}, "offset");
  refused({{"from", "yesterday"}}, "no time");
  refused({{"from", "2019-04-01T08:30"}}, "start of an hour");
  refused({{"from", "2019-04-01"}, {"to", "2019-04-01"}}, "before");
  NamedValues many;
  for (int i = 0; i <= 1000; ++i) many.emplace_back("city", std::to_string(i));
  refused(many, "1001 values");
}

TEST(SalesQuery, RefusesValuesThatAreNoText) {
  const auto refused = [](const std::string& value, const std::string& told) {
    expect_error(ErrorCode::invalid_value, told, [&] { read({{"city", value}}); });
  };
  refused(std::string("a\0' OR 1", 8), "NUL");
  refused("\xff", "\\xFF");
  refused(std::string(1'000'000, 'x'), "10000");
  EXPECT_EQ(read({{"city", std::string(10'000, '\'')}}).filters.front().values.front().size(),
            10'000);
  const std::string name = "x'; DROP TABLE sales; --\xff" + std::string(200, 'y');
  expect_error(ErrorCode::unknown_name, "...", [&] { read({{"by", name}}); });
}

TEST(SalesQuery, WritesTimesExactly) {
  for (const char* const time : {"1800-01-01", "2023-10-29T03:00", "2023-10-29T00:00Z"}) {
    const SalesQuery query = read({{"from", time}});
    EXPECT_EQ(read(named_values(query)), query) << time;
  }
}

/// An hour that a zone's clock change cuts at midnight begins twice: there and in between.
TEST(SalesQuery, TakesTheStartOfADayWithinAnHour) {
  SalesSchema halved{{}, TimeZone::named("Asia/Kathmandu")};
  const SalesQuery query = parse_sales_query({{"from", "2019-04-01T05:00"}}, halved);
  EXPECT_EQ(query.from, parse_instant("2019-03-31T23:15Z", {}));
}

}  // namespace
}  // namespace forecart

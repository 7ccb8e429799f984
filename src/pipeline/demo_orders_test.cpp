#include "pipeline/demo_orders.h"

#include "base/error.h"
#include "pipeline/demo_plan.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <fstream>
#include <iterator>
#include <map>
#include <set>
#include <sstream>

namespace forecart {
namespace {

using std::chrono::days;
using std::chrono::sys_days;

std::string read_file(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

struct Row {
  std::string order, product, quantity, price, time, address;
};

/// The five commas before the address are never quoted.
Row split(const std::string& line) {
  std::istringstream in(line);
  Row row;
  for (std::string* field : {&row.order, &row.product, &row.quantity, &row.price, &row.time}) {
    std::getline(in, *field, ',');
  }
  std::getline(in, row.address);
  return row;
}

/// Lines of a file, its mark and line ends removed.
std::vector<std::string> lines_of(const std::filesystem::path& path) {
  std::string text = read_file(path);
  if (text.starts_with("\xEF\xBB\xBF")) text.erase(0, 3);
  std::erase(text, '\r');
  std::istringstream in(text);
  std::vector<std::string> lines;
  for (std::string line; std::getline(in, line);) lines.push_back(line);
  return lines;
}

sys_days day_of(const Row& row) {
  const auto number = [&](int at) { return std::stoi(row.time.substr(at, 2)); };
  return sys_days(std::chrono::year(2000 + number(6)) / number(0) / number(3));
}

bool bad_time(const Row& row) {
  return row.time.size() != 14 || row.time.starts_with("13/") || row.time.starts_with("02/30");
}

bool bad_quantity(const Row& row) {
  return row.quantity.empty() || row.quantity.find_first_not_of("-0123456789") != std::string::npos;
}

/// Neither blank, nor a header, nor with a bad field.
bool is_sound(const std::string& line) {
  const Row row = split(line);
  return !bad_time(row) && !bad_quantity(row);
}

/// One demo for all tests: the default shop, written once into the build's temporary folder.
class DemoOrders : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    const std::string name = "demo_orders_" + std::to_string(getpid());  // tests run side by side
    folder_ = std::filesystem::path(testing::TempDir()) / name;
    std::filesystem::remove_all(folder_);
    report_ = write_demo_orders({}, folder_ / "first");
    for (const auto& file : report_.files) {
      for (const std::string& line : lines_of(file)) rows_.push_back(line);
    }
  }
  static void TearDownTestSuite() {
    std::filesystem::remove_all(folder_);
    rows_.clear();
  }

  /// Sales lines of sound rows by product and day.
  static std::map<std::string, std::map<sys_days, int>> sales() {
    std::map<std::string, std::map<sys_days, int>> count;
    for (const std::string& line : rows_) {
      const Row row = split(line);
      if (is_sound(line) && !row.quantity.starts_with('-')) {
        ++count[row.product][day_of(row)];
      }
    }
    return count;
  }

  static inline std::filesystem::path folder_;
  static inline DemoReport report_;
  static inline std::vector<std::string> rows_;
};

const std::string kHeader =
    "Order ID,Product,Quantity Ordered,Price Each,Order Date,Purchase Address";

TEST_F(DemoOrders, TwelveMonthsOfPlausibleSize) {
  ASSERT_EQ(report_.files.size(), 12U);
  EXPECT_EQ(report_.files[6].filename(), "orders_2025_07.csv");
  EXPECT_GT(report_.rows, 60000);
  EXPECT_LT(report_.rows, 120000);
}

TEST_F(DemoOrders, EveryRowIsCountedOnce) {
  EXPECT_EQ(report_.rows, static_cast<std::int64_t>(rows_.size()) - 12);
  EXPECT_EQ(report_.rows, report_.sales + report_.returns + report_.credits +
                              report_.exact_duplicates + report_.blank + report_.repeated_headers +
                              report_.bad_times + report_.bad_quantities);
}

TEST_F(DemoOrders, CountsOfDirtAreWhatTheFilesHold) {
  EXPECT_EQ(std::ranges::count(rows_, ",,,,,"), report_.blank);
  EXPECT_EQ(std::ranges::count(rows_, kHeader), report_.repeated_headers + 12);
  std::multiset<std::string> sound;
  std::int64_t bad_times = 0;
  std::int64_t bad_quantities = 0;
  for (const std::string& line : rows_) {
    if (line == kHeader || line == ",,,,,") continue;
    const Row row = split(line);
    bad_times += bad_time(row) ? 1 : 0;
    bad_quantities += bad_quantity(row) ? 1 : 0;
    if (is_sound(line)) sound.insert(line);
  }
  EXPECT_EQ(bad_times, report_.bad_times);
  EXPECT_EQ(bad_quantities, report_.bad_quantities);
  const std::set<std::string> distinct(sound.begin(), sound.end());
  EXPECT_EQ(static_cast<std::int64_t>(sound.size() - distinct.size()), report_.exact_duplicates);
}

TEST_F(DemoOrders, ReturnsCreditsAndUnitsAddUp) {
  std::int64_t returns = 0;
  std::int64_t credits = 0;
  std::int64_t units = 0;
  std::string before;
  for (const std::string& line : rows_) {
    const Row row = split(line);
    if (is_sound(line) && line != before) {
      units += std::stoi(row.quantity);
      returns += row.quantity.starts_with('-') && !row.order.starts_with('C') ? 1 : 0;
      credits += row.order.starts_with('C') ? 1 : 0;
    }
    before = line;
  }
  EXPECT_EQ(returns, report_.returns);
  EXPECT_EQ(credits, report_.credits);
  EXPECT_EQ(units, report_.units);
}

TEST_F(DemoOrders, EveryKindOfTroubleOccurs) {
  for (const std::int64_t count :
       {report_.returns, report_.credits, report_.exact_duplicates, report_.blank,
        report_.repeated_headers, report_.bad_times, report_.bad_quantities}) {
    EXPECT_GT(count, 20);
    EXPECT_LT(count, report_.rows / 50);
  }
}

TEST_F(DemoOrders, OneFileHasAMarkAndCarriageReturns) {
  const std::string may = read_file(report_.files[4]);
  EXPECT_TRUE(may.starts_with("\xEF\xBB\xBFOrder ID,"));
  EXPECT_EQ(std::ranges::count(may, '\r'), std::ranges::count(may, '\n'));
  EXPECT_EQ(std::ranges::count(read_file(report_.files[5]), '\r'), 0);
}

TEST_F(DemoOrders, AddressesHaveTheirCityInTheMiddle) {
  const std::string line = rows_[1];
  const std::string address = split(line).address;
  EXPECT_EQ(std::ranges::count(address, ','), 2);
  EXPECT_THAT(address,
              testing::MatchesRegex("\"[0-9]+ [A-Za-z ]+, [A-Za-z ]+, [A-Z]{2} [0-9]{5}\""));
}

TEST_F(DemoOrders, StockOutsAndClosedDaysSellNothing) {
  const auto sold = sales();
  for (const DemoPeriod& period : report_.stock_outs) {
    for (int i = 0; i < period.days; ++i) {
      EXPECT_FALSE(sold.at(period.product).contains(period.first + days(i))) << period.product;
    }
  }
  EXPECT_EQ(report_.closed.size(), 4U);
  for (const sys_days day : report_.closed) {
    for (const auto& [product, by_day] : sold) EXPECT_FALSE(by_day.contains(day)) << product;
  }
}

TEST_F(DemoOrders, PromotionsSellMoreForLess) {
  const auto sold = sales();
  double inside = 0;
  double before = 0;
  for (const DemoPeriod& period : report_.promotions) {
    EXPECT_GT(period.lift, 1.5);
    EXPECT_LT(period.price_factor, 1);
    for (int i = 0; i < period.days; ++i) {
      const auto& by_day = sold.at(period.product);
      const auto count = [&](sys_days day) { return by_day.contains(day) ? by_day.at(day) : 0; };
      inside += count(period.first + days(i));
      before += count(period.first + days(i) - days(28));
    }
  }
  EXPECT_GT(inside, 1.3 * before);
}

TEST_F(DemoOrders, LaunchedProductStartsInJuly) {
  const auto sold = sales().at(report_.launched);
  EXPECT_GE(sold.begin()->first, sys_days(std::chrono::year(2025) / 7 / 1));
  EXPECT_LE(sold.begin()->first, sys_days(std::chrono::year(2025) / 7 / 4));
}

TEST_F(DemoOrders, SpanIsTheYear) {
  EXPECT_GE(report_.first, Instant(sys_days(std::chrono::year(2025) / 1 / 2)));
  EXPECT_LT(report_.first, Instant(sys_days(std::chrono::year(2025) / 1 / 3)));
  EXPECT_GE(report_.last, Instant(sys_days(std::chrono::year(2025) / 12 / 31)));
  EXPECT_LT(report_.last, Instant(sys_days(std::chrono::year(2026) / 1 / 1)));
}

TEST_F(DemoOrders, EqualSeedsGiveEqualBytes) {
  const DemoReport again = write_demo_orders({}, folder_ / "again");
  for (std::size_t i = 0; i < again.files.size(); ++i) {
    EXPECT_EQ(read_file(again.files[i]), read_file(report_.files[i])) << again.files[i];
  }
  const DemoReport other = write_demo_orders({.seed = 2}, folder_ / "other");
  EXPECT_NE(read_file(other.files[0]), read_file(report_.files[0]));
}

TEST_F(DemoOrders, LeapYearsHaveTheirDay) {
  const DemoReport leap = write_demo_orders({.year = 2024}, folder_ / "leap");
  EXPECT_THAT(read_file(leap.files[1]), testing::HasSubstr("02/29/24"));
}

TEST_F(DemoOrders, RefusesWhatItCannotDo) {
  const auto code_of = [](const DemoOptions& options, const std::filesystem::path& folder) {
    try {
      write_demo_orders(options, folder);
    } catch (const Error& error) {
      return error.code();
    }
    return ErrorCode::conflict;
  };
  EXPECT_EQ(code_of({.year = 1999}, folder_), ErrorCode::invalid_value);
  EXPECT_EQ(code_of({.orders_per_day = 0}, folder_), ErrorCode::invalid_value);
  EXPECT_EQ(code_of({.orders_per_day = std::nan("")}, folder_), ErrorCode::invalid_value);
  EXPECT_EQ(code_of({}, report_.files[0]), ErrorCode::unavailable);
}

TEST(DemoPlan, SharesOfTheCatalogueAddUpToOne) {
  double sum = 0;
  for (const DemoProduct& product : kDemoCatalogue) sum += product.share;
  EXPECT_NEAR(sum, 1, 1e-12);
}

TEST(DemoPlan, HolidaysAndSeasonsShowInDemand) {
  const DemoPlan plan({}, Generator(3));
  const auto total = [&](unsigned month, unsigned day) {
    const auto demand = plan.demand(
        sys_days(std::chrono::year(2025) / static_cast<int>(month) / static_cast<int>(day)));
    double sum = 0;
    for (const double value : demand) sum += value;
    return sum;
  };
  EXPECT_GT(total(12, 9), 1.4 * total(11, 4));  // both Tuesdays
  EXPECT_EQ(total(8, 15), 0);
}

}  // namespace
}  // namespace forecart

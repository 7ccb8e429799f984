// Cube and files answer alike, and as panels of the same sales say.
#include "aggregates/cube_query.h"
#include "aggregates/file_query.h"
#include "base/random.h"
#include "base/series_id.h"
#include "ingest/ingest.h"
#include "ingest/mapping.h"
#include "ingest/panel_builder.h"
#include "table/expect_error.h"
#include "table/scratch_folder.h"
#include "table/shared_data.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <memory>

namespace forecart {
namespace {

constexpr std::array kGrains{Grain::hour,    Grain::day,  Grain::week, Grain::month,
                             Grain::quarter, Grain::year, Grain::total};
constexpr std::array kSums{Measure::lines, Measure::units, Measure::orders, Measure::revenue};

/// Clean sales of csv files and the settings that made them.
class Shop {
 public:
  explicit Shop(DatasetConfig config) : config_(std::move(config)) {}

  void take(const std::filesystem::path& file) {
    if (files_.empty()) config_ = guess_dataset_config({file}, config_);
    files_.push_back(*folder_ / fmt::format("{}.parquet", files_.size()));
    ingest_file({file, files_.back(), *folder_ / "rejects.csv", ""}, config_);
  }
  void take_text(const std::string& csv) {
    take(folder_->write(fmt::format("{}.csv", files_.size()), csv));
  }

  SalesSchema schema() const { return sales_schema(config_); }
  SalesCube cube() const { return build_cube(files_, schema()); }
  SalesAnswer ask(const SalesQuery& query) const { return ask_files(files_, query, schema()); }
  SalesQuery query(const NamedValues& values) const { return parse_sales_query(values, schema()); }

  Panel panel(const std::vector<std::string>& by, Grain grain, Measure measure) const {
    PanelSpec spec;
    spec.by = by;
    spec.measure = measure;
    spec.frequency = calendar_of(grain, schema().zone).frequency();
    spec.zone = schema().zone;
    spec.keep_partial = true;
    return build_panel(files_, spec, config_.returns).panel;
  }

 private:
  std::unique_ptr<ScratchFolder> folder_ = std::make_unique<ScratchFolder>();
  DatasetConfig config_;
  std::vector<std::filesystem::path> files_;
};

DatasetConfig settings(ReturnPolicy returns = ReturnPolicy::net) {
  DatasetConfig config;
  config.time_zone = "Europe/Berlin";
  config.returns = returns;
  config.dimensions = {{"city", "town"}, {"units", "lower(product)"}};
  return config;
}

/// A year and more of lines over both changes of the clock, with returns, lines without town or
/// price, and orders of several lines.
std::string orders(std::uint64_t seed, int count) {
  Generator generator(seed);
  std::string csv = "date,order,product,qty,price,town\n";
  for (int i = 0; i < count; ++i) {
    const auto day = std::chrono::local_days(std::chrono::year(2023) / 3 / 20) +
                     std::chrono::days(generator.below(400));
    const std::chrono::year_month_day date{day};
    csv +=
        fmt::format("{}-{:02}-{:02} {:02}:{:02},{},P{},{},{},{}\n", static_cast<int>(date.year()),
                    static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                    generator.below(4), generator.below(60), generator.below(count / 2),
                    generator.below(5), generator.below(9) == 0 ? -1 : 1 + generator.below(3),
                    generator.below(7) == 0 ? "" : fmt::format("{}.{}", generator.below(90), 37),
                    generator.below(6) == 0 ? "" : fmt::format("T{}", generator.below(4)));
  }
  return csv;
}

Shop made_shop(std::uint64_t seed, ReturnPolicy returns = ReturnPolicy::net) {
  Shop shop(settings(returns));
  shop.take_text(orders(seed, 2000));
  shop.take_text(orders(seed + 1, 500));
  return shop;
}

SalesQuery plain(const std::vector<std::string>& by, Grain grain, std::vector<Measure> measures) {
  SalesQuery query;
  query.by = by;
  query.grain = grain;
  query.measures = std::move(measures);
  query.limit = SalesQuery::kMostRows;
  return query;
}

/// The last column of an answer by the id of the series that panels have and the label.
std::map<std::pair<std::string, std::string>, double> by_series(const SalesAnswer& answer,
                                                                const SalesQuery& query) {
  std::map<std::pair<std::string, std::string>, double> values;
  const std::vector<std::string> labels = answer.rows.texts("ds");
  const std::vector<double> measured = answer.rows.numbers(answer_columns(query).back());
  for (std::size_t row = 0; row < labels.size(); ++row) {
    std::vector<std::pair<std::string, std::string>> key;
    for (std::size_t d = 0; d < query.by.size(); ++d) {
      key.emplace_back(query.by[d], cell_text(answer.rows.columns()[d + 1], row));
    }
    values[{make_series_id(key), labels[row]}] = measured[row];
  }
  return values;
}

/// Every value of a panel is the answer's, 0 where it has no row, and there are no other rows but
/// those of returns before the first sale that counts.
void expect_panel(const SalesAnswer& answer, const SalesQuery& query, const Panel& panel) {
  auto values = by_series(answer, query);
  for (Eigen::Index s = 0; s < panel.size(); ++s) {
    const auto series = panel[s];
    Bucket bucket = series.first;
    for (const double value : series.values) {
      const auto at = values.find({std::string(series.id), panel.calendar().label(bucket++)});
      ASSERT_EQ(at == values.end() ? 0.0 : at->second, value) << series.id;
      if (at != values.end()) values.erase(at);
    }
  }
  for (const auto& [place, value] : values) EXPECT_EQ(value, 0) << place.first;
}

void expect_panels(const Shop& shop, const std::vector<std::vector<std::string>>& cuts,
                   const std::vector<Grain>& grains) {
  const SalesCube cube = shop.cube();
  for (const auto& by : cuts) {
    for (const Grain grain : grains) {
      for (const Measure measure :
           {Measure::lines, Measure::orders, Measure::units, Measure::revenue}) {
        const SalesQuery query = plain(by, grain, {measure});
        const Panel panel = shop.panel(by, grain, measure);
        expect_panel(shop.ask(query), query, panel);
        expect_panel(*ask_cube(cube, query), query, panel);
      }
    }
  }
}

TEST(SalesSums, AreThoseOfPanels) {
  expect_panels(made_shop(1), {{}, {"city", "units"}},
                {Grain::hour, Grain::day, Grain::week, Grain::month, Grain::year});
}

TEST(SalesSums, AreThoseOfPanelsWhateverReturnsCount) {
  for (const ReturnPolicy returns : {ReturnPolicy::keep, ReturnPolicy::drop}) {
    expect_panels(made_shop(1, returns), {{"city"}}, {Grain::day});
  }
}

TEST(SalesSums, OfTheRealOrdersAreThoseOfPanels) {
  const auto folder = shared_data("galli");
  if (folder.empty()) GTEST_SKIP() << "FORECART_SHARED holds no galli";
  DatasetConfig config;
  config.dimensions = {{"city", "split_part(\"Purchase Address\", ', ', 2)"}};
  Shop shop(config);
  for (const auto& entry : std::filesystem::directory_iterator(folder)) shop.take(entry.path());
  expect_panels(shop, {{}, {"city"}}, {Grain::hour, Grain::week});
  expect_panels(shop, {{"product", "city"}}, {Grain::day});
}

/// Any query: keys, grain, filters, times, order, page.
NamedValues random_query(Generator& generator) {
  NamedValues values;
  for (const char* name : {"product", "city", "units"}) {
    if (generator.below(3) == 0) values.emplace_back("by", name);
  }
  values.emplace_back("grain", to_string(kGrains[generator.below(kGrains.size())]));
  for (const Measure measure : kSums) values.emplace_back("measure", to_string(measure));
  if (generator.below(2) == 0) {
    values.emplace_back("city", fmt::format("T{}", generator.below(5)));
    values.emplace_back("city", "");
  }
  if (generator.below(3) == 0) values.emplace_back("product", "P1");
  if (generator.below(2) == 0) values.emplace_back("from", "2023-03-26T01:00");
  if (generator.below(2) == 0) values.emplace_back("to", "2023-10-29T03:00");
  constexpr std::array kOrders{"time", "-time", "revenue", "-revenue", "-orders", "units"};
  values.emplace_back("order", kOrders[generator.below(kOrders.size())]);
  values.emplace_back("limit", std::to_string(1 + generator.below(400)));
  values.emplace_back("offset", std::to_string(generator.below(3) * generator.below(300)));
  return values;
}

TEST(SalesSums, OfCubeAndFilesAreTheSame) {
  const Shop shop = made_shop(5);
  const SalesCube cube = shop.cube();
  const SalesCube rolled = roll_up(cube, {3});
  EXPECT_LT(rolled.cell.size(), cube.cell.size());
  Generator generator(11);
  int answered_rolled = 0;
  for (int i = 0; i < 150; ++i) {
    const SalesQuery query = shop.query(random_query(generator));
    const SalesAnswer expected = shop.ask(query);
    const SalesAnswer answer = *ask_cube(cube, query, 2);
    ASSERT_EQ(answer.rows, expected.rows) << i;
    ASSERT_EQ(answer.total, expected.total) << i;
    if (!can_answer(rolled, query)) continue;
    ++answered_rolled;
    ASSERT_EQ(ask_cube(rolled, query)->rows, expected.rows) << i;
  }
  EXPECT_GT(answered_rolled, 20);
}

TEST(SalesSums, TellsHowManyRowsThereAre) {
  const Shop shop = made_shop(3);
  const SalesQuery query = shop.query({{"by", "product"}, {"limit", "2"}, {"offset", "2"}});
  for (const SalesAnswer& answer : {shop.ask(query), *ask_cube(shop.cube(), query)}) {
    EXPECT_EQ(answer.rows.texts("product"), (std::vector<std::string>{"P2", "P3"}));
    EXPECT_EQ(answer.total, 5);
    EXPECT_TRUE(answer.is_cut(query));
  }
  const SalesQuery beyond = shop.query({{"by", "product"}, {"offset", "9"}});
  for (const SalesAnswer& answer : {shop.ask(beyond), *ask_cube(shop.cube(), beyond)}) {
    EXPECT_EQ(answer.rows.row_count(), 0);
    EXPECT_EQ(answer.total, 5);
    EXPECT_FALSE(answer.is_cut(beyond));
  }
}

TEST(SalesSums, OfNothingAreZero) {
  const Shop shop = made_shop(3);
  const SalesQuery query = shop.query({{"city", "nowhere"}});
  for (const SalesAnswer& answer : {shop.ask(query), *ask_cube(shop.cube(), query)}) {
    EXPECT_EQ(answer.rows.integers("lines"), (std::vector<std::int64_t>{0}));
    EXPECT_EQ(answer.rows.numbers("revenue"), (std::vector<double>{0}));
  }
}

TEST(SalesSums, TakeTextsOfTheQueryAsTexts) {
  Shop shop(settings());
  const std::vector<std::string> names{"O'Neill", "a\"b", "x'; DROP TABLE cells; --", "{}",
                                       "Köln",    "%",    "京都\xF0\x9F\x98\x80",     "\\', ''"};
  std::string csv = "date,order,product,qty,price,town\n";
  for (const std::string& name : names) {
    std::string quoted;
    for (const char c : name) quoted += c == '"' ? "\"\"" : std::string(1, c);
    csv += fmt::format("2024-01-01 10:00,1,P,1,1,\"{}\"\n", quoted);
  }
  shop.take_text(csv);
  const SalesCube cube = shop.cube();
  for (const std::string& name : names) {
    const SalesQuery query = shop.query({{"by", "city"}, {"city", name}});
    EXPECT_EQ(shop.ask(query).rows.texts("city"), std::vector<std::string>{name});
    EXPECT_EQ(ask_cube(cube, query)->rows.texts("city"), std::vector<std::string>{name});
  }
  const SalesQuery injected =
      shop.query({{"city", "' OR ''='"}, {"city", std::string(9999, '\'')}});
  EXPECT_EQ(shop.ask(injected).rows.integers("lines").front(), 0);
}

TEST(SalesCube, RefusesWhatIsTooLargeForIt) {
  const Shop shop = made_shop(3);
  ScratchFolder folder;
  Shop huge(settings());
  huge.take_text("date,order,product,qty,price,town\n2024-01-01 10:00,1,P,1000000,9000000000,X\n");
  expect_error(ErrorCode::bad_data, "64 bits", [&] { huge.cube(); });
  EXPECT_EQ(huge.ask(huge.query({})).rows.numbers("revenue").front(), 9e15);
}

TEST(SalesCube, HasNoRollUpWhereItWouldNotBeSmaller) {
  EXPECT_TRUE(coarse_dimensions(made_shop(3).cube()).empty());
}

}  // namespace
}  // namespace forecart

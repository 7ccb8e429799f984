#include "pipeline/sales_cache.h"

#include "pipeline/small_shop.h"
#include "table/expect_error.h"

#include <thread>

namespace forecart {
namespace {

SalesCacheOptions always_fresh() {
  SalesCacheOptions options;
  options.freshness = std::chrono::milliseconds(0);
  return options;
}

SalesQuery query_of(SalesCache& cache, const NamedValues& values) {
  return parse_sales_query(values, cache.state("orders")->schema);
}

std::int64_t lines_of(const SalesReply& reply) {
  return reply.answer.rows.integers("lines").front();
}

/// A shop whose questions can be asked.
struct AskedShop {
  SmallShop shop;
  Repository repository = Repository::open(shop.shop());
  SalesCache cache{repository, always_fresh()};
};

TEST(SalesCache, AnswersFromFilesUntilThereAreSums) {
  AskedShop asked;
  const SalesQuery query = query_of(asked.cache, {{"grain", "week"}});
  const SalesReply before = asked.cache.query("orders", query);
  EXPECT_EQ(to_string(before.source), "files");
  EXPECT_EQ(before.answer.rows.texts("ds").front(), "2022-12-26");
  EXPECT_TRUE(asked.cache.prepare("orders"));
  const SalesReply after = asked.cache.query("orders", query);
  EXPECT_EQ(to_string(after.source), "cube");
  EXPECT_EQ(after.answer.rows, before.answer.rows);
  EXPECT_EQ(after.version, before.version);
  EXPECT_GT(asked.cache.bytes(), 0);
}

TEST(SalesCache, SeesWhatUploadsBring) {
  AskedShop asked;
  ASSERT_TRUE(asked.cache.prepare("orders"));
  const SalesReply before = asked.cache.query("orders", {});
  ingest_into(asked.shop.shop(), {SmallShop::write_orders(asked.shop.beside("more.csv"), 29, 31)});
  const SalesReply files = asked.cache.query("orders", {});
  EXPECT_EQ(to_string(files.source), "files");
  EXPECT_NE(files.version, before.version);
  EXPECT_GT(lines_of(files), lines_of(before));
  ASSERT_TRUE(asked.cache.prepare("orders"));
  EXPECT_EQ(asked.cache.query("orders", {}).answer.rows, files.answer.rows);
}

TEST(SalesCache, LooksAgainWhenToldOrAfterAWhile) {
  const SmallShop shop;
  const Repository repository = Repository::open(shop.shop());
  SalesCacheOptions options;
  options.freshness = std::chrono::hours(1);
  SalesCache cache(repository, options);
  const std::int64_t before = lines_of(cache.query("orders", {}));
  ingest_into(shop.shop(), {SmallShop::write_orders(shop.beside("more.csv"), 29, 31)});
  EXPECT_EQ(lines_of(cache.query("orders", {})), before);
  cache.note_change("orders");
  EXPECT_GT(lines_of(cache.query("orders", {})), before);
}

TEST(SalesCache, WritesNothingIntoTheRepository) {
  AskedShop asked;
  const auto keys = asked.repository.store().list("");
  ASSERT_TRUE(asked.cache.prepare("orders"));
  asked.cache.query("orders", {});
  EXPECT_EQ(asked.repository.store().list(""), keys);
}

TEST(SalesCache, OverviewAndValuesAreThoseOfTheFiles) {
  AskedShop asked;
  const ValueSearch search{"place", "", 10, 0};
  const SalesOverview overview = asked.cache.overview("orders");
  const ValuesFound values = asked.cache.values("orders", search);
  EXPECT_EQ(overview.first, parse_instant("2023-01-01T08:00", {}));
  EXPECT_EQ(overview.last, parse_instant("2023-01-28T08:00", {}));
  EXPECT_EQ(values.total, 1);
  ASSERT_TRUE(asked.cache.prepare("orders"));
  EXPECT_EQ(asked.cache.overview("orders"), overview);
  EXPECT_EQ(asked.cache.values("orders", search).values, values.values);
}

TEST(SalesCache, RefusesWhatIsNotThere) {
  AskedShop asked;
  expect_error(ErrorCode::unknown_name, "orders", [&] { asked.cache.query("ordesr", {}); });
  SalesQuery query;
  query.by = {"produkt"};
  expect_error(ErrorCode::unknown_name, "product, customer",
               [&] { asked.cache.query("orders", query); });
  query.by.clear();
  query.limit = 0;
  expect_error(ErrorCode::invalid_value, "limit", [&] { asked.cache.query("orders", query); });
}

TEST(SalesCache, WaitsForARunAfterOtherSettings) {
  AskedShop asked;
  const auto before = asked.cache.query("orders", {}).version;
  const auto settings = asked.shop.shop() / Repository::config_key("orders");
  std::string text = file_bytes(settings);
  const std::string head = "[dimensions]\n";
  text.insert(text.find(head) + head.size(), "half = \"if(price = '2.50', 'a', 'b')\"\n");
  std::ofstream(settings) << text;
  expect_error(ErrorCode::conflict, "forecart run", [&] { asked.cache.query("orders", {}); });
  EXPECT_FALSE(asked.cache.prepare("orders"));
  asked.shop.run();
  SalesQuery query;
  query.by = {"half"};
  const SalesReply reply = asked.cache.query("orders", query);
  EXPECT_EQ(reply.answer.rows.texts("half"), std::vector<std::string>{"a"});
  EXPECT_NE(reply.version, before);
}

TEST(SalesCache, DropsSumsThatWereAskedForLongestAgo) {
  SmallShop shop;
  IngestRequest request;
  request.repository = shop.shop().string();
  request.dataset = "other";
  request.files = {SmallShop::write_orders(shop.beside("other.csv"), 1, 20)};
  ingest_orders(request);
  const Repository repository = Repository::open(shop.shop());
  std::size_t one = 0;
  {
    SalesCache cache(repository);
    ASSERT_TRUE(cache.prepare("orders"));
    one = cache.bytes();
  }
  SalesCacheOptions options = always_fresh();
  options.memory = one + one / 4;
  SalesCache cache(repository, options);
  ASSERT_TRUE(cache.prepare("orders"));
  ASSERT_TRUE(cache.prepare("other"));
  EXPECT_LE(cache.bytes(), options.memory);
  EXPECT_EQ(to_string(cache.query("other", {}).source), "cube");
  EXPECT_EQ(to_string(cache.query("orders", {}).source), "files");
}

TEST(SalesCache, AnswersFromFilesWhereSumsTakeTooMuch) {
  const SmallShop shop;
  const Repository repository = Repository::open(shop.shop());
  SalesCacheOptions options = always_fresh();
  options.memory = 10;
  SalesCache cache(repository, options);
  EXPECT_FALSE(cache.prepare("orders"));
  EXPECT_EQ(to_string(cache.query("orders", {}).source), "files");
}

TEST(SalesCache, GivesManyThreadsTheAnswerOfTheVersionItNames) {
  AskedShop asked;
  std::mutex mutex;
  std::map<std::string, std::set<std::int64_t>> lines;  // by version
  std::vector<std::thread> threads;
  for (int t = 0; t < 6; ++t) {
    threads.emplace_back([&] {
      for (int i = 0; i < 40; ++i) {
        const SalesReply reply = asked.cache.query("orders", {});
        const std::lock_guard lock(mutex);
        lines[reply.version].insert(lines_of(reply));
      }
    });
  }
  for (int day = 29; day <= 31; ++day) {
    const auto file = asked.shop.beside(fmt::format("{}.csv", day));
    ingest_into(asked.shop.shop(), {SmallShop::write_orders(file, day, day)});
  }
  for (std::thread& thread : threads) thread.join();
  const SalesReply last = asked.cache.query("orders", {});
  lines[last.version].insert(lines_of(last));
  EXPECT_LE(lines.size(), 4);
  for (const auto& [version, counts] : lines) EXPECT_EQ(counts.size(), 1) << version;
}

}  // namespace
}  // namespace forecart

#include "ingest/ingest.h"

#include "base/random.h"
#include "ingest/mapping.h"
#include "table/database.h"
#include "table/expect_error.h"
#include "table/scratch_folder.h"
#include "table/shared_data.h"
#include "table/table_file.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>
#include <rapidcheck/gtest.h>

#include <algorithm>

namespace forecart {
namespace {

constexpr const char* kHeader = "Order ID,Product,Quantity Ordered,Price Each,Order Date,Address\n";

struct Outcome {
  IngestCounts counts;
  Table sales;
  Table rejects;
};

std::int64_t count(const IngestCounts& counts, RejectReason reason) {
  return counts.rejected_by_reason[static_cast<std::size_t>(reason)];
}

Outcome ingest(const ScratchFolder& folder, const std::filesystem::path& file,
               const DatasetConfig& config) {
  const IngestFiles files{file, folder / "sales.parquet", folder / "rejects.csv", ""};
  const IngestResult result = ingest_file(files, config);
  return {result.counts, read_table(files.sales), read_table(files.rejects)};
}

Outcome ingest(std::string_view csv, DatasetConfig partial = {}) {
  const ScratchFolder folder;
  const auto file = folder.write("orders.csv", csv);
  return ingest(folder, file, guess_dataset_config({file}, std::move(partial)));
}

TEST(Ingest, CleansAndNamesEveryRefusedRow) {
  const Outcome outcome =
      ingest(std::string(kHeader) +
             "1,\"Cable, \"\"5 m\"\"\nlong\",2,11.95,04/19/19 08:46,\"1 St, Ulm\"\n"
             ",,,,,\n"
             "Order ID,Product,Quantity Ordered,Price Each,Order Date,Address\n"
             "2,B,x,1,04/20/19 08:46,A\n"
             "3,B,1,,04/20/19 08:46,A\n"
             "4,B,1,one,04/20/19 08:46,A\n"
             "5,B,1,1,20/20/19 08:46,A\n"
             "6,B,1,1\n"
             "7,St\xFC"
             "ck,1,1,04/20/19 08:46,A\n"
             "8,\"B,1,1,04/20/19 08:46,A\n"
             "9,B,1,1.5,04/21/19,\n"
             "\n"
             "9,B,1,1.5,04/21/19,\n");
  EXPECT_EQ(outcome.counts.rows_read, 13);
  EXPECT_EQ(outcome.counts.rows_accepted, 3);
  EXPECT_EQ(outcome.counts.rows_rejected, 10);
  EXPECT_EQ(outcome.counts.exact_duplicates, 1);
  EXPECT_EQ(outcome.rejects.texts("reason"),
            (std::vector<std::string>{"blank", "repeated_header", "bad_quantity", "missing_value",
                                      "bad_price", "bad_time", "wrong_column_count", "invalid_utf8",
                                      "bad_quotes", "blank"}));
  EXPECT_EQ(outcome.rejects.texts("line"),
            (std::vector<std::string>{"4", "5", "6", "7", "8", "9", "10", "11", "12", "14"}));
  EXPECT_EQ(outcome.rejects.texts("column"),
            (std::vector<std::string>{"", "", "Quantity Ordered", "Price Each", "Price Each",
                                      "Order Date", "", "", "", ""}));
  EXPECT_EQ(outcome.rejects.texts("text")[2], "2,B,x,1,04/20/19 08:46,A");
  EXPECT_EQ(outcome.rejects.texts("text")[7], "7,St\\xFCck,1,1,04/20/19 08:46,A");
  EXPECT_EQ(outcome.rejects.texts("file")[0], "orders.csv");
  EXPECT_EQ(outcome.sales.texts("product")[0], "Cable, \"5 m\"\nlong");
  EXPECT_EQ(outcome.sales.texts("time")[0], "2019-04-19 08:46:00");
  EXPECT_EQ(outcome.sales.integers("line"), (std::vector<std::int64_t>{2, 13, 15}));
  EXPECT_DOUBLE_EQ(outcome.counts.revenue, 26.9);
}

/// A file whose rows are drawn at random, with what must become of each.
struct DirtyFile {
  std::string bytes = kHeader;
  std::array<std::int64_t, kRejectReasons> rejected{};
  std::int64_t accepted = 0;
  std::int64_t line = 2;
  std::vector<std::int64_t> accepted_lines;

  void add(Generator& generator) {
    struct Kind {
      const char* row;
      int reason;  // of RejectReason; -1: accepted
      int lines = 1;
    };
    const auto because = [](RejectReason reason) { return static_cast<int>(reason); };
    const std::array kinds{
        Kind{"1,A,2,3.5,04/19/19 08:46,X", -1},
        Kind{"2,\"A,\"\"b\"\"\n\nc\",2,3.5,12/31/19 23:59,\"X, Y\"", -1, 3},
        Kind{" 3 , A , 2 , 3.5 , 04/19/19 08:46 , ", -1},
        Kind{",,,,,", because(RejectReason::blank)},
        Kind{"", because(RejectReason::blank)},
        Kind{" , ,,,,", because(RejectReason::blank)},
        Kind{"Order ID,Product,Quantity Ordered,Price Each,Order Date,Address",
             because(RejectReason::repeated_header)},
        Kind{"4,A,2,3.5,04/31/19 08:46,X", because(RejectReason::bad_time)},
        Kind{"5,A,,3.5,04/19/19 08:46,X", because(RejectReason::missing_value)},
        Kind{"6,A,2..0,3.5,04/19/19 08:46,X", because(RejectReason::bad_quantity)},
        Kind{"7,A,2,3.5e,04/19/19 08:46,X", because(RejectReason::bad_price)},
        Kind{"8,A,2,3.5,04/19/19 08:46,X,", because(RejectReason::wrong_column_count)},
        Kind{"9,\xE2\x82,2,3.5,04/19/19 08:46,X", because(RejectReason::invalid_utf8)},
        Kind{"10,\"A\"b,2,3.5,04/19/19 08:46,X", because(RejectReason::bad_quotes)}};
    const Kind& kind = kinds[generator.below(kinds.size())];
    bytes += std::string(kind.row) + (generator.below(2) == 0 ? "\n" : "\r\n");
    if (kind.reason < 0) {
      ++accepted;
      accepted_lines.push_back(line);
    } else {
      ++rejected[static_cast<std::size_t>(kind.reason)];
    }
    line += kind.lines;
  }
};

RC_GTEST_PROP(Ingest, NothingIsDroppedInSilence, (std::uint64_t seed)) {
  Generator generator(seed);
  DirtyFile file;
  file.bytes += "0,A,1,1,01/31/19 00:00,X\n";  // tells month from day
  file.accepted = 1;
  file.accepted_lines = {2};
  file.line = 3;
  const std::uint64_t rows = generator.below(60);
  for (std::uint64_t i = 0; i < rows; ++i) file.add(generator);
  DatasetConfig config;
  config.columns = {"Order ID",   "Order Date", "Product", "Quantity Ordered",
                    "Price Each", "",           "",        "Address"};
  const ScratchFolder folder;
  const Outcome outcome = ingest(folder, folder.write("orders.csv", file.bytes), config);
  RC_ASSERT(outcome.counts.rows_read == static_cast<std::int64_t>(rows) + 1);
  RC_ASSERT(outcome.counts.rows_read ==
            outcome.counts.rows_accepted + outcome.counts.rows_rejected);
  RC_ASSERT(outcome.counts.rejected_by_reason == file.rejected);
  RC_ASSERT(outcome.counts.rows_accepted == file.accepted);
  RC_ASSERT(outcome.sales.integers("line") == file.accepted_lines);
  RC_ASSERT(outcome.rejects.row_count() == static_cast<std::size_t>(outcome.counts.rows_rejected));
}

TEST(Ingest, CutsDimensionsBySql) {
  DatasetConfig config;
  config.dimensions = {{"city", "split_part(\"Address\", ', ', 2)"},
                       {"big", "\"Price Each\"::DOUBLE > 5"}};
  const std::string rows = std::string(kHeader) + "1,A,1,9,2019-01-01,\"1 St, Ulm\"\n";
  const Outcome outcome = ingest(rows, config);
  EXPECT_EQ(outcome.sales.texts("city").front(), "Ulm");
  EXPECT_EQ(outcome.sales.texts("big").front(), "true");
  config.dimensions = {{"x", "\"Nowhere\""}};
  expect_error(ErrorCode::invalid_value,
               "[dimensions] in dataset.toml: ", [&] { ingest(rows, config); });
  expect_error(ErrorCode::invalid_value, "Nowhere", [&] { ingest(rows, config); });
  config.dimensions = {{"x", "\"Address\"::INTEGER"}};
  expect_error(ErrorCode::bad_data,
               "[dimensions] in dataset.toml: ", [&] { ingest(rows, config); });
  config.dimensions = {{"x", "(SELECT 1)"}};
  expect_error(ErrorCode::invalid_value, "subqueries", [&] { ingest(rows, config); });
  config.dimensions = {{"x", "unnest([1, 2])"}};
  expect_error(ErrorCode::invalid_value, "one value per row", [&] { ingest(rows, config); });
}

TEST(Ingest, ReturnsFollowThePolicy) {
  const std::string rows =
      "InvoiceNo,StockCode,Quantity,UnitPrice,InvoiceDate\n1,A,5,2,2019-01-01\n2,A,1,2,2019-01-01\n"
      "C3,A,-2,2,2019-01-02\n4,A,-1,2,2019-01-02\n";
  for (const ReturnPolicy policy : {ReturnPolicy::keep, ReturnPolicy::net}) {
    DatasetConfig config;
    config.returns = policy;
    const Outcome kept = ingest(rows, config);
    EXPECT_EQ(kept.counts.rows_accepted, 4);
    EXPECT_EQ(kept.counts.returns, 2);
    EXPECT_EQ(kept.counts.revenue, 6);
  }
  DatasetConfig config;
  config.returns = ReturnPolicy::drop;
  config.credit_prefix = "C";
  const Outcome dropped = ingest(rows, config);
  EXPECT_EQ(dropped.counts.rows_accepted, 2);
  EXPECT_EQ(count(dropped.counts, RejectReason::returned), 2);
  EXPECT_EQ(dropped.rejects.texts("reason"), (std::vector<std::string>{"return", "return"}));
}

TEST(Ingest, KeepsCivilTimeAndInstantOfTheZone) {
  DatasetConfig config;
  config.time_zone = "Europe/Berlin";
  const Outcome outcome = ingest(
      "id,time\n1,2019-07-01 12:00\n2,2019-01-01 12:00\n"
      "3,2019-07-01T12:00:00Z\n4,2019-03-31 02:30\n5,2019-03-31 12:00\n",
      config);
  EXPECT_EQ(
      outcome.sales.texts("instant"),
      (std::vector<std::string>{"2019-07-01 10:00:00", "2019-01-01 11:00:00", "2019-07-01 12:00:00",
                                "2019-03-31 01:00:00", "2019-03-31 10:00:00"}));
  EXPECT_EQ(outcome.sales.texts("time")[2], "2019-07-01 14:00:00");
}

TEST(Ingest, ReadsRevenueOfTheLineAndGermanNumbers) {
  const Outcome outcome = ingest("Datum;Menge;Umsatz\n31.12.2019;4;1.010,00\n31.12.2019;0;5,5\n");
  EXPECT_EQ(outcome.sales.numbers("revenue"), (std::vector<double>{1010, 5.5}));
  EXPECT_EQ(outcome.sales.numbers("unit_price")[0], 252.5);
}

TEST(Ingest, ReadsParquetAsItReadsCsv) {
  const ScratchFolder folder;
  shared_database().execute(
      "COPY (SELECT * FROM (VALUES (1, TIMESTAMP '2019-12-31 23:00:00', 2, 1.5), "
      "(2, NULL, 1, 1.5)) AS t(order_id, order_date, quantity, price)) TO " +
      sql_literal((folder / "orders.parquet").string()) + " (FORMAT parquet)");
  const auto config = guess_dataset_config({folder / "orders.parquet"}, {});
  const Outcome outcome = ingest(folder, folder / "orders.parquet", config);
  EXPECT_EQ(outcome.sales.texts("time"), (std::vector<std::string>{"2019-12-31 23:00:00"}));
  EXPECT_EQ(outcome.rejects.texts("reason"), (std::vector<std::string>{"missing_value"}));
  EXPECT_EQ(outcome.rejects.texts("text"), (std::vector<std::string>{"2,,1,1.5"}));
}

TEST(Ingest, RefusesFilesThatCannotBeUsedAndLeavesNothing) {
  const ScratchFolder folder;
  DatasetConfig config;
  config.columns.time = "date";
  const auto refuse = [&](ErrorCode code, const char* word, const std::filesystem::path& file) {
    SCOPED_TRACE(file);
    expect_error(code, word, [&] { ingest(folder, file, config); });
    EXPECT_FALSE(std::filesystem::exists(folder / "sales.parquet"));
    EXPECT_FALSE(std::filesystem::exists(folder / "rejects.csv"));
  };
  refuse(ErrorCode::not_found, "none.csv", folder / "none.csv");
  refuse(ErrorCode::unreadable, "folder", folder / "");
  refuse(ErrorCode::bad_data, "empty", folder.write("empty.csv", ""));
  refuse(ErrorCode::bad_data, "no rows", folder.write("header.csv", "date,n\n"));
  refuse(ErrorCode::unknown_name, "--time-column", folder.write("other.csv", "day,n\n1,2\n"));
  refuse(ErrorCode::bad_data, "--date-order", folder.write("open.csv", "date\n01/02/19\n"));
  refuse(ErrorCode::bad_data, "parquet", folder.write("no.parquet", "date\n01/02/19\n"));
  refuse(ErrorCode::bad_data, "cut", folder.write("cut.csv.gz", "\x1f\x8b\x08\x00"));
}

/// It read the cell before the first one.
TEST(Ingest, RefusesSettingsWithoutATime) {
  const ScratchFolder folder;
  const auto file = folder.write("orders.csv", std::string(kHeader) + "1,A,1,1,04/19/19 08:46,X\n");
  expect_error(ErrorCode::bad_data, "no column for the time",
               [&] { ingest(folder, file, DatasetConfig{}); });
}

TEST(Ingest, OneRowIsEnough) {
  const Outcome outcome = ingest("date\n2019-12-31");
  EXPECT_EQ(outcome.counts.rows_accepted, 1);
  EXPECT_EQ(outcome.sales.numbers("quantity").front(), 1);
}

TEST(Ingest, WritesTheKeysOfTheCommand) {
  IngestCounts counts = ingest("date\n2019-12-31\n\n").counts;
  counts += ingest("date\n2020-01-01 10:00\n").counts;
  counts.revenue = 0;
  EXPECT_EQ(to_json(counts, TimeZone{}).dump(),
            R"({"cancellations":0,"exact_duplicates":0,"files_known":0,)"
            R"("first":"2019-12-31 00:00:00","last":"2020-01-01 10:00:00",)"
            R"("rejected_by_reason":{"blank":1},"returns":0,"revenue":0.0,)"
            R"("rows_accepted":2,"rows_read":3,"rows_rejected":1})");
}

TEST(Ingest, RevenueShowsNoRoundingErrorsOfItsTerms) {
  IngestCounts counts;
  counts.revenue = 34492035.970000006;
  EXPECT_EQ(to_json(counts, TimeZone{})["revenue"].dump(), "34492035.97");
  counts.revenue = 1e300;
  EXPECT_EQ(to_json(counts, TimeZone{})["revenue"].get<double>(), 1e300);
}

/// The hash is stored in sales files, so it must never change. The number was computed from the
/// definition by a separate Python program.
TEST(Ingest, RowHashStaysTheSame) {
  EXPECT_NE(hash_row({"a", "b"}), hash_row({"ab", ""}));
  EXPECT_NE(hash_row({"a"}), hash_row({"a", ""}));
  EXPECT_EQ(hash_row({"176558", "USB-C Charging Cable"}), 12598023185489582462U);
}

// Expected counts: README of the shared data, counted there by an independent reader.
TEST(Ingest, TheTwelveRealFilesGiveTheKnownCounts) {
  const auto data = shared_data("galli");
  if (data.empty()) GTEST_SKIP() << "the real order files are not here (FORECART_SHARED)";
  const ScratchFolder folder;
  std::vector<std::filesystem::path> files;
  for (const auto& entry : std::filesystem::directory_iterator(data)) files.push_back(entry.path());
  std::sort(files.begin(), files.end());
  const DatasetConfig config = guess_dataset_config(files, {});
  IngestCounts total;
  std::vector<std::filesystem::path> sales;
  for (const auto& file : files) {
    sales.push_back(folder / (file.stem().string() + ".parquet"));
    total += ingest_file({file, sales.back(), folder / "rejects.csv", ""}, config).counts;
  }
  EXPECT_EQ(files.size(), 12U);
  EXPECT_EQ(total.rows_read, 186850);
  EXPECT_EQ(total.rows_accepted, 185950);
  EXPECT_EQ(total.rows_rejected, 900);
  EXPECT_EQ(count(total, RejectReason::blank), 545);
  EXPECT_EQ(count(total, RejectReason::repeated_header), 355);
  EXPECT_EQ(count_exact_duplicates(sales), 264);
  EXPECT_NEAR(total.revenue, 34492035.97, 1e-6);
  EXPECT_EQ(format_instant(*total.first, TimeZone{}), "2019-01-01 03:07:00");
  EXPECT_EQ(format_instant(*total.last, TimeZone{}), "2020-01-01 05:13:00");
}

TEST(Ingest, OnlineRetailAndSuperstoreGiveTheKnownCounts) {
  const auto retail = shared_data("online-retail/online_retail.csv.zst");
  const auto superstore = shared_data("superstore/superstore.csv.zst");
  if (retail.empty()) GTEST_SKIP() << "the real order files are not here (FORECART_SHARED)";
  const ScratchFolder folder;
  const IngestFiles out{retail, folder / "sales.parquet", folder / "rejects.csv", ""};
  const IngestCounts counts = ingest_file(out, guess_dataset_config({retail}, {})).counts;
  EXPECT_EQ(counts.rows_read, 541909);
  EXPECT_EQ(counts.rows_accepted, 541909);
  EXPECT_EQ(counts.exact_duplicates, 5268);
  EXPECT_EQ(counts.cancellations, 9288);
  EXPECT_EQ(counts.returns, 10624 + 2);  // quantity <= 0, and two credits by price
  EXPECT_NEAR(counts.revenue, 9747747.93, 0.01);
  const Outcome store = ingest(folder, superstore, guess_dataset_config({superstore}, {}));
  EXPECT_EQ(store.counts.rows_accepted, 9994);
  EXPECT_NEAR(store.counts.revenue, 2297200.86, 0.01);
  EXPECT_EQ(format_instant(*store.counts.first, TimeZone{}), "2016-01-03 00:00:00");
}

}  // namespace
}  // namespace forecart

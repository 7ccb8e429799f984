#include "ingest/mapping.h"

#include "table/expect_error.h"
#include "table/scratch_folder.h"

#include <gtest/gtest.h>

namespace forecart {
namespace {

DatasetConfig guess(std::string_view csv, DatasetConfig partial = {}) {
  const ScratchFolder folder;
  return guess_dataset_config({folder.write("orders.csv", csv)}, std::move(partial));
}

TEST(Mapping, KnowsEnglishNames) {
  const DatasetConfig config = guess(
      "Order ID,Product,Quantity Ordered,Price Each,Order Date,Purchase Address\n"
      "1,Cable,2,11.95,04/19/19 08:46,\"1 St, Dallas\"\n");
  EXPECT_EQ(config.columns, (ColumnMapping{"Order ID", "Order Date", "Product", "Quantity Ordered",
                                           "Price Each", "", "", "Purchase Address"}));
  EXPECT_EQ(config.date_order, DateOrder::mdy);
  EXPECT_EQ(config.panels.front().frequency.name(), "h");
}

TEST(Mapping, KnowsGermanNamesAndNumbers) {
  const DatasetConfig config = guess(
      "Bestellnummer;Bestelldatum;Artikel;Menge;Stückpreis;Kundennr.;Filiale\n"
      "1;31.12.2019;Kabel;2;11,95;7;Ulm\n");
  EXPECT_EQ(config.columns, (ColumnMapping{"Bestellnummer", "Bestelldatum", "Artikel", "Menge",
                                           "Stückpreis", "", "Kundennr.", "Filiale"}));
  EXPECT_EQ(config.date_order, DateOrder::dmy);
  EXPECT_EQ(config.panels.front().frequency.name(), "D");
}

TEST(Mapping, FindsTimesByContentAndKeepsWhatIsGiven) {
  EXPECT_EQ(guess("a,b\nx,2019-12-31 23:00\n").columns.time, "b");
  DatasetConfig partial;
  partial.columns.time = "Ship Date";
  EXPECT_EQ(guess("Order Date,Ship Date\n2019-01-01,2019-01-02\n", partial).columns.time,
            "Ship Date");
  // A name alone does not make a time column.
  EXPECT_EQ(guess("date,when\nfoo,2019-12-31\n").columns.time, "when");
}

TEST(Mapping, ProposesACreditPrefix) {
  EXPECT_EQ(guess("InvoiceNo,Quantity,InvoiceDate\n536365,6,2010-12-01\n536366,6,2010-12-01\n"
                  "C536379,-1,2010-12-01\n")
                .credit_prefix,
            "C");
  EXPECT_EQ(
      guess("InvoiceNo,Quantity,InvoiceDate\nC1,6,2010-12-01\nC2,-6,2010-12-01\n").credit_prefix,
      "");
}

TEST(Mapping, SaysWhatIsMissing) {
  expect_error(ErrorCode::bad_data, "id, n", [] { guess("id,n\n1,2\n"); });
  expect_error(ErrorCode::bad_data, "--time-column", [] { guess("id,n\n1,2\n"); });
  expect_error(ErrorCode::bad_data, "no rows", [] { guess("Order Date,n\n"); });
  expect_error(ErrorCode::bad_data, "--date-order", [] { guess("date,n\n01/02/19,2\n"); });
  expect_error(ErrorCode::usage, "files", [] { guess_dataset_config({}, {}); });
  DatasetConfig partial;
  partial.columns.time = "when";
  expect_error(ErrorCode::unknown_name, "'when'",
               [&] { guess("date,n\n2019-01-01,2\n", partial); });
}

TEST(Mapping, AnotherFileMayTellDayFromMonth) {
  const ScratchFolder folder;
  const auto open = folder.write("a.csv", "date,n\n01/02/19,2\n");
  const auto clear = folder.write("b.csv", "date,n\n31/01/19,2\n");
  EXPECT_EQ(guess_dataset_config({open, clear}, {}).date_order, DateOrder::dmy);
}

}  // namespace
}  // namespace forecart

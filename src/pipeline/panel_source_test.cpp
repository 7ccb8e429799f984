#include "pipeline/panel_source.h"

#include "table/expect_error.h"
#include "table/scratch_folder.h"

#include <gtest/gtest.h>

namespace forecart {
namespace {

class PanelSource : public testing::Test {
 protected:
  PanelRequest table(std::string_view csv, const std::string& until) const {
    PanelRequest request;
    request.files = {folder_.write("long.csv", csv)};
    request.until = until;
    return request;
  }
  std::string last(std::string_view csv, const std::string& until) const {
    const Panel panel = load_panel(table(csv, until)).panel;
    return panel.calendar().label(panel.end() - 1);
  }
  PanelRequest orders(const std::vector<std::string>& by) const {
    PanelRequest request;
    request.files = {folder_.write("orders.csv",
                                   "Order Date,Product,Town,Shop\n"
                                   "2024-01-01 10:00,A,Ulm,x\n2024-01-02 10:00,B,Bonn,x\n"
                                   "2024-01-03 10:00,A,Ulm,y\n")};
    request.orders = true;
    request.frequency = "D";
    request.keep_partial = true;
    request.config.columns.time = "Order Date";
    request.config.columns.product = "Product";
    request.by = by;
    return request;
  }
  std::vector<std::string> ids(const std::vector<std::string>& by) const {
    return load_panel(orders(by)).panel.ids();
  }

  ScratchFolder folder_;
};

constexpr const char* kMonthEnds = "ds,y\n2020-04-30,1\n2020-05-31,2\n2020-06-30,3\n";
constexpr const char* kHours = "ds,y\n2020-01-01 22:00,1\n2020-01-01 23:00,2\n2020-01-02 00:00,3\n";
constexpr const char* kCounts = "ds,y\n10,1\n20,2\n30,3\n40,4\n";

TEST_F(PanelSource, UntilGoesByTheLabel) {
  EXPECT_EQ(last(kMonthEnds, "2020-06-15"), "2020-05-31");
  EXPECT_EQ(last(kMonthEnds, "2020-06-30"), "2020-06-30");
  EXPECT_EQ(last(kHours, "2020-01-01 23:00"), "2020-01-01 23:00:00");
  EXPECT_EQ(last(kHours, "2020-01-01 22:59"), "2020-01-01 22:00:00");
}

TEST_F(PanelSource, UntilOfACounterIsACount) {
  EXPECT_EQ(last(kCounts, "30"), "30");
  EXPECT_EQ(last(kCounts, "39"), "30");
  EXPECT_EQ(last(kCounts, "9223372036854775807"), "40");
  expect_error(ErrorCode::invalid_value, "2020-06-15",
               [&] { load_panel(table(kCounts, "2020-06-15")); });
  expect_error(ErrorCode::invalid_value, "'30'", [&] { load_panel(table(kHours, "30")); });
}

TEST_F(PanelSource, UntilBeforeTheDataSaysWhereTheyBegin) {
  expect_error(ErrorCode::bad_data,
               "--until 2019-01-01 leaves nothing: the data begin with 2020-04",
               [&] { load_panel(table(kMonthEnds, "2019-01-01")); });
  expect_error(ErrorCode::bad_data, "begin with 10", [&] { load_panel(table(kCounts, "9")); });
  PanelRequest request = orders({});
  request.until = "2019-01-01";
  expect_error(ErrorCode::bad_data, "the first sale is of 2024-01-01 10:00:00",
               [&] { load_panel(request); });
}

TEST_F(PanelSource, EqualContentsCountOnce) {
  PanelRequest request = orders({});
  request.threads = 1;
  const LoadedPanel once = load_panel(request);
  request.files.push_back(folder_.write("again.csv", file_bytes(request.files.front())));
  const LoadedPanel twice = load_panel(request);
  EXPECT_EQ(twice.panel[0].values[0], once.panel[0].values[0]);
  ASSERT_EQ(twice.notes.size(), once.notes.size() + 1);
  EXPECT_NE(twice.notes[0].find("again.csv' has the same content as '"), std::string::npos);
}

TEST_F(PanelSource, NamesInByIgnoreCase) {
  const std::vector<std::string> products{"product=A", "product=B"};
  for (const char* name : {"product", "Product", "PRODUCT"}) EXPECT_EQ(ids({name}), products);
  EXPECT_EQ(ids({"Product", "product"}), products);
  EXPECT_EQ(ids({"Shop"}), (std::vector<std::string>{"Shop=x", "Shop=y"})) << "a raw column";
  EXPECT_EQ(ids({"Town"}), (std::vector<std::string>{"Town=Bonn", "Town=Ulm"}));
  PanelRequest mapped = orders({"Place"});
  mapped.config.columns.place = "Town";
  PanelRequest declared = orders({"SHOP"});
  declared.config.dimensions = {{"shop", "upper(Shop)"}};
  EXPECT_EQ(load_panel(declared).panel.ids(), (std::vector<std::string>{"shop=X", "shop=Y"}));
  const LoadedPanel loaded = load_panel(mapped);
  EXPECT_EQ(loaded.panel.ids(), (std::vector<std::string>{"place=Bonn", "place=Ulm"}));
  EXPECT_EQ(loaded.notes.front(), "'Place' means place, read from the column 'Town'");
}

TEST_F(PanelSource, AnUnknownNameInByListsWhatThereIs) {
  for (const char* name : {"region", "customer"}) {
    expect_error(ErrorCode::unknown_name, "Order Date, Product, Town, Shop", [&] { ids({name}); });
    expect_error(ErrorCode::unknown_name, "product, customer or place", [&] { ids({name}); });
  }
}

}  // namespace
}  // namespace forecart

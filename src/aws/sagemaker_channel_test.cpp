#include "aws/sagemaker_channel.h"

#include "base/error.h"
#include "table/expect_error.h"
#include "table/scratch_folder.h"

#include <gtest/gtest.h>

#include <cmath>
#include <fstream>
#include <string>

namespace forecart {
namespace {

class Channel : public testing::Test {
 protected:
  std::filesystem::path file(const std::string& name, const std::string& text) {
    std::ofstream(folder / name) << text;
    return folder / name;
  }
  static PanelRequest by_day() {
    PanelRequest how;
    how.frequency = "D";
    return how;
  }

  ScratchFolder folder;
};

TEST_F(Channel, FilesAreOnePanelOfTheirSeries) {
  const auto a = file("a.csv", "unique_id,ds,y\nx,2024-01-01,1\nx,2024-01-02,2\ny,2024-01-01,5\n");
  const auto b = file("b.csv", "item_id,timestamp,target\nx,2024-01-04,4\n");
  const auto c = file("c.jsonl",
                      "{\"start\": \"2024-01-03\", \"target\": [7, null, 9], \"cat\": [1]}\n\n"
                      "{\"item_id\": \"y\", \"start\": \"2024-01-02\", \"target\": [6]}\n");
  const LoadedPanel loaded = load_channel({a, b, c}, by_day());
  const Panel& panel = loaded.panel;
  EXPECT_EQ(panel.ids(), (std::vector<std::string>{"x", "y", "1"}));
  ASSERT_EQ(panel[0].values.size(), 4U);
  EXPECT_TRUE(std::isnan(panel[0].values[2]));
  EXPECT_EQ(panel[0].values[3], 4);
  EXPECT_EQ(panel[1].values[1], 6);
  EXPECT_EQ(panel[2].values[2], 9);
  ASSERT_EQ(loaded.notes.size(), 1U);
  EXPECT_NE(loaded.notes.front().find("cat"), std::string::npos);
}

TEST_F(Channel, WhatDoesNotGoTogetherIsRefused) {
  const auto a = file("a.csv", "unique_id,ds,y\nx,2024-01-01,1\nx,2024-01-02,2\n");
  const auto again = file("again.csv", "unique_id,ds,y\nx,2024-01-02,3\nx,2024-01-03,3\n");
  const auto hours = file("h.csv", "unique_id,ds,y\nz,2024-01-02 00:00,3\nz,2024-01-02 01:00,3\n");
  const auto line = file("l.jsonl", "{\"start\": \"2024-01-03\", \"target\": [7]}\n");
  const auto broken = file("broken.jsonl", "[1]\n");
  expect_error(ErrorCode::bad_data, "once", [&] { load_channel({a, again}, by_day()); });
  expect_error(ErrorCode::bad_data, "freq", [&] { load_channel({a, hours}, {}); });
  expect_error(ErrorCode::invalid_value, "freq", [&] { load_channel({line}, {}); });
  expect_error(ErrorCode::bad_data, "line 1", [&] { load_channel({broken}, by_day()); });
  expect_error(ErrorCode::not_found, "no series", [&] { load_channel({}, by_day()); });
}

}  // namespace
}  // namespace forecart

#include "http/negotiation.h"

#include <gtest/gtest.h>

#include <array>

namespace forecart {
namespace {

std::string_view chosen(std::string_view accept) {
  static constexpr std::array<std::string_view, 3> kTypes{"application/json", "text/csv",
                                                          "application/vnd.apache.parquet"};
  return kTypes[preferred(accept, kTypes)];
}

TEST(Negotiation, TheHighestWeightWins) {
  EXPECT_EQ(chosen("application/json;q=0.1, text/csv"), "text/csv");
  EXPECT_EQ(chosen("text/csv;q=0.1, application/json"), "application/json");
  EXPECT_EQ(chosen("text/html, text/csv;q=0.5"), "text/csv");
  EXPECT_EQ(chosen("TEXT/CSV;charset=utf-8 ; Q=0.3"), "text/csv");
  EXPECT_EQ(chosen("text/*"), "text/csv");
  EXPECT_EQ(chosen("*/*;q=0.1, application/vnd.apache.parquet;q=0.2"),
            "application/vnd.apache.parquet");
}

TEST(Negotiation, WhatIsNamedCloserCounts) {
  EXPECT_EQ(chosen("application/json;q=0, */*"), "text/csv");
  EXPECT_EQ(chosen("text/*, text/csv;q=0, application/json;q=0.1"), "application/json");
}

TEST(Negotiation, TheFirstWhereNothingIsSaid) {
  for (const char* accept : {"", "*/*", "application/*", "text/html", "text/csv, application/json",
                             "text/csv;q=0", "text/csv;q=x", "text/csv;q=2", ";;,,", "text/csvx"}) {
    EXPECT_EQ(chosen(accept), "application/json") << accept;
  }
}

}  // namespace
}  // namespace forecart

#include "pipeline/personal.h"

#include "base/series_id.h"
#include "table/database.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <utility>
#include <vector>

namespace forecart {
namespace {

TEST(Personal, IdsOfCustomersAndPlacesInWordsAndInSql) {
  const std::vector<std::pair<std::string, bool>> ids{
      {make_series_id({{"customer", "Ann"}}), true},
      {make_series_id({{"city", "Boston"}, {"place", "1 Main St, 02215"}}), true},
      {make_series_id({{"place", ""}}), true},
      {make_series_id({{"product", "a/customer=b"}}), false},
      {make_series_id({{"customers", "2"}}), false},
      {make_series_id({{"product", "customer"}}), false},
      {"total", false},
      {"", false}};
  for (const auto& [id, personal] : ids) {
    EXPECT_EQ(names_person(id), personal) << id;
    const Table answer = shared_database().query(
        fmt::format("SELECT CAST({} AS VARCHAR) AS told FROM (SELECT {} AS unique_id)",
                    names_person_sql("unique_id"), sql_literal(id)));
    EXPECT_EQ(answer.texts("told")[0], personal ? "true" : "false") << id;
  }
}

}  // namespace
}  // namespace forecart

#include "hierarchy/hierarchy.h"

#include "base/error.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace forecart {
namespace {

using testing::ElementsAre;

const std::vector<std::string> kLeaves{"city=Boston/product=Cable", "city=Boston/product=Lamp",
                                       "city=Dallas/product=Lamp"};

ErrorCode code_of(const std::vector<std::string>& ids, const std::vector<std::string>& levels) {
  try {
    make_hierarchy(ids, levels);
  } catch (const Error& error) {
    return error.code();
  }
  return ErrorCode::conflict;
}

TEST(Hierarchy, TakesTheTotalAndEveryDimension) {
  const Hierarchy hierarchy = make_hierarchy(kLeaves, {});
  EXPECT_THAT(hierarchy.levels, ElementsAre("total", "city", "product", "city/product"));
  EXPECT_THAT(hierarchy.ids, ElementsAre("total", "city=Boston", "city=Dallas", "product=Cable",
                                         "product=Lamp", kLeaves[0], kLeaves[1], kLeaves[2]));
  EXPECT_THAT(hierarchy.level_of, ElementsAre(0, 1, 1, 2, 2, 3, 3, 3));
  const Eigen::Vector3d leaves(1, 2, 4);
  Eigen::VectorXd all(8);
  all << 7, 3, 4, 1, 6, 1, 2, 4;
  EXPECT_EQ(hierarchy.from_leaves(leaves), all);
}

TEST(Hierarchy, TakesDeclaredCrossings) {
  const Hierarchy hierarchy =
      make_hierarchy({"city=A/product=X/shop=1", "city=A/product=X/shop=2"},
                     {"product/City", "Total", "city/product", "city/product/shop"});
  EXPECT_THAT(hierarchy.levels, ElementsAre("city/product", "total", "city/product/shop"));
  EXPECT_THAT(hierarchy.ids, ElementsAre("city=A/product=X", "total", "city=A/product=X/shop=1",
                                         "city=A/product=X/shop=2"));
}

TEST(Hierarchy, KeepsEscapedNames) {
  const Hierarchy hierarchy = make_hierarchy({"city=New%20York/product=a%2Fb"}, {});
  EXPECT_EQ(hierarchy.ids[1], "city=New%20York");
  EXPECT_EQ(hierarchy.ids[2], "product=a%2Fb");
}

TEST(Hierarchy, OneDimensionHasTheTotalAlone) {
  EXPECT_THAT(make_hierarchy({"city=A", "city=B"}, {}).ids,
              ElementsAre("total", "city=A", "city=B"));
}

TEST(Hierarchy, RefusesWhatIsNone) {
  EXPECT_EQ(code_of({}, {}), ErrorCode::bad_data);
  EXPECT_EQ(code_of({"Boston"}, {}), ErrorCode::invalid_value);
  EXPECT_EQ(code_of({"total"}, {}), ErrorCode::invalid_value);
  EXPECT_EQ(code_of({"city=A", "product=B"}, {}), ErrorCode::invalid_value);
  EXPECT_EQ(code_of({kLeaves[0], "city=Boston"}, {}), ErrorCode::invalid_value);
  EXPECT_EQ(code_of(kLeaves, {"country"}), ErrorCode::unknown_name);
  EXPECT_EQ(code_of({kLeaves[0], kLeaves[0]}, {}), ErrorCode::bad_data);
}

TEST(Hierarchy, FindsNodesInAnyOrder) {
  const Hierarchy hierarchy = make_hierarchy(kLeaves, {"total"});
  const std::vector<std::string> ids{kLeaves[2], kLeaves[0], "total", kLeaves[1]};
  EXPECT_THAT(places_of(hierarchy, ids), ElementsAre(2, 1, 3, 0));
  EXPECT_THAT(leaves_of(ids), ElementsAre(kLeaves[2], kLeaves[0], kLeaves[1]));
  EXPECT_THROW(places_of(hierarchy, kLeaves), Error);
}

}  // namespace
}  // namespace forecart

#include "models/state_shelf.h"

#include "models/baseline/average.h"
#include "models/baseline/naive.h"
#include "models/series_model.h"

#include <gtest/gtest.h>

#include <vector>

namespace forecart {
namespace {

using nlohmann::json;

/// Puts every list aside, and leaves its number in the state.
class Attic final : public StateShelf {
 public:
  json put_list(std::size_t size, const NextElement& next) override {
    lists_.push_back(StateShelf::put_list(size, next));
    return lists_.size() - 1;
  }
  void each(const json& value, const Visit& visit) const override {
    StateShelf::each(value.is_number() ? lists_.at(value.get<std::size_t>()) : value, visit);
  }

  const std::vector<json>& lists() const { return lists_; }

 private:
  std::vector<json> lists_;
};

/// What `shelf` gives for `value`, as "name:element" each.
std::vector<std::string> visited(const StateShelf& shelf, const json& value) {
  std::vector<std::string> seen;
  shelf.each(value, [&seen](const std::string& name, const json& element) {
    seen.push_back(name + ":" + element.dump());
  });
  return seen;
}

TEST(StateShelf, ThatTakesNothingLeavesStatesWhole) {
  StateShelf shelf;
  int next = 0;
  const json list = shelf.put_list(3, [&next] { return next++; });
  EXPECT_EQ(list, json({0, 1, 2}));
  const json map =
      shelf.put_map(2, [&next] { return std::pair(std::to_string(next++), json(true)); });
  EXPECT_EQ(map, json({{"3", true}, {"4", true}}));
  EXPECT_EQ(visited(shelf, list), (std::vector<std::string>{":0", ":1", ":2"}));
  EXPECT_EQ(visited(shelf, map), (std::vector<std::string>{"3:true", "4:true"}));
  EXPECT_EQ(shelf.whole(map), map);
  EXPECT_THROW(visited(shelf, 7), json::exception);
}

TEST(StateShelf, SeriesGoThroughItOneByOne) {
  const ModelPtr model = per_series(make_seasonal_naive(3), make_window_average(3));
  Panel panel{Calendar()};
  for (int i = 0; i < 1500; ++i) {
    panel.add("s" + std::to_string(i), 100,
              std::vector<double>(static_cast<std::size_t>(i % 5), i));
  }
  const auto fitted = model->fit(panel, {}, {});
  Attic attic;
  const json state = fitted->save_parts(attic);
  ASSERT_EQ(attic.lists().size(), 1U);
  EXPECT_EQ(attic.lists()[0].size(), 1500U);
  EXPECT_EQ(state.at("series"), 0);
  EXPECT_EQ(model->load_parts(state, attic)->save(), fitted->save());
  EXPECT_EQ(model->load_parts(fitted->save(), attic)->save(), fitted->save()) << "of before";
}

}  // namespace
}  // namespace forecart

#include "pipeline/state_parts.h"

#include "pipeline/fsck.h"
#include "pipeline/garbage.h"
#include "pipeline/lasting.h"
#include "pipeline/run.h"
#include "pipeline/run_models.h"
#include "pipeline/shop_files.h"
#include "pipeline/small_shop.h"
#include "pipeline/verify.h"
#include "store/counting_store.h"
#include "table/expect_error.h"
#include "table/scratch_folder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <set>

namespace forecart {
namespace {

using nlohmann::json;
using testing::IsEmpty;
using testing::SizeIs;

/// As states are: something kept for each series inside models inside a model, and weights.
json state_of(int series) {
  json list = json::array();
  json map = json::object();
  for (int i = 0; i < series; ++i) {
    list.push_back({{"unique_id", std::to_string(i)}, {"level", i}});
    map[std::to_string(i)] = {0.5 * i, nullptr};
  }
  return {{"version", 1},
          {"scores", std::move(map)},
          {"models", json::array({{{"state", {{"series", std::move(list)}}}}, {{"empty", {}}}})},
          {"weights", std::vector<double>(10'000, 0.5)},
          {"seasons", {1, 2, 3}}};
}

class StateParts : public testing::Test {
 protected:
  std::set<std::string> objects() const {
    const auto keys = store_.list("models/");
    return {keys.begin(), keys.end()};
  }

  ScratchFolder folder_;
  CountingStore store_{open_local_store(folder_ / "store")};
};

TEST_F(StateParts, AreJoinedAgain) {
  for (const int series : {0, 1, 1024, 1025, 3000}) {
    const StoredState stored = write_state(store_, state_of(series));
    EXPECT_EQ(read_state_at(store_, stored.key), state_of(series)) << series;
  }
}

TEST_F(StateParts, AreOnlyCutFromLongLists) {
  EXPECT_THAT(write_state(store_, {{"series", {1, 2}}}).parts, IsEmpty());
  EXPECT_THAT(write_state(store_, state_of(1024)).parts, SizeIs(1));  // the weights
  const StoredState large = write_state(store_, state_of(3000));
  EXPECT_THAT(large.parts, SizeIs(7));
  EXPECT_LT(store_.read(large.key)->size(), 2000U);
}

TEST_F(StateParts, ThatDidNotChangeAreNotWrittenAgain) {
  json state = state_of(3000);
  write_state(store_, state);
  const std::int64_t before = store_.traffic().puts;
  state["models"][0]["state"]["series"][1500]["level"] = -1;
  write_state(store_, state);
  EXPECT_EQ(store_.traffic().puts - before, 2) << "the part and the trunk that names it";
  state["models"][0]["state"]["series"].push_back({{"unique_id", "new"}});
  write_state(store_, state);
  EXPECT_EQ(store_.traffic().puts - before, 4) << "who joins comes last";
}

TEST_F(StateParts, ThatAreGoneOrDamagedAreNamed) {
  const StoredState stored = write_state(store_, state_of(3000));
  const std::string& part = stored.parts[1];
  const std::string bytes = *store_.read(part);
  store_.remove(part);
  expect_error(ErrorCode::not_found, part, [&] { read_state_at(store_, stored.key); });
  const std::string map{"\xa1\x61x\x01", 4};
  for (const std::string& wrong : {std::string("\x01", 1), bytes.substr(0, 99), map}) {
    store_.put(part, wrong);
    expect_error(ErrorCode::bad_data, "is damaged; run again",
                 [&] { read_state_at(store_, stored.key); });
  }
}

TEST_F(StateParts, LieBelowModelsOnly) {
  for (const json& keys : {json::array({"forecart.json"}), json::array({"models/../x"})}) {
    const auto trunk = json::to_cbor({{"a", {{"list in parts", keys}}}});
    store_.put("models/trunk", {reinterpret_cast<const char*>(trunk.data()), trunk.size()});
    expect_error(ErrorCode::bad_data, "a fitted state lies at no",
                 [&] { read_state_at(store_, "models/trunk"); });
  }
}

TEST_F(StateParts, AreKeptForLongerWhereTheyAreNamedLate) {
  const StoredState stored = write_state(store_, state_of(3000));
  for (const std::string& key : stored.keys()) {
    std::filesystem::last_write_time(
        folder_ / "store" / key,
        std::filesystem::file_time_type::clock::now() - kNamedWithin - std::chrono::hours(1));
    ASSERT_FALSE(is_lasting(store_, key));
  }
  keep_state(store_, stored);
  for (const std::string& key : stored.keys()) EXPECT_TRUE(is_lasting(store_, key)) << key;
  store_.remove(stored.parts[1]);
  expect_error(ErrorCode::not_found, stored.parts[1], [&] { keep_state(store_, stored); });
}

/// Models as runs have them.
class FittedParts : public StateParts {
 protected:
  static constexpr int kSteps = 40;

  /// Of series that begin one after the other.
  static Panel panel(int series, int end) {
    Panel result{Calendar(Frequency::parse("D"), TimeZone())};
    for (int i = 0; i < series; ++i) {
      std::vector<double> values;
      for (int step = i % 9; step < end; ++step) values.push_back((step * (i + 2)) % 7);
      result.add(std::to_string(1000 + i), i % 9, values);
    }
    return result;
  }

  /// Fitted, moved on, and some series fitted again, so that the state before is kept too.
  std::unique_ptr<Fitted> fitted(int series) const {
    auto state = model_->fit(panel(series, kSteps), {}, {});
    state->update(panel(series, kSteps + 7).between(kSteps, kSteps + 7));
    std::vector<Retraining> decisions(static_cast<std::size_t>(series), Retraining::move_on);
    decisions.front() = Retraining::re_estimate;
    return model_->refit(std::move(state), decisions, {panel(series, kSteps + 7), {}, {}});
  }

  ModelRegistry registry_{{.frequency = Frequency::parse("D"), .season_length = 7}};
  ModelPtr model_ = RunModels(registry_, nullptr).make("SeasonalNaive");
};

TEST_F(FittedParts, AreThoseOfTheWholeState) {
  for (const int series : {1, 1024, 1025, 2500}) {
    const auto state = fitted(series);
    const StoredState stored = write_state(store_, *state);
    const StoredState whole = write_state(store_, state->save());
    EXPECT_EQ(stored.key, whole.key) << series;
    EXPECT_EQ(stored.parts, whole.parts) << series;
    EXPECT_EQ(stored.parts.empty(), series <= 1024) << series;
    const auto loaded = read_fitted(store_, stored.key, *model_);
    EXPECT_EQ(loaded->save(), state->save()) << series;
    EXPECT_EQ(loaded->ledger().back().interval_method, state->ledger().back().interval_method);
  }
}

TEST_F(FittedParts, OfBeforeAreWhole) {
  const json state = fitted(1500)->save();
  ASSERT_TRUE(state.dump().find("\"replaced\"") != std::string::npos);
  const auto bytes = json::to_cbor(state);
  store_.put("models/whole", {reinterpret_cast<const char*>(bytes.data()), bytes.size()});
  EXPECT_EQ(read_fitted(store_, "models/whole", *model_)->save(), state);
}

/// Models tell what is wrong with a state as damage; what the store says stays what it is.
TEST_F(FittedParts, ThatAreGoneOrDamagedAreNamed) {
  const StoredState stored = write_state(store_, *fitted(1500));
  ASSERT_THAT(stored.parts, SizeIs(testing::Ge(4U)));
  for (const std::string& part : stored.parts) {
    const std::string bytes = *store_.read(part);
    store_.remove(part);
    expect_error(ErrorCode::not_found, part, [&] { read_fitted(store_, stored.key, *model_); });
    store_.put(part, bytes.substr(0, bytes.size() / 2));
    expect_error(ErrorCode::bad_data, part, [&] { read_fitted(store_, stored.key, *model_); });
    store_.put(part, bytes);
  }
  EXPECT_NO_THROW(read_fitted(store_, stored.key, *model_));
}

/// A shop of so many items that states are cut, whose items sell one each day.
class LargeShop : public testing::Test {
 protected:
  static constexpr int kItems = 2100;

  LargeShop() {
    ingest_into(shop(), {write(folder_ / "first.csv", 1, 28, 0, kItems)});
    declare_panel(shop(),
                  "name = \"items\"\nby = [\"product\"]\nmeasure = \"units\"\n"
                  "frequency = \"D\"\nhorizon = 3\n");
  }

  std::filesystem::path shop() const { return folder_ / "shop"; }

  /// Days of January 2023 and the hour at which the items are sold.
  static std::filesystem::path write(const std::filesystem::path& file, int first, int last,
                                     int first_item, int last_item, int hour = 9) {
    std::ofstream out(file);
    out << "id,when,product,quantity,price\n";
    for (int day = first; day <= last; ++day) {
      for (int item = first_item; item < last_item; ++item) {
        out << fmt::format("{0}-{1},2023-01-{0:02} {3:02}:10,i{1:04},{2},2.50\n", day, item,
                           1 + (day + item) % 5, hour);
      }
    }
    return file;
  }

  void ingest(const std::filesystem::path& file) const { ingest_into(shop(), {file}); }

  std::string run() const {
    RunRequest request;
    request.repository = shop();
    request.dataset = "orders";
    request.choice.models = {"SeasonalNaive"};
    const RunReport report = run_dataset(request);
    EXPECT_TRUE(report.published);
    return report.run;
  }

  std::set<std::string> states(const std::string& run) const {
    const json manifest =
        Repository::open(shop()).read_json(Repository::run_key("orders", run, "manifest.json"));
    std::set<std::string> all;
    for (const json& model : manifest.at("models")) {
      const auto keys = told_state(model).keys();
      all.insert(keys.begin(), keys.end());
    }
    return all;
  }

  ScratchFolder folder_;
};

TEST_F(LargeShop, WritesOnlyThePartsWithWhatChanged) {
  const std::string first = run();
  ingest(write(folder_ / "late.csv", 20, 20, 5, 6, 15));
  const std::string second = run();
  const std::set<std::string> known = states(first);
  std::int64_t same = 0;
  std::int64_t all = 0;
  for (const std::string& key : states(second)) {
    const auto bytes = static_cast<std::int64_t>(file_size(shop() / key));
    all += bytes;
    if (known.contains(key)) same += bytes;
  }
  EXPECT_GT(same, all / 2) << "a third of the items is in the part with the late order";
  EXPECT_LT(same, all);

  VerifyRequest verified;
  verified.repository = shop().string();
  verified.dataset = "orders";
  verified.run = second;
  EXPECT_TRUE(verify_run(verified).passed());
}

TEST_F(LargeShop, PartsAreKeptAndChecked) {
  const std::string made = run();
  FsckRequest checked;
  checked.repository = shop().string();
  EXPECT_THAT(check_repository(checked).damages, IsEmpty());
  EXPECT_THAT(check_repository(checked).notes, IsEmpty());

  GarbageRequest collected;
  collected.repository = shop().string();
  for (const auto& file : std::filesystem::recursive_directory_iterator(shop() / "models")) {
    std::filesystem::last_write_time(
        file, std::filesystem::file_time_type::clock::now() - std::chrono::hours(100));
  }
  EXPECT_EQ(collect_garbage(collected).total.objects, 0);

  const std::string lost = *states(made).begin();
  Repository::open(shop()).store().remove(lost);
  const auto damages = check_repository(checked).damages;
  ASSERT_THAT(damages, SizeIs(1));
  EXPECT_EQ(damages[0].key, lost);
}

}  // namespace
}  // namespace forecart

#include "pipeline/fsck.h"

#include "base/error.h"
#include "base/random.h"
#include "pipeline/cancellation.h"
#include "pipeline/follow_up.h"
#include "pipeline/fsck_remedies.h"
#include "pipeline/fsck_repair.h"
#include "pipeline/lease.h"
#include "pipeline/overrides.h"
#include "pipeline/quicksight_record.h"
#include "pipeline/report_error.h"
#include "pipeline/resume.h"
#include "pipeline/schedule.h"
#include "pipeline/small_shop.h"
#include "store/failing_store.h"

#include "access/access.h"
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <atomic>
#include <functional>
#include <vector>

namespace forecart {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

class FsckTest : public testing::Test {
 protected:
  FsckTest() {
    shop_.put_into_inbox("second.csv", 29, 31);
    write("inbox/orders/broken.xlsx", "PK\x03\x04 no orders");
    EXPECT_FALSE(shop_.work().failure);
  }

  fs::path file(const std::string& key) const { return shop_.shop() / key; }
  void write(const std::string& key, const std::string& bytes) const {
    fs::create_directories(file(key).parent_path());
    std::ofstream(file(key), std::ios::binary) << bytes;
  }

  FsckReport check() const {
    FsckRequest request;
    request.repository = shop_.shop();
    return check_repository(request);
  }

  std::vector<std::string> keys() const { return Repository::open(shop_.shop()).store().list(""); }

  std::string key_of(const std::string& beginning, const std::string& ending) const {
    for (const std::string& key : keys()) {
      if (key.starts_with(beginning) && key.ends_with(ending)) return key;
    }
    ADD_FAILURE() << "nothing is like " << beginning << "*" << ending;
    return "forecart.json";
  }

  std::string manifest_of_current() const {
    return Repository::open(shop_.shop()).current("orders")->at("manifest");
  }

  /// The keys of the damages.
  static std::vector<std::string> damaged(const FsckReport& report) {
    std::vector<std::string> keys;
    for (const Damage& damage : report.damages) keys.push_back(damage.key);
    return keys;
  }

  /// Changes `times` bits of an object, one after the other, and wants each to be found.
  void expect_flips_are_named(const std::string& key, int times) {
    const std::string whole = file_bytes(file(key));
    for (int i = 0; i < times && !whole.empty(); ++i) {
      std::string flipped = whole;
      const auto bit = static_cast<std::size_t>(generator_.uniform() * 8 * double(whole.size()));
      flipped[bit / 8] = static_cast<char>(flipped[bit / 8] ^ (1 << bit % 8));
      write(key, flipped);
      const FsckReport report = check();
      const auto found = damaged(report);
      EXPECT_TRUE(std::ranges::count(found, key) > 0 || has_note(report, "changed", key))
          << key << " bit " << bit;
    }
    write(key, whole);
  }

  static bool has_note(const FsckReport& report, const std::string& kind, const std::string& key) {
    return std::any_of(report.notes.begin(), report.notes.end(),
                       [&](const FsckNote& note) { return note.kind == kind && note.key == key; });
  }

  SmallShop shop_;
  Generator generator_{7};
};

TEST_F(FsckTest, FindsNothingInAWholeRepository) {
  const FsckReport report = check();
  EXPECT_TRUE(report.damages.empty()) << to_json(report).dump(2);
  EXPECT_TRUE(report.notes.empty()) << to_json(report).dump(2);
  EXPECT_EQ(report.objects, std::ssize(keys()));
}

// People's own files tell only what cannot be parsed; the settings also differ from those of the
// run.
TEST_F(FsckTest, NamesTheObjectWithAFlippedBit) {
  for (const std::string& key : keys()) expect_flips_are_named(key, 2);
  EXPECT_TRUE(check().damages.empty());
}

/// Whatever this program writes beside data: of what waits, of what went wrong, of people.
void write_all_records(const fs::path& shop) {
  Repository repository = Repository::open(shop);
  const Instant now = repository.store().now();
  ask_for_run(repository, "orders", "request");
  cancel_work(repository, "orders");  // the request is gone; the next one stays
  ask_for_run(repository, "orders", "upload");
  keep_failure(repository, "orders", {"crashed", "the worker died", 1, now, now});
  fire_if_due(repository, "orders",
              {CronSchedule::parse("0 6 * * *"), TimeZone(), "0 6 * * * none"});
  keep_resume_token(repository, "orders", 900);
  keep_report_error(repository, "orders", "no memory");
  owe_follow_up(repository, "orders", "20230101T000000.000Z-ab12cd");
  change_quicksight_record(repository, "orders", [](QuickSightRecord& record) {
    record.account = "123456789012";
    return true;
  });
  add_override(repository, "orders",
               {.panel = "daily",
                .unique_id = "all",
                .from = "2023-02-01",
                .to = "2023-02-02",
                .value = 3,
                .comment = "closed",
                .author = "ann",
                .at = "2023-01-31T08:00:00Z"});
  AccessOptions cheap;
  cheap.hash = {.passes = 1, .memory_bytes = 8192};
  Access access(repository.store(), cheap);
  access.offer_first_admin();
  const Actor local{"local:test", ""};
  access.add_user({.name = "ann", .role = Role::admin, .password = "nine lives and a fence"},
                  local);
  access.sign_in("ann", "nine lives and a fence", {.address = "192.0.2.7"});
  const IssuedToken token = access.add_token({.user = "ann", .name = "nightly"}, local);
  access.of_token(token.secret, "192.0.2.7");
}

TEST_F(FsckTest, NamesAFlippedBitInEveryKindOfRecord) {
  write_all_records(shop_.shop());
  for (const char* const kind :
       {"ask-", "cancel.json", "failure.json", "schedule.json", "resume.json", "report.json",
        "follow-up.json", "quicksight.json", "lease.json"}) {
    expect_flips_are_named(key_of(std::string("work/orders/") + kind, ""), 4);
  }
  for (const char* const kind :
       {"datasets/orders/overrides.json", "access/users.json", "access/first_admin.json",
        "access/used/", "access/sessions/", "access/sessions/of/", "audit/"}) {
    expect_flips_are_named(key_of(kind, ".json"), 4);
  }
  const FsckReport whole = check();
  EXPECT_TRUE(whole.damages.empty()) << to_json(whole).dump(2);
  EXPECT_TRUE(whole.notes.empty()) << to_json(whole).dump(2);
}

TEST_F(FsckTest, NamesWhatIsGone) {
  for (const std::string& key : keys()) {
    if (key == "forecart.json" || key.starts_with("work/") || key.starts_with("datasets/"))
      continue;
    // Nothing names these: a pointer that is gone is one that was never made, and so on.
    if (key.starts_with("current/") || key.starts_with("uploads/")) continue;
    if (key.starts_with("dead/")) continue;  // files and their reasons
    if (key.ends_with("/manifest.json") && key != manifest_of_current()) continue;
    const std::string whole = file_bytes(file(key));
    fs::remove(file(key));
    EXPECT_FALSE(check().damages.empty()) << key;
    write(key, whole);
  }
}

TEST_F(FsckTest, APointerMustNameACompleteRun) {
  Repository repository = Repository::open(shop_.shop());
  const std::string manifest = manifest_of_current();
  json failed = repository.read_json(manifest);
  failed["status"] = "failed";
  repository.write_json(manifest, failed);
  EXPECT_EQ(damaged(check()), std::vector<std::string>{"current/orders.json"});
}

TEST_F(FsckTest, APointerToARunThatIsGoneNamesItsRemedy) {
  fs::remove(file(manifest_of_current()));
  const FsckReport report = check();
  ASSERT_TRUE(std::ranges::count(damaged(report), "current/orders.json") > 0);
  const auto& damage = *std::ranges::find(report.damages, "current/orders.json", &Damage::key);
  EXPECT_NE(damage.remedy.find(shop_.shop().string()), std::string::npos);
  EXPECT_NE(damage.remedy.find("--dataset orders"), std::string::npos);
}

TEST_F(FsckTest, EveryRemedyNamesTheRepositoryAndTheObject) {
  for (const std::string& place : {std::string("/srv/shop"), std::string("s3://bucket/shop")}) {
    const Remedies remedies(place);
    for (const std::string& key : keys()) {
      if (key.starts_with("inbox/") || key.starts_with("inputs/")) continue;
      const std::string remedy = remedies(key);
      EXPECT_NE(remedy.find(place), std::string::npos) << key << ": " << remedy;
      const bool by_command =
          remedy.find("--repair") != std::string::npos || remedy.find(key) != std::string::npos;
      EXPECT_TRUE(by_command) << key << ": " << remedy;
    }
    EXPECT_TRUE(remedies("uploads/orders/1.json")
                    .starts_with((place.starts_with("s3") ? "aws s3 rm " : "rm ") + place +
                                 "/uploads/orders/1.json"));
  }
}

TEST_F(FsckTest, ADamagedPointerIsNotFollowed) {
  std::string text = file_bytes(file("current/orders.json"));
  text[text.find("runs/") + 1] ^= 1;
  write("current/orders.json", text);
  const Repository repository = Repository::open(shop_.shop());
  try {
    repository.current("orders");
    ADD_FAILURE();
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::bad_data);
    EXPECT_NE(std::string(error.what()).find("--repair"), std::string::npos);
  }
}

TEST_F(FsckTest, AReasonWhoseFileIsGoneIsNoDamage) {
  const std::string reason = key_of("dead/", "broken.xlsx.json");
  fs::remove(file(reason.substr(0, reason.size() - 5)));
  const FsckReport report = check();
  EXPECT_TRUE(report.damages.empty()) << to_json(report).dump(2);
  EXPECT_TRUE(has_note(report, "unfinished", reason));
}

/// Fails every read of some objects, or every write, as rights or checksums make a store do.
class RefusingStore final : public ForwardingStore {
 public:
  struct Plan {
    std::string prefix = "none";
    ErrorCode code = ErrorCode::unreadable;
    bool writes = false;
  };
  RefusingStore(std::shared_ptr<ObjectStore> store, Plan plan)
      : ForwardingStore(std::move(store)), plan_(std::move(plan)) {}

  std::optional<std::string> read(std::string_view key) const override {
    if (key.ends_with("/manifest.json")) ++manifests_read;
    refuse(key, false);
    return inner().read(key);
  }
  std::filesystem::path fetch(std::string_view key) const override {
    refuse(key, false);
    return inner().fetch(key);
  }
  void put_file(std::string_view key, const fs::path& file) override {
    refuse(key, true);
    inner().put_file(key, file);
  }
  static inline std::atomic<int> manifests_read{0};

 private:
  void refuse(std::string_view key, bool is_write) const {
    if (plan_.writes == is_write && key.starts_with(plan_.prefix)) {
      throw Error(plan_.code, "refused: " + std::string(key));
    }
  }
  Plan plan_;
};

/// Every repository that is opened as long as this lives has such a store.
class Refusing {
 public:
  explicit Refusing(const RefusingStore::Plan& plan) {
    Repository::wrap_stores([plan](std::unique_ptr<ObjectStore> store) {
      return std::make_unique<RefusingStore>(std::move(store), plan);
    });
  }
  ~Refusing() { Repository::wrap_stores(nullptr); }
  Refusing(const Refusing&) = delete;
  Refusing& operator=(const Refusing&) = delete;
};

ErrorCode code_of(const std::function<void()>& step) {
  try {
    step();
  } catch (const Error& error) {
    return error.code();
  }
  ADD_FAILURE() << "no error";
  return ErrorCode::usage;
}

// A key that may not be used, an object in an archive.
TEST_F(FsckTest, WhatMayNotBeReadIsNoDamage) {
  for (const std::string& key :
       {key_of("raw/", ""), key_of("models/", ""), key_of("sales/", ".json")}) {
    const Refusing refusing({key});
    EXPECT_EQ(code_of([this] { check(); }), ErrorCode::unreadable) << key;
  }
}

TEST_F(FsckTest, NothingGoesThatCannotBeKept) {
  for (const std::string& key : {std::string("current/orders.json"), key_of("models/", ""),
                                 key_of("sales/orders/", ".json")}) {
    const std::string whole = file_bytes(file(key));
    write(key, "rubbish");
    const FsckReport found = check();
    const auto before = keys();
    const Refusing refusing({"lost/", ErrorCode::unreadable, true});
    EXPECT_EQ(code_of([&] { repair_repository(shop_.shop(), found); }), ErrorCode::unreadable);
    EXPECT_EQ(keys(), before) << key;
    write(key, whole);
  }
}

TEST_F(FsckTest, WhatMayNotBeReadStaysWhereItIs) {
  const std::string rejects = key_of("rejects/", ".csv");
  const std::string record = key_of("sales/orders/", ".json");
  write(rejects, "rubbish");
  const FsckReport found = check();
  ASSERT_EQ(damaged(found).size(), 1U);
  for (const ErrorCode code : {ErrorCode::unreadable, ErrorCode::bad_data}) {
    const Refusing refusing({"sales/orders/", code});
    const FsckRepair repair = repair_repository(shop_.shop(), found);
    EXPECT_EQ(repair.left, std::vector<std::string>{rejects});
    EXPECT_TRUE(repair.set_aside.empty() && repair.removed.empty());
    EXPECT_TRUE(fs::exists(file(record)));
  }
}

// S3 tells bytes that are not those of their checksum, and gives none.
TEST_F(FsckTest, DamageWithoutBytesToKeepIsRemoved) {
  const std::string key = "current/orders.json";
  const Refusing refusing({key, ErrorCode::bad_data});
  const FsckReport found = check();
  ASSERT_EQ(damaged(found), std::vector<std::string>{key});
  const FsckRepair repair = repair_repository(shop_.shop(), found);
  EXPECT_TRUE(repair.left.empty() && repair.set_aside.empty());
  EXPECT_EQ(repair.removed, std::vector<std::string>{key});
  EXPECT_FALSE(fs::exists(file(key)));
}

TEST_F(FsckTest, AStateOfTheCurrentRunIsDamageUntilItIsFittedAgain) {
  const std::string state = key_of("models/", "");
  write(state, "rubbish");
  const FsckRepair repair = repair_repository(shop_.shop(), check());
  EXPECT_EQ(repair.left, std::vector<std::string>{state});
  EXPECT_EQ(damaged(check()), std::vector<std::string>{state});
  RunRequest run;
  run.repository = shop_.shop();
  run.dataset = "orders";
  run.retrain_all = true;
  EXPECT_TRUE(run_dataset(run).published);
  EXPECT_TRUE(repair_repository(shop_.shop(), check()).left.empty());
  EXPECT_TRUE(check().damages.empty()) << to_json(check()).dump(2);
}

TEST_F(FsckTest, RunsAreLookedThroughOnceForAllDamagedStates) {
  int states = 0;
  int manifests = 0;
  for (const std::string& key : keys()) {
    manifests += key.ends_with("/manifest.json") ? 1 : 0;
    if (!key.starts_with("models/")) continue;
    write(key, "rubbish");
    ++states;
  }
  ASSERT_GT(states, 3);
  const FsckReport found = check();
  const Refusing refusing({});
  RefusingStore::manifests_read = 0;
  EXPECT_EQ(std::ssize(repair_repository(shop_.shop(), found).left), states);
  EXPECT_LE(RefusingStore::manifests_read, 2 * manifests);
}

TEST_F(FsckTest, ADamagedRequestIsARequestStill) {
  Repository repository = Repository::open(shop_.shop());
  const std::string request = ask_for_run(repository, "orders", "request");
  write(request, "rubbish");
  const FsckReport found = check();
  ASSERT_EQ(damaged(found), std::vector<std::string>{request});
  EXPECT_TRUE(repair_repository(shop_.shop(), found).left.empty());
  EXPECT_FALSE(fs::exists(file(request)));
  EXPECT_EQ(waiting_work(repository, "orders").asked.size(), 1U);
  EXPECT_TRUE(check().damages.empty());
}

/// One object of each kind that the program makes by itself is damaged, set aside and made anew.
TEST_F(FsckTest, RepairsWhatTheNextRunMakes) {
  Repository repository = Repository::open(shop_.shop());
  repository.write_json("work/orders/failure.json", {{"attempts", 1}});
  for (const std::string& key :
       {key_of("sales/orders/", ".parquet"), key_of("sales/orders/", ".json"),
        key_of("rejects/", ".csv"), key_of("models/", ""), std::string("current/orders.json"),
        std::string("work/orders/failure.json"), key_of("dead/", ".xlsx")}) {
    repository.store().put(key, "rubbish");
    const FsckReport found = check();
    ASSERT_EQ(damaged(found), std::vector<std::string>{key});
    const FsckRepair repair = repair_repository(shop_.shop(), found);
    EXPECT_TRUE(repair.left.empty()) << key;
    ASSERT_FALSE(repair.set_aside.empty()) << key;
    EXPECT_TRUE(repository.store().exists(repair.place + repair.set_aside.front()));
    RunRequest run;
    run.repository = shop_.shop();
    run.dataset = "orders";
    run.retrain_all = true;
    run.choice.models = {"SeasonalNaive"};
    EXPECT_TRUE(run_dataset(run).published) << key;
    repair_repository(shop_.shop(), check());  // of runs that were current before
    EXPECT_TRUE(check().damages.empty()) << key << to_json(check()).dump(2);
  }
}

TEST_F(FsckTest, LeavesToPeopleWhatOnlyTheyHave) {
  Repository repository = Repository::open(shop_.shop());
  const std::string manifest = manifest_of_current();
  for (const std::string& key : {key_of("raw/", ""), key_of("uploads/", ".json"),
                                 std::string("datasets/orders/dataset.toml"), manifest}) {
    const std::string whole = file_bytes(file(key));
    write(key, "rubbish = ");
    const FsckRepair repair = repair_repository(shop_.shop(), check());
    EXPECT_EQ(repair.left, std::vector<std::string>{key});
    EXPECT_TRUE(repair.set_aside.empty()) << key;
    write(key, whole);
  }
  write("current/orders.json", "rubbish");
  const auto busy = Lease::take(repository.store(), "work/orders/lease.json");
  EXPECT_EQ(repair_repository(shop_.shop(), check()).left,
            std::vector<std::string>{"current/orders.json"})
      << "somebody is at work";
}

TEST_F(FsckTest, WhatNobodyKnowsIsNamedButNoDamage) {
  write("holiday.jpg", "x");
  write("models/notes.txt", "x");
  const FsckReport report = check();
  EXPECT_TRUE(report.damages.empty());
  EXPECT_TRUE(has_note(report, "unknown", "holiday.jpg"));
  EXPECT_TRUE(has_note(report, "unknown", "models/notes.txt"));
}

// An earlier forecart wrote records without seals, and sales without hashes.
TEST_F(FsckTest, ToldApartAreRecordsOfBeforeThereWereSeals) {
  Repository repository = Repository::open(shop_.shop());
  const std::string record = key_of("sales/orders/", ".json");
  json sales = repository.read_json(record);
  sales.erase("sales_sha256");
  write(record, sales.dump());
  const std::string schedule = "work/orders/schedule.json";
  write(schedule, R"({"schedule": "0 6 * * *", "last": "2023-01-01 00:00:00Z"})");
  EXPECT_EQ(damaged(check()), (std::vector<std::string>{record, schedule}))
      << "all are sealed here";
  write("forecart.json", R"({"format": 1})");
  const FsckReport report = check();
  EXPECT_TRUE(report.damages.empty()) << to_json(report).dump(2);
  EXPECT_TRUE(has_note(report, "unsealed", record));
  EXPECT_TRUE(has_note(report, "unsealed", schedule));
  EXPECT_TRUE(has_note(report, "uncheckable", record));
}

// FORECART_WORK, which large objects are fetched to, may be full.
TEST_F(FsckTest, AFullDiskIsNoDamage) {
  auto failing = std::make_shared<FailingStore>(open_local_store(shop_.shop()), FailurePlan{});
  Repository::wrap_stores([&](auto) { return std::make_unique<ForwardingStore>(failing); });
  check();
  const std::int64_t calls = failing->calls();
  for (std::int64_t call = 5; call <= calls; call += 7) {
    failing->follow({.only = call, .code = ErrorCode::no_space});
    EXPECT_THROW(check(), Error) << call << " of " << calls;
  }
  Repository::wrap_stores(nullptr);
}

TEST_F(FsckTest, DamagedSalesAreCleanedAgainAsTheRemedySays) {
  const std::string sales = key_of("sales/orders/", ".parquet");
  write(sales, "rubbish");
  const FsckReport report = check();
  ASSERT_EQ(damaged(report), std::vector<std::string>{sales});
  EXPECT_NE(report.damages.front().remedy.find("fsck --repository " + shop_.shop().string()),
            std::string::npos);
  repair_repository(shop_.shop(), report);
  Repository repository = Repository::open(shop_.shop());
  ask_for_run(repository, "orders", "request");
  EXPECT_FALSE(shop_.work().failure);
  EXPECT_TRUE(check().damages.empty());
}

}  // namespace
}  // namespace forecart

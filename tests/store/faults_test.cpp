// What the S3 store does when things go wrong between it and Ceph.

#include "base/error.h"
#include "base/parallel.h"
#include "store/semantics.h"

#include "fault_proxy.h"
#include "s3_servers.h"
#include <gtest/gtest.h>
#include <unistd.h>

#include <atomic>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <thread>

namespace forecart {
namespace {

namespace fs = std::filesystem;
using testing_s3::FaultProxy;
using testing_s3::Server;
using Kind = testing_s3::Fault::Kind;

class Faults : public testing_s3::OnCeph {
 protected:
  void TearDown() override { fs::remove(file_); }

  /// A store whose requests go as `plan` says.
  std::unique_ptr<ObjectStore> behind(const FaultProxy::Plan& plan) {
    proxy_ =
        std::make_unique<FaultProxy>(server_.endpoint, [this, plan](auto& request, int number) {
          return armed_ ? plan(request, number) : Kind::none;
        });
    Server proxied = server_;
    proxied.endpoint = proxy_->url();
    armed_ = false;
    auto store = testing_s3::open_test_store(proxied, testing_s3::settings_of(proxied));
    armed_ = true;
    return store;
  }

  void make_file(std::size_t size) const {
    std::ofstream file(file_, std::ios::binary);
    std::string block(4099, 'x');
    for (std::size_t done = 0; done < size; done += block.size()) {
      block.assign(std::min<std::size_t>(size - done, 4099), static_cast<char>(done * 31 / 4099));
      file << block;
    }
  }

  static std::ptrdiff_t files_below(const fs::path& folder) {
    return std::distance(fs::directory_iterator(folder), fs::directory_iterator());
  }

  static std::string content(const fs::path& path) {
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
  }

  fs::path file_ = fs::temp_directory_path() / ("forecart-faults-" + std::to_string(getpid()));
  std::atomic<bool> armed_{false};
  std::unique_ptr<FaultProxy> proxy_;
};

TEST_F(Faults, EveryOtherRequestInAllWaysLosesNothing) {
  for (const Kind kind : {Kind::refuse, Kind::drop, Kind::lose_answer, Kind::fail_answer,
                          Kind::cut_answer, Kind::garble_request}) {
    std::atomic<int> number{0};
    const auto store =
        behind([&](const TestRequest&, int) { return ++number % 2 == 1 ? kind : Kind::none; });
    store->put("a/1", "one");
    EXPECT_EQ(store->read("a/1"), "one");
    EXPECT_TRUE(store->put_if_absent("a/2", "two"));
    EXPECT_FALSE(store->put_if_absent("a/2", "two"));
    EXPECT_TRUE(store->put_if_match("a/2", "zwei", store->get("a/2")->tag));
    EXPECT_EQ(store->list("a/"), (std::vector<std::string>{"a/1", "a/2"}));
    EXPECT_EQ(content(store->fetch("a/2")), "zwei");
    store->remove("a/1");
    EXPECT_FALSE(store->exists("a/1"));
  }
}

TEST_F(Faults, FilesInPartsOutliveCutsBothWays) {
  make_file((13 << 20) + 5);
  for (const Kind kind : {Kind::lose_answer, Kind::cut_answer, Kind::fail_answer}) {
    std::atomic<int> number{0};
    const auto store =
        behind([&](const TestRequest&, int) { return ++number % 3 == 0 ? kind : Kind::none; });
    store->put_file("file", file_);
    EXPECT_TRUE(content(store->fetch("file")) == content(file_));
  }
}

TEST_F(Faults, TheWinnerOfManyIsToldSoThoughItsAnswerIsLost) {
  std::atomic<int> writes{0};
  const auto store = behind([&](const TestRequest& request, int) {
    // answers to half of the conditional writes are lost, some as 500
    const bool conditional =
        !request.header("if-none-match").empty() || !request.header("if-match").empty();
    if (!conditional) return Kind::none;
    const int number = ++writes;
    return number % 4 == 0 ? Kind::lose_answer : number % 4 == 2 ? Kind::fail_answer : Kind::none;
  });
  const StoreSemantics found = probe_semantics(*store);
  EXPECT_TRUE(found.shared()) << found.finding;
}

TEST_F(Faults, DamageOnTheWayIsNoticed) {
  const auto store = behind([](const TestRequest& request, int) {
    return request.method == "GET" ? Kind::garble_answer : Kind::none;
  });
  store->put("k", std::string(1000, 'x'));
  make_file(11 << 20);
  store->put_file("file", file_);
  for (const auto* key : {"k", "file"}) {
    try {
      store->fetch(key);
      ADD_FAILURE();
    } catch (const Error& error) {
      EXPECT_EQ(error.code(), ErrorCode::bad_data);
    }
  }
  EXPECT_THROW(store->read("k"), Error);
  EXPECT_EQ(files_below(store->work_folder()), 1) << "the lock alone: no half of what was damaged";
}

TEST_F(Faults, DamageOfOneAnswerIsHealedByTheNext) {
  std::atomic<int> reads{0};
  const auto store = behind([&](const TestRequest& request, int) {
    return request.method == "GET" && ++reads == 1 ? Kind::garble_answer : Kind::none;
  });
  store->put("k", std::string(1000, 'x'));
  EXPECT_EQ(store->read("k"), std::string(1000, 'x'));
  EXPECT_EQ(reads, 2);
  reads = 0;
  EXPECT_EQ(content(store->fetch("k")), std::string(1000, 'x'));
}

TEST_F(Faults, SlowLinesAreWaitedFor) {
  make_file(11 << 20);
  const auto store = behind([](const TestRequest&, int) { return Kind::slow_answer; });
  store->put_file("file", file_);
  EXPECT_TRUE(content(store->fetch("file")) == content(file_));
}

TEST_F(Faults, AStormOf503IsOutlivedByManyAtOnce) {
  std::atomic<int> number{0};
  const auto store =
      behind([&](const TestRequest&, int) { return ++number <= 60 ? Kind::refuse : Kind::none; });
  parallel_for(32, 16, [&](std::size_t i) { store->put("s/" + std::to_string(i), "x"); });
  EXPECT_EQ(store->list("s/").size(), 32U);
}

TEST_F(Faults, ADeadServerIsGivenUpAtTheDeadline) {
  S3Settings settings = testing_s3::settings_of(server_);
  {
    settings.endpoint = parse_url(TestServer([](auto&) { return answer(200, ""); }).url());
  }
  settings.deadline = std::chrono::milliseconds(700);
  const auto store =
      open_s3_store("forecart-tests", "x", settings, testing_s3::fixed_credentials("a", "b"));
  try {
    store->read("k");
    ADD_FAILURE();
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::unavailable);
  }
}

TEST_F(Faults, AWrongSecretIsRefusedAndNotRepeated) {
  const auto store =
      open_s3_store("forecart-tests", "x", testing_s3::settings_of(server_),
                    testing_s3::fixed_credentials(server_.access_key, "wrongsecret"));
  try {
    store->put("k", "x");
    ADD_FAILURE();
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::unreadable);
    EXPECT_NE(std::string(error.what()).find("SignatureDoesNotMatch"), std::string::npos);
    EXPECT_EQ(std::string(error.what()).find("wrongsecret"), std::string::npos);
  }
  EXPECT_THROW(store->exists("k"), Error) << "a refusal is not the same as nothing there";
}

TEST_F(Faults, ABucketThatIsNotThereIsSaid) {
  const auto store =
      open_s3_store("forecart-none", "x", testing_s3::settings_of(server_),
                    testing_s3::fixed_credentials(server_.access_key, server_.secret_key));
  for (const auto& call : std::vector<std::function<void()>>{
           [&] { store->put("k", "x"); }, [&] { store->read("k"); }, [&] { store->list(""); },
           [&] { store->fetch("k"); }, [&] { store->put_if_absent("k", ""); }}) {
    try {
      call();
      ADD_FAILURE();
    } catch (const Error& error) {
      EXPECT_EQ(error.code(), ErrorCode::not_found);
      EXPECT_NE(std::string(error.what()).find("forecart-none"), std::string::npos);
    }
  }
}

TEST_F(Faults, AThousandObjectsGoWithOneRequest) {
  for (const auto* name : {"ceph", "moto"}) {
    const auto server = testing_s3::running_server(name);
    if (!server) continue;
    std::atomic<int> posts{0};
    std::atomic<int> deletes{0};
    server_ = *server;
    const auto store = behind([&](const TestRequest& request, int) {
      if (request.method == "POST") ++posts;
      if (request.method == "DELETE") ++deletes;
      return Kind::none;
    });
    std::vector<ObjectInfo> objects;
    for (int i = 0; i < 30; ++i) store->put(fmt::format("k/{} &<{}>", i, i), "x");
    store->list_objects({.prefix = "k/"}, [&](const ObjectInfo& object) {
      objects.push_back(object);
      return true;
    });
    EXPECT_EQ(store->remove_all_unchanged(objects), std::vector<bool>(30, true)) << name;
    EXPECT_TRUE(store->list("").empty()) << name;
    EXPECT_EQ(posts, 1) << name;
    EXPECT_EQ(deletes, 0) << name;
  }
}

TEST_F(Faults, RemovalsOutliveLostAnswers) {
  for (const Kind kind : {Kind::lose_answer, Kind::fail_answer, Kind::cut_answer, Kind::refuse}) {
    std::atomic<int> number{0};
    const auto store =
        behind([&](const TestRequest&, int) { return ++number % 2 == 1 ? kind : Kind::none; });
    for (const auto* key : {"a", "b", "c"}) store->put(key, key);
    std::vector<ObjectInfo> objects;
    for (const auto* key : {"a", "b", "c"}) objects.push_back(*store->info(key));
    store->put("b", "new");
    EXPECT_EQ(store->remove_all_unchanged(objects), (std::vector<bool>{true, false, true}));
    EXPECT_EQ(store->list(""), std::vector<std::string>{"b"});
  }
}

TEST_F(Faults, PresignedAddressesWorkUntilTheyExpire) {
  const auto store = testing_s3::open_test_store(server_, testing_s3::settings_of(server_));
  const std::string key = "a b+c=d%/ü€.csv";
  store->put(key, "for all");
  HttpClient client;
  const std::string url = store->presigned_url(key, std::chrono::seconds(2)).value();
  EXPECT_EQ(client.send({.url = parse_url(url)}).body, "for all");
  EXPECT_EQ(client.send({.method = "PUT", .url = parse_url(url), .body = "no"}).status, 403);
  std::this_thread::sleep_for(std::chrono::milliseconds(3100));
  EXPECT_EQ(client.send({.url = parse_url(url)}).status, 403);
}

TEST_F(Faults, UploadsOfKilledWritersAreSweptAway) {
  const auto store = testing_s3::open_test_store(server_, testing_s3::settings_of(server_));
  S3Client client("forecart-tests", testing_s3::settings_of(server_),
                  testing_s3::fixed_credentials(server_.access_key, server_.secret_key));
  const auto pending = [&] {
    return parse_s3_uploads(client.expect({.query = {{"uploads", ""}}}).body).uploads;
  };
  store->put("k", "x");
  const std::string url = store->presigned_url("k", std::chrono::seconds(60)).value();
  const std::string key =
      parse_url(url).path.substr(std::string("/forecart-tests/").size()) + " é+";
  client.expect({.method = "POST", .key = key, .query = {{"uploads", ""}}});
  const std::size_t before = pending().size();
  store->sweep(std::chrono::hours(1));
  EXPECT_EQ(pending().size(), before) << "it may still be under way";
  store->sweep(std::chrono::hours(-1));
  EXPECT_EQ(pending().size(), before - 1);
  EXPECT_EQ(store->read("k"), "x");
}

TEST_F(Faults, CephHasTheSemanticsOfASharedStore) {
  const auto store = testing_s3::open_test_store(server_, testing_s3::settings_of(server_));
  const StoreSemantics found = probe_semantics(*store);
  EXPECT_TRUE(found.shared()) << found.finding;
  EXPECT_TRUE(store->list("").empty());
}

}  // namespace
}  // namespace forecart
